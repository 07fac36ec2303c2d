// Puppet runs on many nodes: which may start now, whom to ask how it goes on, what became of each.
// Pure: fed with replies and time, by whoever talks to the nodes (client/rollout/conductor.hpp).
#pragma once

#include "client/rollout/allowed_failures.hpp"
#include "client/rollout/node_run.hpp"
#include "core/time.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace mco::client {

struct RolloutPlan {
    std::size_t concurrency = 0;  ///< nodes that apply catalogs at once; 0: no limit
    /// The first wave; each later one has twice as many nodes, and starts when all of the former
    /// have ended. 0: everybody is in the first.
    std::size_t canary = 0;
    /// Absent: nothing stops it, but with a canary nobody may fail. Counted over the nodes of all
    /// waves so far.
    std::optional<AllowedFailures> max_failures;
    /// A node that applies a catalog already is waited for, and started then; else it refuses.
    bool wait_for_busy = false;
    std::chrono::seconds lost_after{30};  ///< without any answer
    std::chrono::seconds run_limit{3600};
    /// A run was accepted, but Puppet is not seen to do anything. Has to be longer than its splay.
    std::chrono::seconds start_limit{300};
};

class Rollout {
  public:
    /// `nodes` in the order in which they are started; a name that comes again is left out.
    Rollout(const RolloutPlan& plan, const std::vector<std::string>& nodes);

    /// Nodes to be started now, within concurrency, wave and allowed failures; each is `asked` from
    /// here on. Those that were busy come first. Begins the next wave when its time has come.
    std::vector<std::string> start(Monotonic now);

    // What happens. Names that are not in the rollout are ignored, as is what comes too late to
    // matter.

    /// Before its turn, or while it is busy: the node was asked for its state. Of no effect
    /// without `wait_for_busy`.
    void on_status(std::string_view node, bool applying, Monotonic now);
    /// `runonce` was accepted.
    void on_accepted(std::string_view node,
                     std::string run,
                     std::int64_t initiated_at,
                     std::string message,
                     Monotonic now);
    /// `runonce` failed with this text. With `wait_for_busy` a node that applies a catalog becomes
    /// busy, which the text tells.
    void on_refused(std::string_view node, std::string message, Monotonic now);
    /// How a run goes on.
    void on_report(std::string_view node, RunReport report, bool applying, Monotonic now);
    /// Time passes: nodes are lost, overdue, or not started.
    void on_time(Monotonic now);
    /// No more are started: those whose turn has not come, busy ones included, end as not_run.
    /// `why` is for the reader. The first stop counts; too many failures are one.
    void stop(std::string why);

    /// Nodes that ended since the last call, in the order of their ends; pointers hold as long as
    /// the rollout.
    std::vector<const NodeRun*> take_ended();

    bool finished() const;  ///< everybody has ended

    bool stopped() const { return stopped_; }

    const std::string& why_stopped() const { return why_stopped_; }  ///< empty unless it was

    /// The wave under way, from 1 on, and how many nodes are in it and those before.
    std::size_t wave() const { return wave_; }

    std::size_t wave_end() const { return wave_end_; }

    const std::vector<NodeRun>& nodes() const { return nodes_; }

    const NodeRun* find(std::string_view node) const;
    std::size_t count(Phase phase) const;
    std::size_t count(Verdict verdict) const;
    std::size_t failures() const;

  private:
    using Index = std::size_t;

    /// The node, if it is in one of these phases.
    std::optional<Index> find_in(std::string_view node, std::initializer_list<Phase> phases) const;
    bool has_place() const;
    std::optional<Index> next_waiting() const;
    void begin_wave_if_due();
    void enter(Index index, Phase phase, Monotonic now);
    void leave_phase(Index index);
    void end(Index index, Verdict verdict);
    void end(Index index, Verdict verdict, std::string message);
    void check_time(Index index, Monotonic now);
    void stop_if_too_many_failed();

    RolloutPlan plan_;
    std::vector<NodeRun> nodes_;
    std::map<std::string, Index, std::less<>> by_name_;
    std::set<Index> fresh_;     // waiting, never busy so far
    std::set<Index> returned_;  // waiting again: their own runs have ended
    std::vector<Index> ended_;
    std::size_t taken_ = 0;  // of ended_
    std::array<std::size_t, 5> phases_{};
    std::array<std::size_t, 12> verdicts_{};
    std::size_t wave_ = 1;
    std::size_t wave_size_ = 0;  // new nodes in it
    std::size_t wave_end_ = 0;
    std::size_t left_in_waves_ = 0;  // not ended
    std::size_t failed_in_waves_ = 0;
    bool stopped_ = false;
    std::string why_stopped_;
};

}  // namespace mco::client
