// Equal answers once, with the nodes that gave them: `--group-by-result`.
#pragma once

#include "cli/render/results.hpp"
#include "client/outcome.hpp"
#include "client/result_groups.hpp"
#include "core/ddl/ddl.hpp"

#include <string>
#include <vector>

namespace mco::render {

/// Those of the results that `display` lets through.
client::ResultGroups group_results(const std::vector<client::Result>& results,
                                   ddl::Display display);

/// Each group: how many nodes and their status, their names (`web[1-20].example`), what they
/// answered. Framed by empty lines.
std::string grouped_results(const std::vector<client::Result>& results,
                            const ddl::Action& action,
                            ddl::Display display,
                            const ResultStyle& style);

}  // namespace mco::render
