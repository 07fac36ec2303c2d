// A filter in words, as `mco describe_filter` shows it (spec 1.9).
#pragma once

#include "core/filter/compound.hpp"
#include "core/filter/filter.hpp"

#include <string>
#include <vector>

namespace mco::render {

/// One section for every kind of test that `filter` has, then one for each of the expressions;
/// nothing for nothing. What stands in `filter.compound` is not looked at. Any thread.
std::string described(const filter::Filter& filter,
                      const std::vector<std::vector<filter::Token>>& expressions);

}  // namespace mco::render
