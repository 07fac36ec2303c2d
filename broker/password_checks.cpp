#include "broker/password_checks.hpp"

#include <algorithm>
#include <functional>
#include <random>
#include <string_view>
#include <utility>

namespace mco::broker {

namespace {

/// Hashed in place of an unknown user's password, so that time does not tell who exists.
constexpr std::string_view nobodys_password =
    "pbkdf2-sha256:100000:00000000000000000000000000000000:"
    "0000000000000000000000000000000000000000000000000000000000000000";

}  // namespace

std::string PasswordChecks::random_salt() {
    std::random_device random;
    return std::to_string(random()) + "." + std::to_string(random()) + ".";
}

std::size_t PasswordChecks::queue_of(const std::string& login) const {
    return std::hash<std::string>()(salt_ + login) % queues;
}

bool PasswordChecks::is_remembered(const PasswordCheck& check) const {
    return check.account &&
           memory_.knows(check.login, check.account->password, check.passcode).value_or(false);
}

Expected<PasswordChecks::Ticket> PasswordChecks::add(PasswordCheck check) {
    if (is_remembered(check)) {
        asio::post(loop_, [check = std::move(check)] { check.done(check.account); });
        return next_ticket_++;
    }
    const std::size_t number = queue_of(check.login);
    auto& queue = queues_[number];
    if (waiting() >= most_waiting || queue.size() >= most_in_a_queue)
        return fail(Errc::limit, "too many logins wait to be checked, try again later");
    const Ticket ticket = next_ticket_++;
    if (queue.empty())
        turns_.push_back(number);
    queue.push_back({ticket, std::move(check)});
    owners_.emplace(ticket, number);
    asio::post(loop_, [this] { start_some(); });
    return ticket;
}

void PasswordChecks::give_up(Ticket ticket) {
    const auto owner = owners_.find(ticket);
    if (owner == owners_.end())
        return;
    auto& queue = queues_[owner->second];
    std::erase_if(queue, [ticket](const Waiting& each) { return each.ticket == ticket; });
    if (queue.empty())
        std::erase(turns_, owner->second);
    owners_.erase(owner);
}

void PasswordChecks::start_some() {
    while (running_ < at_once && !turns_.empty())
        start(take_next());
}

PasswordChecks::Waiting PasswordChecks::take_next() {
    const std::size_t number = turns_.front();
    turns_.pop_front();
    auto& queue = queues_[number];
    Waiting next = std::move(queue.front());
    queue.pop_front();
    owners_.erase(next.ticket);
    if (!queue.empty())
        turns_.push_back(number);
    return next;
}

/// A thousand nodes may share one user and come back together: what the first of them proved the
/// others find remembered.
void PasswordChecks::start(Waiting next) {
    if (is_remembered(next.check)) {
        next.check.done(next.check.account);
        return;
    }
    ++running_;
    asio::post(pool_, [this, next = std::move(next)]() mutable {
        const PasswordCheck& check = next.check;
        const bool right =
            check.account && password_matches(check.account->password, check.passcode);
        // An unknown user, and one whose password is kept in plain text, take as long as any other.
        if (!check.account || check.account->password.starts_with("plain:"))
            static_cast<void>(password_matches(nobodys_password, check.passcode));
        asio::post(loop_,
                   [this, right, next = std::move(next)]() mutable { on_checked(next, right); });
    });
}

void PasswordChecks::on_checked(Waiting& checked, bool right) {
    --running_;
    const PasswordCheck& check = checked.check;
    if (right)
        memory_.remember(check.login, check.account->password, check.passcode);
    check.done(right ? check.account : nullptr);
    start_some();
}

}  // namespace mco::broker
