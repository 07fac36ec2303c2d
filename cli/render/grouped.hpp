// Equal answers once, with the nodes that gave them: `--group-by-result`.
#pragma once

#include "cli/render/results.hpp"
#include "client/outcome.hpp"
#include "core/ddl/ddl.hpp"

#include <string>
#include <vector>

namespace mco::render {

/// Results with equal status, message and data; data of a node that could not act (status 2 and
/// above) do not count.
struct ResultGroup {
    const client::Result* result = nullptr;  ///< one of them
    std::vector<std::string> nodes;          ///< in the order of `results`
};

/// The largest group first, among equals the one that answered first. Maps are equal whatever the
/// order of their keys, and whether those are strings or symbols. `results` outlives the groups.
std::vector<ResultGroup> group_results(const std::vector<client::Result>& results,
                                       ddl::Display display);

/// Each group: how many nodes and their status, their names (`web[1-20].example`), what they
/// answered. Framed by empty lines.
std::string grouped_results(const std::vector<client::Result>& results,
                            const ddl::Action& action,
                            ddl::Display display,
                            const ResultStyle& style);

}  // namespace mco::render
