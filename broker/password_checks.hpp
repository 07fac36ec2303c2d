// Slow password checks, away from the I/O thread: bounded, a few at once, and in turn, so that
// whoever guesses at one user's password delays the logins of that user only.
#pragma once

#include "broker/password.hpp"
#include "broker/users.hpp"
#include "system/asio.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace mco::broker {

struct PasswordCheck {
    AccountPtr account;  ///< null for a user whom nobody knows; all of these take turns as one
    std::string login;
    std::string passcode;
    /// On the loop: the account, or null when the password is wrong. Never from inside add().
    std::function<void(AccountPtr)> done;
};

/// I/O thread only, but for what it runs on the pool.
class PasswordChecks {
  public:
    using Ticket = std::uint64_t;

    static constexpr std::size_t at_once = 2;
    static constexpr std::size_t most_waiting = 4096;
    static constexpr std::size_t most_waiting_for_one = most_waiting / 4;

    /// Loop and pool outlive this and every check; the pool ends before the loop does.
    PasswordChecks(asio::io_context& loop, asio::thread_pool& pool) : loop_(loop), pool_(pool) {}

    /// Errors: limit when too many wait.
    Expected<Ticket> add(PasswordCheck check);
    /// `done` will not be called: the peer has gone. Unknown tickets do not count.
    void give_up(Ticket ticket);

    std::size_t waiting() const { return owners_.size(); }

  private:
    struct Waiting {
        Ticket ticket = 0;
        PasswordCheck check;
    };

    void start_some();
    Waiting take_next();
    void start(Waiting next);
    void on_checked(Waiting& checked, bool right);

    asio::io_context& loop_;
    asio::thread_pool& pool_;
    PasswordMemory memory_;
    std::unordered_map<std::string, std::deque<Waiting>> queues_;  // by user
    std::unordered_map<Ticket, std::string> owners_;               // of those that wait
    std::deque<std::string> turns_;                                // users with waiting checks
    std::size_t running_ = 0;
    Ticket next_ticket_ = 1;
};

}  // namespace mco::broker
