// Replies that only their reader can read: CMS EnvelopedData (RFC 5652, AES-256) for the caller's
// certificate, by OpenSSL.
#pragma once

#include "core/error.hpp"

#include <openssl/types.h>

#include <string>
#include <string_view>

namespace mco::x509 {

/// What the COSE content type says of an encrypted payload (RFC 7193).
constexpr std::string_view encrypted_content_type = "application/cms";

/// EnvelopedData (DER) that the owner of `reader` can open. Errors: invalid for a key that cannot
/// receive, such as Ed25519. Any thread.
Expected<std::string> encrypt(std::string_view plain, X509* reader);

/// The reverse. Errors: malformed, always with the same text: it must not say what is wrong with
/// the padding.
Expected<std::string> decrypt(std::string_view enveloped, EVP_PKEY* key, X509* reader);

}  // namespace mco::x509
