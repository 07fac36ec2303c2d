// Message bodies as base64 text, for sites that run both ends with `base64 = 1` (protocol §2.7).
#pragma once

#include "core/error.hpp"

#include <string>
#include <string_view>

namespace mco::stomp {

/// 60 characters a line, each line ended by LF.
std::string base64_encode(std::string_view bytes);

/// Line ends and blanks are skipped. Errors: malformed for an empty text or any other foreign
/// octet.
Expected<std::string> base64_decode(std::string_view text);

}  // namespace mco::stomp
