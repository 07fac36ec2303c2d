// The map of collectives in Graphviz's DOT language (spec 1.5).
#pragma once

#include "cli/reports/node.hpp"

#include <string>
#include <string_view>

namespace mco::reports {

/// A whole file: an edge for every membership, collectives and nodes by name.
std::string graph(const Membership& membership);

/// As a quoted identifier: quotation marks and backslashes escaped, no control characters, UTF-8.
std::string dot_name(std::string_view name);

}  // namespace mco::reports
