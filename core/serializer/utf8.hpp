// The one question the codecs ask about text.
#pragma once

#include <string_view>

namespace mco::serializer {

/// True if `bytes` are well-formed UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF.
bool is_utf8(std::string_view bytes);

}  // namespace mco::serializer
