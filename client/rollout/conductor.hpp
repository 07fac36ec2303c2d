// Leads Puppet runs on many nodes: starts them as the rollout says and asks how they go on, by
// `run_result`, or by `status` and `last_run_summary` where a node does not know that
// (client specification §5.1.4, §5.1.5).
#pragma once

#include "client/dialogue.hpp"
#include "client/outcome.hpp"
#include "client/rollout/node_replies.hpp"
#include "client/rollout/rollout.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mco::client {

/// Told what happens; draws nothing by itself. Texts come from nodes, but are safe for a terminal.
class RolloutWatcher {
  public:
    RolloutWatcher() = default;
    RolloutWatcher(const RolloutWatcher&) = delete;
    RolloutWatcher& operator=(const RolloutWatcher&) = delete;
    virtual ~RolloutWatcher() = default;

    /// The node answered when it was asked to run.
    virtual void on_scheduled(const std::string& /*node*/, const std::string& /*said*/) {}

    /// A line that the run printed: each once, in order.
    virtual void on_output(const std::string& /*node*/, const std::string& /*line*/) {}

    /// `data`: as the node answered `run_result` last, or in that form; empty if it told nothing.
    virtual void on_end(const NodeRun& /*run*/, const Map& /*data*/) {}

    /// Time passed, and perhaps something happened; there is more to come.
    virtual void on_progress(const Rollout& /*rollout*/, Monotonic /*now*/) {}
};

/// What is to be done.
struct RunOrder {
    Request runonce;
    std::vector<std::string> nodes;
    RolloutPlan plan;
    bool follow = false;  ///< the lines that runs print are wanted
    bool direct = true;   ///< requests may go to single nodes; else the filter names them
};

class Conductor final : public Dialogue {
  public:
    /// How often one node is asked when there are few; with many it is less often.
    static constexpr std::chrono::milliseconds usual_interval{300};
    /// The same when its run has gone on for several minutes.
    static constexpr std::chrono::milliseconds longest_interval{2000};
    /// The longest pause before a silent node is asked again.
    static constexpr std::chrono::seconds longest_pause{5};
    /// Runs asked about in a second, all together.
    static constexpr double most_per_second = 1500;
    /// How long a node may be seen neither to run nor to have ended its run, having been seen to
    /// run before.
    static constexpr std::chrono::seconds grace{10};

    Conductor(RunOrder order, RolloutWatcher& watcher);

    /// The data of a reply to `status` from before the start.
    void know(const std::string& node, const Value& status, Monotonic now);

    std::vector<Question> next(Monotonic now) override;
    void on_reply(std::uint64_t mark, const message::Reply& reply, Monotonic now) override;
    void on_interrupt(Monotonic now) override;

    Monotonic wake_at() const override { return wake_; }

    bool finished() const override { return done_; }

    const Rollout& rollout() const { return rollout_; }

  private:
    enum class About { start, result, status, summary };

    /// A node that is asked how it goes on.
    struct Asked {
        About about = About::result;
        Monotonic begun;  // the first time
        Monotonic sent;
        Monotonic due;
        std::chrono::milliseconds pause = usual_interval;
        bool answered = true;
        int failures = 0;         // of replies, one after the other
        bool following = false;   // lines are wanted
        std::int64_t offset = 0;  // where they go on
        std::optional<Monotonic> quiet_since;
    };

    struct Topic;

    static std::uint64_t mark_of(About about, std::int64_t since);
    static About about_of(std::uint64_t mark);

    std::chrono::milliseconds interval(const Asked& asked, Monotonic now) const;
    void wake(Monotonic now, Monotonic due);
    void hand_over_ended();
    void watch(const std::string& node, About about, Monotonic now);
    void add_questions(std::vector<Question>& questions,
                       About about,
                       std::int64_t since,
                       Map inputs,
                       const std::vector<std::string>& nodes) const;
    Topic topic_of(const std::string& node, const Asked& asked) const;
    void add_polls(std::vector<Question>& questions, Monotonic now);
    void on_asked(Asked& asked, Monotonic now) const;
    void on_answered(Asked& asked, Monotonic now);
    Asked* answering(const std::string& node, Phase phase, About about, Monotonic now);

    void on_start_reply(const Result& result, Monotonic now);
    void on_result_reply(const Result& result, std::int64_t since, Monotonic now);
    void on_result_failure(Asked& asked, const Result& result, Monotonic now);
    void on_status_reply(const Result& result, Monotonic now);
    void on_run_status(Asked& asked, const NodeRun& run, const AgentState& state, Monotonic now);
    void on_summary_reply(const Result& result, Monotonic now);
    void on_failure(Asked& asked, const Result& result, int most, Monotonic now);
    bool follow(Asked& asked,
                const std::string& node,
                const RunState& state,
                std::int64_t since,
                Monotonic now);

    RunOrder order_;
    RolloutWatcher& watcher_;
    Rollout rollout_;
    bool noop_ = false;
    std::map<std::string, Asked> asked_;
    std::map<std::string, std::int64_t> lastruns_;  // before the start, where they are known
    std::map<std::string, Map> data_;               // the last of each node
    Monotonic wake_;
    Monotonic last_poll_;
    double allowance_ = 0;  // nodes that may be asked now
    bool interrupted_ = false;
    bool done_ = false;
};

}  // namespace mco::client
