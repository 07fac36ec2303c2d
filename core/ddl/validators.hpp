// The named checks of single values (client specification §5.7). Internal to core/ddl.
#pragma once

#include "core/error.hpp"
#include "core/value.hpp"

#include <string_view>

namespace mco::ddl {

/// Applies the type check or validator `name`. The error is the reason: a sentence about the value;
/// for a name that is not known it says so.
Expected<void> check_by_name(std::string_view name, const Value& value);

}  // namespace mco::ddl
