// Ruby's `format % values` for the conversions that declarations and report scripts use. A format
// is foreign text: it is interpreted here and never reaches a printf.
#pragma once

#include "core/error.hpp"
#include "core/value.hpp"

#include <string>
#include <string_view>

namespace mco::ruby {

/// Puts `arguments` into `format`: `%s %d %i %u %f %e %g %%` with the flags `- + 0` and space,
/// width and precision up to 1000 (widths count characters). Arguments that are left over are
/// ignored, as in Ruby. Fails with `invalid` on other conversions, missing arguments, and values
/// that are no number where one is wanted. Any thread.
Expected<std::string> format(std::string_view format, const Array& arguments);

}  // namespace mco::ruby
