// The book of the runs that this node started on request. It is kept in files, because a run often
// restarts the node's daemon, and in a directory of our own: those of Puppet are another user's.
// For each run there are NAME.json, what is known of it, and NAME.log, what it printed; both are
// for the owner only.
#pragma once

#include "agents/puppet/run_outcome.hpp"
#include "agents/puppet/run_output.hpp"
#include "core/error.hpp"
#include "puppet/paths.hpp"
#include "puppet/process_table.hpp"
#include "system/files.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace mco::puppet {

struct Run {
    std::string name;
    bool signalled = false;  ///< a daemon of Puppet's was woken: nobody sees what it prints
    bool noop = false;       ///< was asked for
    pid_t pid = 0;           ///< of the process that was started, or of that daemon
    std::uint64_t process_start = 0;  ///< of that process (ProcessTable); 0: it had ended already
    std::int64_t initiated_at = 0;    ///< seconds since the epoch
    std::optional<system::FileStamp> report_before;  ///< Puppet's report when it was started
    std::optional<RunResult> result;                 ///< once it is known for good
};

/// Cheap to make; nothing is cached. Any thread, several at a time; but one open() with its keep().
class RunBook {
  public:
    /// Paths and processes must outlive the book. `directory` is made when it is needed.
    RunBook(const Paths& paths, const ProcessTable& processes, std::string directory);

    /// A page for a run that is about to be started: notes how the runs before it ended, whose
    /// report it will replace, and forgets old ones. The name is the request's id, if that will do.
    /// Errors: io (the directory cannot be used; the message says why).
    Expected<Run> open(std::string_view request_id, std::int64_t now) const;

    /// Where the output of the run goes.
    std::string output_file(const Run& run) const { return file(run.name, ".log"); }

    /// Notes the run as started; call it with pid set. Errors: io.
    Expected<void> keep(Run run) const;

    /// Whether a run that was started a moment ago goes on: it may not have taken Puppet's lock
    /// yet.
    /// A daemon can be signalled again.
    bool busy(std::int64_t now) const;

    /// Errors: not_found (never started here, or forgotten), malformed, io.
    Expected<Run> find(const std::string& name) const;
    /// How the run goes on, or how it ended; what is final is noted.
    RunResult result(Run& run, std::int64_t now) const;
    /// Lines of its output from `since` on.
    OutputLines output(const Run& run, std::int64_t since) const;

  private:
    std::string file(const std::string& name, const char* ending) const;
    Expected<void> write(const Run& run) const;
    std::vector<Run> all() const;
    void settle_and_prune(std::int64_t now) const;
    void remove(const std::string& name) const;
    bool lives(const Run& run) const;
    std::int64_t lock_taken(const Run& run) const;
    std::int64_t last_sign(const Run& run) const;
    std::optional<RunResult> reported(const Run& run, const std::string& captured) const;
    std::optional<RunResult> final_result(const Run& run, std::int64_t now) const;

    const Paths& paths_;
    const ProcessTable& processes_;
    const std::string directory_;
};

/// Whether a run can have this name: it becomes a part of a file's name.
bool is_run_name(std::string_view name);

}  // namespace mco::puppet
