// Values as Ruby (before 3.4) would show them: scripts and eyes are used to `{:a=>1, "b"=>[nil]}`.
#pragma once

#include "core/value.hpp"

#include <string>
#include <string_view>

namespace mco::text {

/// On one line: strings quoted and escaped, symbols with their colon, floats in the shortest form
/// that reads back.
std::string inspect(const Value& value);
/// Text in double quotes, with what is not printable escaped.
std::string quoted(std::string_view text);

/// As text in a sentence: strings and symbols bare, nil empty, everything else as inspect().
std::string to_s(const Value& value);

/// The elements as to_s(), nested lists flattened, with ", " between them.
std::string joined(const Array& values);

/// A float as inspect() writes it: `1.0`, `0.0001`, `1.0e-05`, `1.0e+16`, `Infinity`, `NaN`.
std::string float_text(double number);

}  // namespace mco::text
