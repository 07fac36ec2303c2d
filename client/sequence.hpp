// Conversations one after the other, as one.
#pragma once

#include "client/dialogue.hpp"

namespace mco::client {

/// The next begins when one is finished. Late replies to an earlier one are dropped; an interrupt
/// reaches the one under way and those that follow. May be part of another one: each takes eight
/// bits of the marks.
class Sequence : public Dialogue {
  public:
    std::vector<Question> next(Monotonic now) final;
    void on_reply(std::uint64_t mark, const message::Reply& reply, Monotonic now) final;
    void on_interrupt(Monotonic now) final;
    Monotonic wake_at() const final;

    bool finished() const final { return finished_; }

  protected:
    /// The last one is finished, or there was none: the next, which lives until this is called
    /// again. Null: that was all.
    virtual Dialogue* begin_next(Monotonic now) = 0;

    bool interrupted() const { return interrupted_; }

  private:
    Dialogue* current_ = nullptr;
    std::uint64_t number_ = 0;  // of the current one
    bool interrupted_ = false;
    bool finished_ = false;
};

}  // namespace mco::client
