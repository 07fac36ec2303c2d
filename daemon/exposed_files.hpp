// Files that decide what this node does, and that others may change.
#pragma once

#include "core/config/config.hpp"

#include <string>
#include <vector>

namespace mco::daemon {

/// A sentence for each of the configuration, its directory plugin.d and the fact files that another
/// user than root and our own can change: whoever does decides what this node answers and does. Any
/// thread.
std::vector<std::string> exposed_files(const config::Config& config);

}  // namespace mco::daemon
