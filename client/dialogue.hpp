// A conversation with nodes: requests go out at any time, and replies come in any order.
#pragma once

#include "client/compose.hpp"
#include "core/message/message.hpp"
#include "core/time.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace mco::client {

/// One request of a conversation.
struct Question {
    Request request;
    std::vector<std::string> nodes;
    Route route = Route::directed_by_name;
    std::uint64_t mark = 0;  ///< comes back with every reply
};

/// Whoever leads a conversation. Sans-I/O; called on the thread that runs the session.
class Dialogue {
  public:
    Dialogue() = default;
    Dialogue(const Dialogue&) = delete;
    Dialogue& operator=(const Dialogue&) = delete;
    virtual ~Dialogue() = default;

    /// What to send now; also called when there is nothing new, at wake_at() at the latest. What
    /// cannot be sent because too much waits for the broker is dropped.
    virtual std::vector<Question> next(Monotonic now) = 0;
    /// An answer whose sender is proven, to the question with this mark; however late it comes, and
    /// perhaps a second time.
    virtual void on_reply(std::uint64_t mark, const message::Reply& reply, Monotonic now) = 0;
    /// The user wants to stop. The conversation goes on until it is finished, or until the next
    /// interrupt.
    virtual void on_interrupt(Monotonic now) = 0;
    virtual Monotonic wake_at() const = 0;
    virtual bool finished() const = 0;
};

}  // namespace mco::client
