// Ruby's Marshal 4.8, restricted to plain data (protocol §3.1): what the legacy envelopes and
// bodies are written in. There is no way from these bytes to an object, a class or a call.
#pragma once

#include "core/error.hpp"
#include "core/serializer/limits.hpp"
#include "core/value.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace mco::serializer::marshal {

/// What becomes of values that are no plain data.
enum class Objects : std::uint8_t {
    refused,  ///< the whole document is
    told,     ///< a text stands for each, or a number
};

/// The value that `bytes` begin with; what follows it is ignored, as Ruby does. Strings are bytes
/// whatever their encoding; the default of a hash is dropped. Errors: malformed (with the offset;
/// every tag outside the subset and every cycle included), limit. Any thread.
///
/// With Objects::told, times, ranges, large integers, rationals, classes, exceptions and the like
/// become texts as Ruby prints them, sets become lists, text in Latin-1 becomes UTF-8; what cannot
/// be read, contains itself or is not known becomes a text that says what it was.
Expected<Value> decode(std::string_view bytes,
                       const Limits& limits = {},
                       Objects objects = Objects::refused);

/// The bytes of `value`. Text that is UTF-8 is tagged as such, other strings are written as binary;
/// symbols are written once and then referred to, objects are repeated. Errors: limit (deeper than
/// Limits::depth). Any thread.
Expected<std::string> encode(const Value& value);

}  // namespace mco::serializer::marshal
