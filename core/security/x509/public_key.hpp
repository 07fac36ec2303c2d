// Public keys as bytes, and back: small enough to be remembered by the ten thousand, and made into
// keys without OpenSSL's decoders, which take twice as long as it takes to check a signature.
#pragma once

#include "core/error.hpp"
#include "core/security/x509/cose.hpp"
#include "core/security/x509/openssl.hpp"

#include <map>
#include <mutex>
#include <string>

namespace mco::x509 {

/// A public key and the one algorithm that goes with it. The bytes are the point of an EC key, an
/// Ed25519 key as it is, or modulus and exponent of an RSA key as two byte strings of CBOR.
struct PublicKey {
    Algorithm algorithm = Algorithm::es256;
    std::string bytes;
    bool operator==(const PublicKey&) const = default;
};

/// The public part of `key`. Errors: invalid for a key that has no algorithm (algorithm_of()). Any
/// thread.
Expected<PublicKey> public_key_of(const EVP_PKEY* key);

/// Makes keys from bytes. Any thread, several at once.
class KeyMaker {
  public:
    /// Null if the bytes are no key for the algorithm.
    KeyPtr make(const PublicKey& key) const;

  private:
    KeyPtr on_curve(const PublicKey& key, const char* group) const;
    KeyPtr first_on(Algorithm algorithm) const;

    // A copy of a key with another point costs a quarter of a new one: most of a key is its curve.
    mutable std::mutex mutex_;  // guards first_
    mutable std::map<Algorithm, KeyPtr> first_;
};

}  // namespace mco::x509
