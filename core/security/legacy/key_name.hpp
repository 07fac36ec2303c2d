// How ssl and aes_security name callers: `cert=NAME`, NAME being the key file on the nodes
// (protocol §4.2).
#pragma once

#include "core/error.hpp"
#include "core/security/x509/openssl.hpp"

#include <string>
#include <string_view>

namespace mco::security {

/// NAME, when the whole id is a valid `cert=NAME`: no part of a longer text counts (protocol §13.1
/// row 5). Errors: invalid.
Expected<std::string> name_in(std::string_view caller_id);

/// The id of whoever has this public key file: `cert=` and the file's name without `.pem`. Errors:
/// invalid, for a name of other characters.
Expected<std::string> caller_id_of_file(std::string_view path);

/// Requests carry our own id, or nodes would look for another key. Errors: invalid.
Expected<void> check_own_id(const std::string& claimed, const std::string& ours);

/// The subject's first attribute, if that is a common name that can stand in a caller id as a
/// whole. Errors: invalid.
Expected<std::string> leading_common_name(const X509* certificate);

}  // namespace mco::security
