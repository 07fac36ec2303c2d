// The columns that say something of the node. Internal to core/policy.
#pragma once

#include "core/error.hpp"
#include "core/policy/policy.hpp"

#include <string_view>

namespace mco::policy {

/// Which words a list without and, or, not and parentheses may hold.
enum class Lists { facts, classes, nothing };

/// Reads a column; with Lists::nothing it is an expression in any case (rules of four columns).
/// Errors: malformed, limit.
Expected<Condition> read_condition(std::string_view text, Lists lists);

}  // namespace mco::policy
