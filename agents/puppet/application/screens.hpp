// The screens of `mco puppet` (spec 1.10).
#pragma once

#include "cli/render/colour.hpp"
#include "client/outcome.hpp"

#include <string>
#include <vector>

namespace mco::puppet::application {

/// `status`: one line per node, names right-aligned; failures in red.
std::string status_screen(const std::vector<client::Result>& results,
                          const render::Palette& palette);

/// `count`: how many nodes are in which state.
std::string count_screen(const std::vector<client::Result>& results,
                         const render::Palette& palette);

/// `summary`: how the figures of the last runs are distributed over the nodes.
std::string summary_screen(const std::vector<client::Result>& results);

}  // namespace mco::puppet::application
