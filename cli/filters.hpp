// The options that say which nodes are meant (spec 2.3), except -S.
#pragma once

#include "core/error.hpp"
#include "core/filter/filter.hpp"
#include "core/options/parser.hpp"

#include <vector>

namespace mco::cli {

/// In the order of the help screen.
std::vector<options::OptionSpec> filter_options();

/// What they come to. Errors (invalid, malformed, limit) name what no node could match: a pattern
/// that does not compile, a text that is no name.
Expected<filter::Filter> read_filter(const options::Parsed& parsed);

}  // namespace mco::cli
