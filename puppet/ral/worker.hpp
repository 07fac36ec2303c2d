// The warm worker: one Ruby process that has Puppet loaded and answers JSON lines (resources §1).
#pragma once

#include "core/config/config.hpp"
#include "core/error.hpp"
#include "core/ral/resource.hpp"
#include "core/time.hpp"
#include "core/value.hpp"
#include "puppet/local_puppet.hpp"
#include "system/clock.hpp"
#include "system/log.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace mco::puppet {

namespace protocol {
struct Question;
}

/// plugin.puppetral.* as far as the worker is concerned.
struct WorkerSettings {
    std::string ruby;  ///< empty: the one that Puppet's program names
    std::string path =
        "/opt/puppetlabs/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:"
        "/sbin:/bin";       ///< PATH of the worker
    std::string directory;  ///< private, made when needed, mode 0700; empty: a temporary one
    std::chrono::seconds idle{300};
    std::chrono::seconds write_limit{600};
    std::size_t most_rss_kib = 200 * 1024;
    std::size_t most_questions = 5000;
};

/// plugin.puppetral.{ruby,path,directory,idle,write_limit}. The directory is, for root, one that
/// only root can write, and else a temporary one. Errors: invalid, naming the setting.
Expected<WorkerSettings> read_worker_settings(const config::Config& config);

/// What the worker says of itself when it is ready.
struct Greeting {
    std::string puppet;  ///< version
    std::string ruby;
    std::string resource_file;
    std::string libdir;
    std::string library;               ///< `lib/puppet` of Puppet itself
    std::vector<std::string> modules;  ///< folders of modules, each with MODULE/lib/puppet
};

/// What became of one resource of an apply.
struct AppliedResource {
    std::string reference;
    bool failed = false;
    bool changed = false;
    bool skipped = false;
    bool out_of_sync = false;
    Array events;  ///< maps: property, previous, desired, message, status
};

struct ApplyResult {
    std::vector<AppliedResource> statuses;  ///< in the order of the resources
    std::vector<std::string> log;           ///< `level: source: message`
};

struct Listed {
    std::vector<ral::Resource> resources;  ///< sorted by title
    std::vector<std::string> warnings;     ///< who or what could not be read
};

/// One at a time is answered; up to eight wait, then `unavailable` ("busy"). The process starts
/// with the first question that needs it and ends when it is idle, large or old. All members: any
/// worker thread; they block until the deadline at most. Errors: invalid (Puppet's own words),
/// unavailable (busy, no Puppet, no Ruby), timed_out, io (the worker died; with its last words).
class Worker {
  public:
    Worker(WorkerSettings settings,
           LocalPuppet& puppet,
           const system::Clock& clock,
           system::Log& log);
    ~Worker();  ///< ends the process, or leaves it to end after a change
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    Expected<Greeting> greeting(Monotonic deadline);
    Expected<ral::Resource> find(const std::string& type,
                                 const std::string& title,
                                 Monotonic deadline);
    /// `provider`: only that one's, `system`: the default's; empty: all but those of `except`,
    /// which somebody else has read.
    Expected<Listed> search(const std::string& type,
                            const std::string& provider,
                            const std::vector<std::string>& except,
                            Monotonic deadline);
    /// Names of all types that Puppet knows here, sorted.
    Expected<std::vector<std::string>> types(Monotonic deadline);
    /// One catalog of all of them. A write that is overdue goes on for up to `write_limit`.
    Expected<ApplyResult> apply(const std::vector<ral::Resource>& resources,
                                bool noop,
                                Monotonic deadline);

    /// Ends the process, after the question or the change that it is at; the next question starts
    /// another.
    void refresh();

  private:
    struct State;
    Expected<Map> ask(const protocol::Question& question, Monotonic deadline);
    std::unique_ptr<State> state_;
};

}  // namespace mco::puppet
