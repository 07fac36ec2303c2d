// Signatures as COSE defines them (RFC 9053, RFC 8230), computed by OpenSSL.
#pragma once

#include "core/error.hpp"
#include "core/security/x509/cose.hpp"
#include "core/security/x509/openssl.hpp"

#include <openssl/evp.h>

#include <string>
#include <string_view>

namespace mco::x509 {

/// The one algorithm that goes with a key: PS256 for RSA of 2048 bits and more, ES256 for P-256,
/// ES384 for P-384, EdDSA for Ed25519. Errors: invalid for any other key. Any thread.
Expected<Algorithm> algorithm_of(const EVP_PKEY* key);

/// The signature over `data` by a private key, whose algorithm must be algorithm_of(key). Any
/// thread, several at once.
Expected<std::string> sign(EVP_PKEY* key, Algorithm algorithm, std::string_view data);

/// Checks the signatures of one key. Setting that up costs a fifth of a check with RSA-2048, so it
/// is done once. One thread at a time.
class Verifier {
  public:
    /// The algorithm must be algorithm_of(key).
    Verifier(KeyPtr key, Algorithm algorithm);

    /// Is `signature` the key's over `data`? False for a signature of another form too.
    bool verify(std::string_view data, std::string_view signature) const;

  private:
    bool verify_whole(std::string_view data, std::string_view signature) const;

    KeyPtr key_;
    Algorithm algorithm_;
    Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free>
        context_;  // for the hash of the data; null: for the whole
};

}  // namespace mco::x509
