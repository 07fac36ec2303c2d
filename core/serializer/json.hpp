// JSON for x509 content, for scripts that read our output and for the workers that we talk to.
#pragma once

#include "core/error.hpp"
#include "core/serializer/limits.hpp"
#include "core/value.hpp"

#include <string>
#include <string_view>

namespace mco::serializer {

/// The one value that `text` holds. Of equal keys the last wins; integers beyond 64 bits signed
/// become floats. Errors: malformed (with the offset, invalid UTF-8 included), limit. Any thread.
Expected<Value> decode_json(std::string_view text, const Limits& limits = {});

enum class Style {
    compact,  ///< no blanks, one line
    pretty  ///< two blanks a level, a line for every member, `[]` and `{}` when empty; no line end
            ///< after the last line
};

/// Never fails: symbols become strings, regular expressions `/source/` with their option letters,
/// keys their text, bytes that are not UTF-8 U+FFFD; NaN, infinities and whatever lies 512 levels
/// deep become null. Any thread.
std::string encode_json(const Value& value, Style style = Style::compact);

}  // namespace mco::serializer
