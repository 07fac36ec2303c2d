// Files that decide what this node does, and that others may change.
#pragma once

#include "core/config/config.hpp"

#include <string>
#include <vector>

namespace mco::daemon {

/// A sentence for each of the configuration, the files in plugin.d, the fact files and the programs
/// that settings name, that another user than root and our own can change: whoever does decides
/// what this node answers and does. Any thread.
std::vector<std::string> exposed_files(const config::Config& config);

}  // namespace mco::daemon
