// A conversation that consists of one request and of whoever waits for its answers.
#pragma once

#include "client/dialogue.hpp"
#include "client/waiter.hpp"

namespace mco::client {

/// `waiter` outlives it.
class WaiterDialogue final : public Dialogue {
  public:
    WaiterDialogue(Question question, Waiter& waiter);

    std::vector<Question> next(Monotonic now) override;
    void on_reply(std::uint64_t mark, const message::Reply& reply, Monotonic now) override;

    void on_interrupt(Monotonic /*now*/) override { interrupted_ = true; }

    Monotonic wake_at() const override;

    bool finished() const override { return complete_ || timed_out_ || interrupted_; }

    /// The waiter's time was over before it had seen enough.
    bool timed_out() const { return timed_out_; }

  private:
    Question question_;
    Waiter& waiter_;
    bool sent_ = false;
    bool complete_ = false;
    bool timed_out_ = false;
    bool interrupted_ = false;
};

}  // namespace mco::client
