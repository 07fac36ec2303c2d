// Carries a call out on nodes that are known: all at once or in batches, as a conversation.
#pragma once

#include "client/call_plan.hpp"
#include "client/collect.hpp"
#include "client/dialogue.hpp"
#include "client/tally.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace mco::client {

/// Every request carries the same id, so that a late answer to an earlier batch counts, too. An
/// interrupt ends everything: what arrived before stays. Nothing is sent when there are no nodes.
class Performing final : public Dialogue {
  public:
    /// `status` outlives it.
    Performing(Request request,
               Targets targets,
               const CallPlan& plan,
               std::string id,
               Status& status,
               Sink sink);

    std::vector<Question> next(Monotonic now) override;
    void on_reply(std::uint64_t mark, const message::Reply& reply, Monotonic now) override;

    void on_interrupt(Monotonic /*now*/) override { interrupted_ = true; }

    Monotonic wake_at() const override;

    bool finished() const override { return finished_; }

    const Tally& tally() const { return tally_; }

    /// When it is finished: everything but the time of the start and the unproven answers.
    Statistics take_statistics() { return std::move(statistics_); }

  private:
    std::vector<Question> ask(Monotonic now);
    void take(Result&& result, Monotonic::duration since_sent);
    void conclude(Monotonic now);

    bool all_asked() const { return next_group_ == groups_.size(); }

    Request request_;
    Targets targets_;
    CallPlan plan_;
    std::string id_;
    Status& status_;
    Sink sink_;
    bool batched_;
    Route route_;
    std::vector<std::vector<std::string>> groups_;
    std::size_t next_group_ = 0;
    std::size_t asked_ = 0;  // nodes, from the first on
    std::optional<Monotonic> begun_;
    Monotonic sent_;                      // the last batch
    Monotonic resume_;                    // when the next one may go, once that is over
    std::optional<Collector> collector_;  // of the batch that is under way
    Tally tally_;
    std::vector<std::string> repeated_;
    std::size_t reply_bytes_ = 0;  // of all replies that were kept
    std::size_t last_size_ = 0;    // of the reply that is being taken
    bool timed_out_ = false;       // any batch
    bool interrupted_ = false;
    bool finished_ = false;
    Statistics statistics_;
};

}  // namespace mco::client
