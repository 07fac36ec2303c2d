// Ruby's Marshal 4.8, restricted to plain data (protocol §3.1): what the legacy envelopes and
// bodies are written in. There is no way from these bytes to an object, a class or a call.
#pragma once

#include "core/error.hpp"
#include "core/serializer/limits.hpp"
#include "core/value.hpp"

#include <string>
#include <string_view>

namespace mco::serializer::marshal {

/// The value that `bytes` begin with; what follows it is ignored, as Ruby does. Strings are bytes
/// whatever their encoding; the default of a hash is dropped. Errors: malformed (with the offset;
/// every tag outside the subset and every cycle included), limit. Any thread.
Expected<Value> decode(std::string_view bytes, const Limits& limits = {});

/// The bytes of `value`. Text that is UTF-8 is tagged as such, other strings are written as binary;
/// symbols are written once and then referred to, objects are repeated. Errors: limit (deeper than
/// Limits::depth). Any thread.
Expected<std::string> encode(const Value& value);

}  // namespace mco::serializer::marshal
