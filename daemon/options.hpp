// The command line of mcollectived (protocol §10.7).
#pragma once

#include "core/error.hpp"
#include "system/config_files.hpp"

#include <optional>
#include <string>
#include <vector>

namespace mco::daemon {

struct Options {
    enum class Task { serve, check_config, print_config, check_policy, show_version, show_help };

    Task task = Task::serve;
    std::optional<std::string> config;             ///< path; absent: the usual places
    std::optional<std::string> pidfile;            ///< path
    std::optional<std::string> status_file;        ///< absolute path; absent: as configured
    std::optional<bool> daemonize;                 ///< absent: as configured
    std::vector<system::PluginFile> plugin_files;  ///< to be judged as if they were in plugin.d
    std::vector<std::string> policies;             ///< of check_policy: FILE or NAME=FILE
};

/// `words` without the program's name. Errors: invalid, as a sentence for the user.
Expected<Options> parse_options(const std::vector<std::string>& words);

/// The screen of --help.
std::string help_screen(const std::string& version);

}  // namespace mco::daemon
