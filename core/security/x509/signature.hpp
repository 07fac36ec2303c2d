// Signatures as COSE defines them (RFC 9053, RFC 8230), computed by OpenSSL.
#pragma once

#include "core/error.hpp"
#include "core/security/x509/cose.hpp"
#include "core/security/x509/openssl.hpp"
#include "core/security/x509/public_key.hpp"

#include <openssl/evp.h>

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace mco::x509 {

/// The one algorithm that goes with a key: PS256 for RSA of 2048 bits and more, ES256 for P-256,
/// ES384 for P-384, EdDSA for Ed25519. Errors: invalid for any other key. Any thread.
Expected<Algorithm> algorithm_of(const EVP_PKEY* key);

/// The signature over `data` by a private key, whose algorithm must be algorithm_of(key). Any
/// thread, several at once.
Expected<std::string> sign(EVP_PKEY* key, Algorithm algorithm, std::string_view data);

/// Checks the signatures of one key, which is kept as bytes until it is needed. Setting a check up
/// costs a tenth of it with P-256 and more than half with RSA-2048, so that it is kept, too, from
/// the third check on: most nodes answer once or twice. Any thread, several at once.
class Verifier {
  public:
    Verifier(PublicKey key, std::shared_ptr<const KeyMaker> maker);

    /// Is `signature` the key's over `data`? False for a signature of another form too, and for
    /// bytes that are no key.
    bool verify(std::string_view data, std::string_view signature) const;

    const PublicKey& key() const { return key_; }

  private:
    /// What a check works with, one at a time.
    struct Check {
        KeyPtr key;
        Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free> context;  // null for Ed25519
    };

    static constexpr int kept_from = 3;

    std::optional<Check> prepare() const;
    bool holds(const Check& check, std::string_view data, std::string_view signature) const;

    const PublicKey key_;
    const std::shared_ptr<const KeyMaker> maker_;  // shared by all of a provider
    mutable std::mutex mutex_;                     // guards what follows
    mutable int checks_ = 0;
    mutable std::optional<Check> kept_;
};

}  // namespace mco::x509
