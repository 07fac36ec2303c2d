// Facts are text: how other values are written (protocol §7.3), as Ruby writes them.
#pragma once

#include "core/value.hpp"

#include <string>
#include <string_view>

namespace mco::facts {

/// A number as Ruby prints it: `1.0`, `1.0e+20`, `Infinity`.
std::string real_text(double number);

/// A plain (unquoted) YAML scalar as text: `~` is empty, `yes` is `true`, `0x10` is `16`, `1.10` is
/// `1.1`. What means nothing special stays as it is, dates and `1:30` included.
std::string scalar_text(std::string_view plain);

/// The same value with every key and every leaf as text; nil is empty.
Value stringified(const Value& value);
Map stringified(const Map& map);

}  // namespace mco::facts
