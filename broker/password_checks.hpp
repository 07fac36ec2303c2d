// Slow password checks, away from the I/O thread: bounded, a few at once, and in turn, so that
// whoever guesses at one user's password delays hardly anybody else.
#pragma once

#include "broker/password.hpp"
#include "broker/users.hpp"
#include "system/asio.hpp"

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <unordered_map>
#include <utility>

namespace mco::broker {

struct PasswordCheck {
    AccountPtr account;  ///< null for a user whom nobody knows
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
    static constexpr std::size_t most_in_a_queue = most_waiting / 4;
    /// Names, known or not, share them by chance: who waits how long tells nothing about a name.
    static constexpr std::size_t queues = 256;

    /// Loop and pool outlive this and every check; the pool ends before the loop does. Nobody else
    /// knows the `salt` by which names find their queues.
    PasswordChecks(asio::io_context& loop,
                   asio::thread_pool& pool,
                   std::string salt = random_salt())
        : loop_(loop), pool_(pool), salt_(std::move(salt)) {}

    /// A password that was right before is so at once. Errors: limit when too many wait.
    Expected<Ticket> add(PasswordCheck check);
    /// `done` will not be called: the peer has gone. Unknown tickets do not count.
    void give_up(Ticket ticket);

    std::size_t waiting() const { return owners_.size(); }

  private:
    struct Waiting {
        Ticket ticket = 0;
        PasswordCheck check;
    };

    static std::string random_salt();
    std::size_t queue_of(const std::string& login) const;
    bool is_remembered(const PasswordCheck& check) const;
    void start_some();
    Waiting take_next();
    void start(Waiting next);
    void on_checked(Waiting& checked, bool right);

    asio::io_context& loop_;
    asio::thread_pool& pool_;
    const std::string salt_;
    PasswordMemory memory_;
    std::array<std::deque<Waiting>, queues> queues_;
    std::unordered_map<Ticket, std::size_t> owners_;  // queues of those that wait
    std::deque<std::size_t> turns_;                   // queues that are not empty
    std::size_t running_ = 0;
    Ticket next_ticket_ = 1;
};

}  // namespace mco::broker
