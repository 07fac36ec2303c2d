// Bytes as base64 text in the form of Ruby's encoder: message bodies (protocol §2.7), signatures
// and keys (protocol §4.4, §4.5).
#pragma once

#include "core/error.hpp"

#include <string>
#include <string_view>

namespace mco::text {

/// 60 characters a line, each line ended by LF.
std::string base64_encode(std::string_view bytes);

/// Line ends and blanks are skipped. Errors: malformed for an empty text or any other foreign
/// octet.
Expected<std::string> base64_decode(std::string_view text);

}  // namespace mco::text
