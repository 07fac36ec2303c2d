// The screens of `mco puppet` (spec 1.10).
#pragma once

#include "cli/render/colour.hpp"
#include "client/outcome.hpp"

#include <string>
#include <vector>

namespace mco::render {

/// `status`: one line per node, names right-aligned; failures in red.
std::string puppet_status(const std::vector<client::Result>& results, const Palette& palette);

/// `count`: how many nodes are in which state.
std::string puppet_count(const std::vector<client::Result>& results, const Palette& palette);

/// `summary`: how the figures of the last runs are distributed over the nodes.
std::string puppet_summary(const std::vector<client::Result>& results);

}  // namespace mco::render
