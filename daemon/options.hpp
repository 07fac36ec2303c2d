// The command line of mcollectived (protocol §10.7).
#pragma once

#include "core/error.hpp"

#include <optional>
#include <string>
#include <vector>

namespace mco::daemon {

struct Options {
    enum class Task { serve, check_config, print_config, show_version, show_help };

    Task task = Task::serve;
    std::optional<std::string> config;       ///< path; absent: the usual places
    std::optional<std::string> pidfile;      ///< path
    std::optional<std::string> status_file;  ///< absolute path; absent: as configured
    std::optional<bool> daemonize;           ///< absent: as configured
};

/// `words` without the program's name. Errors: invalid, as a sentence for the user.
Expected<Options> parse_options(const std::vector<std::string>& words);

/// The screen of --help.
std::string help_screen(const std::string& version);

}  // namespace mco::daemon
