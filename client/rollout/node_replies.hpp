// What nodes say of Puppet runs, out of replies that may hold anything: what is missing or of
// another type counts as not said, texts are cut and safe for a terminal. Pure.
#pragma once

#include "client/outcome.hpp"
#include "client/rollout/node_run.hpp"
#include "core/value.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mco::client {

/// A reply to `runonce` that did not fail.
struct Acceptance {
    std::string run;  ///< empty: the node cannot be asked for it by name
    std::int64_t initiated_at = 0;
};

Acceptance read_acceptance(const Value& data);

/// What `runonce` came to, in the node's words: the summary, or why it failed.
std::string said(const Result& reply);

/// A reply to `run_result`.
struct RunState {
    RunReport report;
    std::vector<std::string> lines;    ///< of output, from where they were asked for
    std::optional<std::int64_t> next;  ///< where the next ones begin
};

RunState read_run_result(const Value& data);

/// A reply to `status`.
struct AgentState {
    bool applying = false;
    bool enabled = true;  ///< unless it says that it is not
    std::int64_t lastrun = 0;
};

AgentState read_status(const Value& data);

/// The report of a finished run, from a reply to `last_run_summary` with logs. `noop`: it was asked
/// to change nothing.
RunReport read_last_run(const Value& data, bool noop);

/// When the run ended that a reply to `last_run_summary` is about, in seconds since the epoch.
std::int64_t last_run_end(const Value& data);

/// A run that ended without one.
RunReport no_report(std::string why);

/// The report in the form of `run_result`, for nodes that do not have that action.
Map run_data(const RunReport& report);

}  // namespace mco::client
