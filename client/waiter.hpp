// Whoever waits for the answers to one request: fed with answers and time, it says when it has seen
// enough.
#pragma once

#include "core/message/message.hpp"
#include "core/time.hpp"

namespace mco::client {

/// Sans-I/O; called on the thread that runs the session.
class Waiter {
  public:
    Waiter() = default;
    Waiter(const Waiter&) = delete;
    Waiter& operator=(const Waiter&) = delete;
    virtual ~Waiter() = default;

    /// The request is about to go out.
    virtual void on_sent(Monotonic now) = 0;
    /// An answer whose sender is proven. True: nothing more is needed.
    virtual bool on_reply(const message::Reply& reply, Monotonic now) = 0;
    /// Called at wake_at() or later, when every answer that has arrived was handed in. True: the
    /// time is over.
    virtual bool on_tick(Monotonic now) = 0;
    virtual Monotonic wake_at() const = 0;
};

}  // namespace mco::client
