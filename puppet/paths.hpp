// Where Puppet keeps its state on this node: asked from Puppet itself, once.
#pragma once

#include "core/error.hpp"
#include "puppet/paths_cache.hpp"
#include "puppet/settings.hpp"
#include "system/log.hpp"
#include "system/process.hpp"

#include <chrono>
#include <condition_variable>
#include <cstdint>
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
    std::string vardir;           ///< what Puppet keeps; empty if it did not say
    std::string libdir;           ///< where the server's plug-ins are synchronised to; likewise
    std::vector<std::string> modules;  ///< folders that may hold modules, each only once
    bool has_serverport = false;       ///< Puppet has this setting, which wins over masterport
};

/// The `--name value` and `--name=value` words of a command whose names are among `names`, in
/// order.
std::vector<std::string> option_words(const std::vector<std::string>& command,
                                      const std::vector<std::string_view>& names);

/// Those words of the configured command that say where Puppet's files are, and the configured
/// puppet.conf.
std::vector<std::string> location_words(const Settings& settings);

/// The command that prints Puppet's settings, with those words.
std::vector<std::string> settings_query(const Settings& settings);

/// Reads that command's output, lines of `name = value`.
Answer parse_answer(std::string_view output);

/// An Error names what is missing.
Expected<Paths> read_paths(const Answer& answer, const Settings& settings);

/// Asks at the first use (0.6 s) and remembers until forget(), or until puppet.conf or Puppet
/// itself changes; across restarts in the file that is configured for it. Any thread: simultaneous
/// first uses ask once.
class PathFinder {
  public:
    PathFinder(const Settings& settings, system::Runner& runner, system::Log& log)
        : settings_(settings), runner_(runner), log_(log) {}

    /// `patience`: how long another one that is asking is waited for; who has to ask itself does so
    /// to the end, so that the next one knows. Errors: those of the process, `unavailable` if
    /// Puppet does not answer properly, `timed_out`.
    Expected<std::shared_ptr<const Paths>> paths(
        std::chrono::milliseconds patience = std::chrono::seconds(18));
    void forget();

  private:
    struct Known {
        std::shared_ptr<const Paths> paths;  // shared with the actions that run
        std::optional<Program> program;
        std::optional<system::FileStamp> config;
    };

    bool is_current(const Known& known) const;
    std::optional<Program> program() const;
    Expected<Known> find_out() const;
    Expected<Answer> ask() const;
    Expected<Known> known_from(const Answer& answer, std::optional<Program> program) const;
    void remember(const Answer& answer, const Known& known) const;
    void drop_file() const;

    const Settings& settings_;
    system::Runner& runner_;
    system::Log& log_;
    std::mutex mutex_;  // guards what follows
    std::condition_variable asked_;
    bool asking_ = false;
    std::uint64_t forgotten_ = 0;  // times; an answer to an older question is not kept
    std::optional<Known> known_;
};

}  // namespace mco::puppet
