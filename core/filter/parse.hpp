// Filters as users type them: the arguments of -F and -W (protocol §7.4).
#pragma once

#include "core/error.hpp"
#include "core/filter/filter.hpp"

#include <string_view>

namespace mco::filter {

/// Reads `NAME OP VALUE` in any of the accepted spellings. Fails with `malformed` when the text is
/// in none of them. Any thread.
Expected<FactTest> parse_fact(std::string_view text);

/// Adds every word of `words` to the filter: as fact if it reads as one, otherwise as class. Any
/// thread.
void add_with(Filter& filter, std::string_view words);

}  // namespace mco::filter
