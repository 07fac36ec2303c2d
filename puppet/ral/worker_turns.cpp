#include "puppet/ral/worker_turns.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace mco::puppet {

Turns::Turn::Turn(Turn&& other) noexcept
    : turns_(std::exchange(other.turns_, nullptr)), number_(other.number_) {}

Turns::Turn::~Turn() {
    if (turns_)
        turns_->leave(number_);
}

Expected<Turns::Turn> Turns::take(Monotonic until) {
    std::unique_lock lock(mutex_);
    if (queue_.size() > most_waiting_)
        return fail(
            Errc::unavailable,
            "Puppet is busy here: " + std::to_string(most_waiting_) + " questions wait already");
    Turn turn(*this, next_++);
    queue_.push_back(turn.number_);
    const bool came =
        changed_.wait_until(lock, until, [&] { return queue_.front() == turn.number_; });
    lock.unlock();  // before the turn ends, should it
    if (!came)
        return fail(Errc::timed_out, "Puppet is busy here with other questions");
    return turn;
}

std::optional<Turns::Turn> Turns::take_if_free() {
    const std::lock_guard lock(mutex_);
    if (!queue_.empty())
        return std::nullopt;
    queue_.push_back(next_);
    return Turn(*this, next_++);
}

std::size_t Turns::waiting() const {
    const std::lock_guard lock(mutex_);
    return queue_.empty() ? 0 : queue_.size() - 1;
}

void Turns::leave(std::uint64_t number) {
    const std::lock_guard lock(mutex_);
    queue_.erase(std::find(queue_.begin(), queue_.end(), number));
    changed_.notify_all();
}

}  // namespace mco::puppet
