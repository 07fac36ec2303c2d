// Values over several lines, the way Ruby's pretty printer breaks them: a group that does not fit
// the line puts each of its elements on a line of its own, aligned after the opening bracket.
#pragma once

#include "core/value.hpp"

#include <cstddef>
#include <string>

namespace mco::render {

/// Lines are separated by newlines, without one at the end. No line is longer than `width`
/// characters if it can be broken.
std::string pretty(const Value& value, std::size_t width = 79);

}  // namespace mco::render
