#include "client/waiter_dialogue.hpp"

#include <utility>

namespace mco::client {

WaiterDialogue::WaiterDialogue(Question question, Waiter& waiter)
    : question_(std::move(question)), waiter_(waiter) {}

std::vector<Question> WaiterDialogue::next(Monotonic now) {
    if (finished())
        return {};
    if (!std::exchange(sent_, true)) {
        waiter_.on_sent(now);
        return {question_};
    }
    timed_out_ = now >= waiter_.wake_at() && waiter_.on_tick(now);
    return {};
}

void WaiterDialogue::on_reply(std::uint64_t /*mark*/, const message::Reply& reply, Monotonic now) {
    if (!finished())
        complete_ = waiter_.on_reply(reply, now);
}

Monotonic WaiterDialogue::wake_at() const {
    return sent_ ? waiter_.wake_at() : Monotonic::min();
}

}  // namespace mco::client
