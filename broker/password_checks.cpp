#include "broker/password_checks.hpp"

#include <algorithm>
#include <utility>

namespace mco::broker {

namespace {

/// Hashed in place of an unknown user's password, so that time does not tell who exists.
constexpr std::string_view nobodys_password =
    "pbkdf2-sha256:100000:00000000000000000000000000000000:"
    "0000000000000000000000000000000000000000000000000000000000000000";

std::string_view stored_password(const PasswordCheck& check) {
    return check.account ? std::string_view(check.account->password) : nobodys_password;
}

std::string user_of(const PasswordCheck& check) {
    return check.account ? check.account->name : std::string();
}

}  // namespace

Expected<PasswordChecks::Ticket> PasswordChecks::add(PasswordCheck check) {
    const std::string user = user_of(check);
    auto& queue = queues_[user];
    if (waiting() >= most_waiting || queue.size() >= most_waiting_for_one)
        return fail(Errc::limit, "too many logins wait to be checked");
    const Ticket ticket = next_ticket_++;
    if (queue.empty())
        turns_.push_back(user);
    queue.push_back({ticket, std::move(check)});
    owners_.emplace(ticket, user);
    asio::post(loop_, [this] { start_some(); });
    return ticket;
}

void PasswordChecks::give_up(Ticket ticket) {
    const auto owner = owners_.find(ticket);
    if (owner == owners_.end())
        return;
    auto& queue = queues_[owner->second];
    std::erase_if(queue, [ticket](const Waiting& each) { return each.ticket == ticket; });
    if (queue.empty()) {
        std::erase(turns_, owner->second);
        queues_.erase(owner->second);
    }
    owners_.erase(owner);
}

void PasswordChecks::start_some() {
    while (running_ < at_once && !turns_.empty())
        start(take_next());
}

PasswordChecks::Waiting PasswordChecks::take_next() {
    std::string user = std::move(turns_.front());
    turns_.pop_front();
    const auto queue = queues_.find(user);
    Waiting next = std::move(queue->second.front());
    queue->second.pop_front();
    owners_.erase(next.ticket);
    if (queue->second.empty())
        queues_.erase(queue);
    else
        turns_.push_back(std::move(user));
    return next;
}

/// A thousand nodes may share one user and come back together: what the first of them proved the
/// others find remembered.
void PasswordChecks::start(Waiting next) {
    const PasswordCheck& check = next.check;
    if (const auto known = memory_.knows(check.login, stored_password(check), check.passcode)) {
        check.done(*known ? check.account : nullptr);
        return;
    }
    ++running_;
    asio::post(pool_, [this, next = std::move(next)]() mutable {
        const bool right = password_matches(stored_password(next.check), next.check.passcode) &&
                           next.check.account;
        asio::post(loop_,
                   [this, right, next = std::move(next)]() mutable { on_checked(next, right); });
    });
}

void PasswordChecks::on_checked(Waiting& checked, bool right) {
    --running_;
    const PasswordCheck& check = checked.check;
    if (right)
        memory_.remember(check.login, stored_password(check), check.passcode);
    check.done(right ? check.account : nullptr);
    start_some();
}

}  // namespace mco::broker
