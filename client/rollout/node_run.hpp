// What is known of Puppet on one node of a rollout: plain data.
#pragma once

#include "core/time.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mco::client {

enum class Phase {
    waiting,  ///< its turn has not come
    busy,     ///< applies a catalog that was not started here
    asked,    ///< `runonce` is on its way
    running,  ///< accepted: it runs, or is about to
    ended
};

enum class Verdict {
    none,  ///< not ended
    unchanged,
    changed,
    failed,       ///< resources failed, or there was no new catalog
    skipped,      ///< Puppet ended without a run: somebody else's was under way, or it is disabled
    no_report,    ///< it ended without a report: killed, perhaps
    refused,      ///< the node said no
    disabled,     ///< the node said no because Puppet is disabled there
    lost,         ///< no answer any more
    not_started,  ///< accepted, but nothing was seen of it
    overdue,      ///< still running after the limit
    not_run       ///< its turn did not come: stopped before
};

/// Whether a run with this verdict counts against the allowed failures, and makes the exit code 2.
bool counts_as_failure(Verdict verdict);

/// The word for programs: `unchanged`, `no_report`, …
std::string_view name(Verdict verdict);

/// What a node told about its run: from `run_result`, or put together from `status` and
/// `last_run_summary` of a node that does not have that action.
struct RunReport {
    bool finished = false;
    Verdict verdict = Verdict::none;  ///< of a finished one: unchanged to no_report
    bool noop = false;
    bool cached_catalog = false;  ///< no new one could be had: that of an earlier run was applied
    std::int64_t total = 0;
    std::int64_t changed = 0;
    std::int64_t failed = 0;
    std::int64_t out_of_sync = 0;
    double duration = 0;  ///< seconds
    double started_at = 0;
    double ended_at = 0;  ///< by the node's clock
    std::vector<std::string> errors;
};

struct NodeRun {
    std::string node;
    Phase phase = Phase::waiting;
    Verdict verdict = Verdict::none;
    std::string run;                ///< name of the run; empty if the node cannot tell
    std::int64_t initiated_at = 0;  ///< by the node's clock
    std::string message;            ///< what the node said when asked to run, or why it is missing
    RunReport report;
    Monotonic asked;            ///< when `runonce` was sent
    Monotonic heard;            ///< its last answer
    Monotonic since;            ///< when its phase began, of busy, asked and running ones
    bool seen_running = false;  ///< since it was accepted
};

}  // namespace mco::client
