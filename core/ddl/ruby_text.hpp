// Values as Ruby prints them: screens, help and aggregates of the original are made of this.
#pragma once

#include "core/value.hpp"

#include <string>

namespace mco::ddl {

/// As `to_s` does: a string bare, nil empty, lists and maps as inspected(). Any thread.
std::string shown(const Value& value);

/// As `inspect` does: `"text"`, `:symbol`, `nil`, `["a", 1]`, `{:a=>1}`, `/x/i`. Any thread.
std::string inspected(const Value& value);

/// The elements' shown() texts, nested lists flattened, with ", " between them. Any thread.
std::string joined(const Array& values);

}  // namespace mco::ddl
