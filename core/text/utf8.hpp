// UTF-8 without trust: texts come from the network and may be anything.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mco::text {

/// Length in bytes of the well-formed character `text` begins with; 0 if it begins with something
/// else or is empty.
std::size_t utf8_character(std::string_view text);

/// Characters in `text`, where a byte that belongs to none counts as one, as in Ruby.
std::size_t utf8_length(std::string_view text);

/// True if `text` is well-formed: no overlong forms, no surrogates, nothing above U+10FFFF.
bool is_utf8(std::string_view text);

/// `text` with U+FFFD in place of every byte that belongs to no character.
std::string utf8_scrubbed(std::string_view text);

}  // namespace mco::text
