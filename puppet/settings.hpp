// The settings plugin.puppet.* that the agent reads (client and agents §5.1.1).
#pragma once

#include "core/config/config.hpp"
#include "core/error.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace mco::puppet {

struct Settings {
    std::string command_line = "puppet agent";  ///< as configured
    std::vector<std::string> command = {"puppet", "agent"};
    std::string config;  ///< path of puppet.conf; empty: Puppet's own default
    bool splay = true;
    long splaylimit = 30;  ///< seconds
    bool signal_daemon = true;
    bool allow_server_override = false;
    bool allow_managed_resources = false;  ///< for the action `resource`
    /// Remembers Puppet's paths across restarts; empty: nothing does.
    std::string runs = "/var/lib/mcollective/puppet-runs";  ///< where the book of runs is kept
    std::string paths_cache = "/var/cache/mcollective/puppet-paths.json";
    /// For every Puppet process: a PATH that also finds the all-in-one packages, where that is
    /// wanted.
    std::map<std::string, std::string> environment;

    /// Position of the word `agent` or `apply` in the command; its size if there is neither.
    std::size_t mode_word() const;
    /// Whether runs are `puppet apply`: no server, no daemon, no run lock.
    bool masterless() const;
    /// The words that start Puppet, before `agent` or `apply`; `puppet` if the command is something
    /// else.
    std::vector<std::string> puppet() const;
};

/// An Error names the setting that cannot be used and where it stands. `path` is the value of PATH.
Expected<Settings> read_settings(const config::Config& config, const std::string& path);

}  // namespace mco::puppet
