// Finds and reads the configuration of this machine (protocol §10.1): the main file, plugin.d
// beside it, the environment and the host name.
#pragma once

#include "core/config/config.hpp"
#include "core/config/environment.hpp"
#include "core/config/read.hpp"
#include "core/error.hpp"

#include <optional>
#include <string>
#include <vector>

namespace mco::system {

enum class Program { server, client };

/// The files looked for when none is named, in order. `home` is that of the user, if known.
std::vector<std::string> config_candidates(Program program, const std::optional<std::string>& home);

struct LoadedConfig {
    config::Config config;
    config::Diagnostics diagnostics;  ///< to be logged once there is a log
};

/// A file that is to be judged before it is put in place.
struct PluginFile {
    std::string name;  ///< in plugin.d, such as `puppet.cfg`
    std::string path;  ///< where it is now
    bool operator==(const PluginFile&) const = default;
};

/// Reads `explicit_path`, or the first candidate that can be read. Identity is set, the environment
/// has been applied, `config.file` is absolute. `instead` are read as if they were in plugin.d, in
/// place of those that have their names. Errors name the file, and when there is none at all, what
/// to do: not_found, io, invalid.
Expected<LoadedConfig> load_config(Program program,
                                   const std::optional<std::string>& explicit_path,
                                   const config::Environment& environment,
                                   const std::vector<PluginFile>& instead = {});

/// The variables of this process.
config::Environment process_environment();

/// The host name as the kernel has it. Errors: io.
Expected<std::string> host_name();

}  // namespace mco::system
