// What `mco weather` shows.
#pragma once

#include "cli/render/colour.hpp"
#include "client/outcome.hpp"

#include <string>
#include <vector>

namespace mco::weather {

/// A line for each node, sorted; failures in red.
std::string screen(std::vector<client::Result> results, const render::Palette& palette);

}  // namespace mco::weather
