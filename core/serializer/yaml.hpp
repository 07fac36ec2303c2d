// YAML as Ruby's safe loader reads it, restricted to plain data (protocol §3.2): the other
// serialiser of the legacy providers `ssl` and `aes_security`.
#pragma once

#include "core/error.hpp"
#include "core/serializer/limits.hpp"
#include "core/value.hpp"

#include <string>
#include <string_view>

namespace mco::serializer::yaml {

/// The first document in `text`, which is UTF-8. Plain scalars become what Ruby makes of them;
/// dates, merge keys and every tag but those of plain data are refused. Aliases stand for copies,
/// which count against the limits. Integers beyond 64 bits become floats. Errors: malformed (with
/// line and column), limit. Any thread.
Expected<Value> decode(std::string_view text, const Limits& limits = {});

/// A document that Ruby's loaders of every version read back as `value`: strings quoted, symbols
/// plain, no anchors. Text that is not UTF-8 is written as binary. Errors: limit (deeper than
/// Limits::depth), invalid (a list or map as key). Any thread.
Expected<std::string> encode(const Value& value);

}  // namespace mco::serializer::yaml
