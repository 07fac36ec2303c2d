// The settings plugin.package.* (client and agents §5.2, resources §8).
#pragma once

#include "core/config/config.hpp"
#include "core/error.hpp"

#include <chrono>
#include <map>
#include <string>

namespace mco::package {

struct Settings {
    bool native = true;  ///< apt and dpkg without Puppet, where they are
    /// Parameters of every package resource that Puppet is asked to change, such as `provider`.
    std::map<std::string, std::string> parameters;
    std::string yum_clean_mode = "all";
    std::chrono::seconds lock_timeout{60};  ///< the longest wait for somebody else's lock
};

/// Errors: invalid, naming the setting and where it stands.
Expected<Settings> read_settings(const config::Config& config);

}  // namespace mco::package
