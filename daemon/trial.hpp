// What `mcollectived --check-config` tries beyond making the daemon: everything that it would open
// while it runs. Nothing is created, changed or sent.
#pragma once

#include "core/config/config.hpp"
#include "core/error.hpp"

#include <optional>
#include <string>
#include <vector>

namespace mco::daemon {

struct Trial {
    std::vector<std::string> problems;  ///< the daemon would not start, or do nothing
    std::vector<std::string> warnings;  ///< it would start, but go without something
};

/// Looks at the pid file's directory, the log, the audit trail, facts, classes, policies, the file
/// of accepted requests and what the agent puppet keeps, as the user that asks. Each sentence names
/// the path and the setting. One thread.
Trial try_files(const config::Config& config, const std::optional<std::string>& pidfile);

}  // namespace mco::daemon
