// The nodes that are missing, each with what is known of it.
#pragma once

#include "cli/render/colour.hpp"
#include "client/missing.hpp"

#include <string>
#include <vector>

namespace mco::render {

/// A heading and a line for each; empty when none is missing. For standard error: scripts know what
/// stands on standard output.
std::string missing_nodes(const std::vector<client::Missing>& missing, const Palette& palette);

}  // namespace mco::render
