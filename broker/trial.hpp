// What `mco-broker --check-config` tries beyond reading users and certificates: whether the files
// that the broker would write can be made. Nothing is created or changed.
#pragma once

#include "broker/settings.hpp"

#include <string>
#include <vector>

namespace mco::broker {

struct Trial {
    std::vector<std::string> problems;  ///< the broker would not start
    std::vector<std::string> warnings;  ///< it would, if the service manager makes a folder
};

/// Looks at the folders of status, port and pid file and of the metrics' socket, as the user that
/// asks. Each sentence names the setting and the path. One thread.
Trial try_files(const Settings& settings);

}  // namespace mco::broker
