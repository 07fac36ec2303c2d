// Results as a table: `--table`.
#pragma once

#include "cli/render/grid.hpp"
#include "client/outcome.hpp"
#include "core/ddl/ddl.hpp"

#include <string>
#include <vector>

namespace mco::render {

/// A row for each result that `display` lets through, in the given order, with a column for each
/// output that somebody sent: the declared ones under their labels in the order of the DDL, then
/// the others by name. A node that failed has its status and message instead. Framed by empty
/// lines.
std::string result_table(const std::vector<client::Result>& results,
                         const ddl::Action& action,
                         ddl::Display display,
                         const GridStyle& style);

}  // namespace mco::render
