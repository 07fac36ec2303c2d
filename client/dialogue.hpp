// A conversation with nodes: requests go out at any time, and replies come in any order.
#pragma once

#include "client/question.hpp"
#include "client/unproven.hpp"
#include "core/message/message.hpp"
#include "core/time.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace mco::client {

/// Whoever leads a conversation. Sans-I/O; called on the thread that runs the switchboard, never
/// from inside a call into it.
class Dialogue {
  public:
    Dialogue() = default;
    Dialogue(const Dialogue&) = delete;
    Dialogue& operator=(const Dialogue&) = delete;
    virtual ~Dialogue() = default;

    /// What to send now; also called when there is nothing new. At wake_at() or later it is only
    /// called when every answer that has arrived was handed in: time may be over then.
    virtual std::vector<Question> next(Monotonic now) = 0;
    /// An answer whose sender is proven, to the question with this mark; however late it comes, and
    /// perhaps a second time. Afterwards next() is called soon.
    virtual void on_reply(std::uint64_t mark, const message::Reply& reply, Monotonic now) = 0;

    /// An answer was dropped because nobody could prove who sent it.
    virtual void on_unproven(const Unprovable& /*dropped*/, Monotonic /*now*/) {}

    /// The user wants to stop. The conversation goes on until it is finished, or until the next
    /// interrupt.
    virtual void on_interrupt(Monotonic now) = 0;
    virtual Monotonic wake_at() const = 0;
    virtual bool finished() const = 0;
};

}  // namespace mco::client
