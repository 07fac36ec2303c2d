// Where Puppet keeps its state on this node: asked from Puppet itself, once.
#pragma once

#include "agents/puppet/settings.hpp"
#include "core/error.hpp"
#include "system/files.hpp"
#include "system/process.hpp"

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mco::puppet {

struct Paths {
    std::string pidfile;        ///< of the agent's daemon; empty in masterless mode, which has none
    std::string run_lock;       ///< holds the pid of the process that applies a catalog
    std::string disabled_lock;  ///< exists while the agent is disabled; JSON with the reason
    std::string last_run_file;  ///< YAML summary; Puppet 7 keeps it in its publicdir
    std::string last_run_report;  ///< YAML report with the log lines
    std::string resources;        ///< one line type[title] for each managed resource
    std::string config;           ///< puppet.conf
};

/// The command that prints Puppet's settings, with those words of the configured command that say
/// where its files are.
std::vector<std::string> settings_query(const Settings& settings);

/// Reads that command's output, lines of `name = value`. An Error names what is missing.
Expected<Paths> parse_paths(std::string_view output, const Settings& settings);

/// Asks at the first use (0.6 s) and remembers until forget(), or until puppet.conf changes. Any
/// thread; the lock makes simultaneous first uses ask once.
class PathFinder {
  public:
    PathFinder(const Settings& settings, system::Runner& runner)
        : settings_(settings), runner_(runner) {}

    /// Errors: those of the process, and `unavailable` if Puppet does not answer properly.
    Expected<std::shared_ptr<const Paths>> paths();
    void forget();

  private:
    const Settings& settings_;
    system::Runner& runner_;
    std::mutex mutex_;                    // guards what follows
    std::shared_ptr<const Paths> known_;  // shared with the actions that run
    std::optional<system::FileStamp> config_stamp_;
};

}  // namespace mco::puppet
