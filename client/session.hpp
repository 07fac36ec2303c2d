// One run of `mco` on a broker: a switchboard for those who wait. Runs its io_context on the thread
// that calls.
#pragma once

#include "client/switchboard.hpp"
#include "client/waiter.hpp"
#include "core/error.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace mco::client {

class Session {
  public:
    explicit Session(SwitchboardParts parts);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    /// Waits for the first connection. Errors: timed_out after `bound`, unavailable when the
    /// connector gave up; the message is why the last attempt failed, or empty. An interrupt ends
    /// the wait, too.
    Expected<void> connect(std::chrono::milliseconds bound);

    /// Sends a request and feeds `waiter` until it has enough; nothing is sent after an interrupt.
    /// `agent` names the reply queue. Errors: what the provider or the connector says, unavailable
    /// when the connection is gone for good.
    Expected<Ended> exchange(const std::string& collective,
                             const std::string& agent,
                             Question question,
                             Waiter& waiter);

    /// Holds a conversation until `dialogue` is finished; all its replies come to one queue, which
    /// `agent` names. Returns `interrupted` if there was an interrupt, after which the dialogue may
    /// have gone on. Errors as exchange().
    Expected<Ended> converse(const std::string& collective,
                             const std::string& agent,
                             Dialogue& dialogue);

    /// Sends a request and waits for nothing. `reply_to`: who gets the replies, if there are any;
    /// empty: nobody. Returns the request's id. Errors as exchange().
    Expected<std::string> send_only(const Question& question, const std::string& reply_to);

    /// Lets time pass; what arrives meanwhile is dropped. False: it was interrupted.
    bool pause(std::chrono::milliseconds time);

    /// Ends the current wait, and every later one at once. Also what SIGINT does after
    /// catch_interrupts().
    void interrupt();

    bool interrupted() const { return interrupts_ > 0; }

    void catch_interrupts();

    /// Answers dropped so far because nobody could prove who sent them.
    const Unproven& unproven_answers() const { return switchboard_.unproven(); }

    std::size_t unproven() const { return unproven_answers().count(); }

    const std::string& why_unproven() const { return unproven_answers().why(); }

    const system::Clock& clock() const { return parts_.clock; }

    Monotonic now() const { return parts_.clock.monotonic(); }

    TimePoint wall_clock() const { return parts_.clock.now(); }

    /// Leaves the broker, for at most a moment.
    void close();

  private:
    struct Signals;

    bool run_until(const std::function<bool()>& done, Monotonic deadline = Monotonic::max());
    void await_signal();

    SwitchboardParts parts_;
    Switchboard switchboard_;
    std::unique_ptr<Signals> signals_;
    std::optional<Switchboard::Ticket> current_;
    bool started_ = false;
    bool connected_ = false;
    int interrupts_ = 0;
    std::string last_error_;  // of an attempt to connect
};

}  // namespace mco::client
