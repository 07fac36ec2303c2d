// The RSA of the legacy providers: PKCS#1 v1.5, of any key size, with SHA-1 where it signs
// (protocol §4.4, §4.5). Signing and checking go through the bare RSA operation, because systems
// that follow today's advice make OpenSSL refuse SHA-1 signatures.
#pragma once

#include "core/error.hpp"
#include "core/security/x509/openssl.hpp"

#include <string>
#include <string_view>

namespace mco::security {

using x509::CertificatePtr;
using x509::KeyPtr;

/// What a public key file holds.
struct PublicKey {
    KeyPtr key;
    CertificatePtr certificate;  ///< null when the file holds a bare key
};

/// Prefixes an Error's text with the part of the key material it is about.
template <class T>
Expected<T> about(std::string_view part, Expected<T> result) {
    if (!result)
        return fail(result.error().code, std::string(part) + ": " + result.error().message);
    return result;
}

/// From an X.509 certificate, SubjectPublicKeyInfo or PKCS#1 in PEM. Errors: malformed, also for a
/// key that is not RSA. Any thread, as everything here.
Expected<PublicKey> public_key_from_pem(std::string_view pem);

/// An unencrypted RSA private key in PEM. Errors: malformed, invalid (another kind of key), never
/// with any of the key.
Expected<KeyPtr> private_key_from_pem(std::string_view pem);

/// The same again as PEM, without what else was in the file. Errors: invalid.
Expected<std::string> to_pem(const PublicKey& key);

/// Do the halves belong together?
bool is_pair(const KeyPtr& public_half, const KeyPtr& private_half);

/// `bytes` in a block of type 1: everybody with the public key can read it, and knows who wrote it.
/// Errors: invalid (too many bytes for the key).
Expected<std::string> lock_with_private(const KeyPtr& key, std::string_view bytes);
/// Errors: malformed, with the same text whatever is wrong.
Expected<std::string> open_with_public(const KeyPtr& key, std::string_view block);

/// `bytes` in a block of type 2, for the owner of the key.
Expected<std::string> lock_with_public(const KeyPtr& key, std::string_view bytes);
/// Errors: malformed, with the same text whatever is wrong.
Expected<std::string> open_with_private(const KeyPtr& key, std::string_view block);

/// RSASSA-PKCS1-v1_5 with SHA-1. Errors: invalid.
Expected<std::string> sign_sha1(const KeyPtr& key, std::string_view bytes);
bool verify_sha1(const KeyPtr& key, std::string_view bytes, std::string_view signature);

}  // namespace mco::security
