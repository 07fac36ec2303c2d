// Signatures as COSE defines them (RFC 9053, RFC 8230), computed by OpenSSL.
#pragma once

#include "core/error.hpp"
#include "core/security/x509/cose.hpp"

#include <openssl/types.h>

#include <string>
#include <string_view>

namespace mco::x509 {

/// The one algorithm that goes with a key: PS256 for RSA of 2048 bits and more, ES256 for P-256,
/// ES384 for P-384, EdDSA for Ed25519. Errors: invalid for any other key. Any thread.
Expected<Algorithm> algorithm_of(const EVP_PKEY* key);

/// The signature over `data` by a private key, whose algorithm must be algorithm_of(key). Any
/// thread, several at once.
Expected<std::string> sign(EVP_PKEY* key, Algorithm algorithm, std::string_view data);

/// Is `signature` the key's over `data`? False for a signature of another form too. Any thread.
bool verify(EVP_PKEY* key, Algorithm algorithm, std::string_view data, std::string_view signature);

}  // namespace mco::x509
