// One comparison of one fact (protocol §7.3). Internal to core/filter.
#pragma once

#include "core/error.hpp"
#include "core/filter/filter.hpp"
#include "core/value.hpp"

#include <string_view>

namespace mco::filter {

/// The pattern that a =~ compares with: `/…/` without its slashes, other text as it is.
std::string_view pattern_of(std::string_view value);

/// Does `fact` satisfy `test`? Null stands for a fact that is absent: false for every operator.
/// Lists satisfy it with any element, maps with any key. Fails on a pattern that does not compile
/// or gives up, and on values that only look like numbers, such as `1x5`. Any thread.
Expected<bool> satisfies(const FactTest& test, const Value* fact);

}  // namespace mco::filter
