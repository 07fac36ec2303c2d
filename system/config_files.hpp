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

/// Reads `explicit_path`, or the first candidate that can be read. Identity is set, the environment
/// has been applied, `config.file` is absolute. Errors name the file, and when there is none at
/// all, what to do: not_found, io, invalid.
Expected<LoadedConfig> load_config(Program program,
                                   const std::optional<std::string>& explicit_path,
                                   const config::Environment& environment);

/// The variables of this process.
config::Environment process_environment();

/// The host name as the kernel has it. Errors: io.
Expected<std::string> host_name();

}  // namespace mco::system
