// One run of `mco` on a broker: connects, sends requests and waits for their answers, on the thread
// that calls it.
#pragma once

#include "client/compose.hpp"
#include "client/dialogue.hpp"
#include "client/proving.hpp"
#include "client/waiter.hpp"
#include "core/error.hpp"
#include "core/message/awaited_ids.hpp"
#include "core/security/provider.hpp"
#include "system/clock.hpp"
#include "transport/connector.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace boost::asio {
class io_context;
}

namespace mco::client {

/// What a session works with; all of it outlives the session.
struct SessionParts {
    boost::asio::io_context& io;
    transport::Connector& connector;
    security::Provider& provider;
    const system::Clock& clock;
    std::string identity;
    bool signed_targets = false;  ///< see Origin
};

/// How a wait ended.
enum class Ended { complete, timed_out, interrupted };

class Session {
  public:
    explicit Session(SessionParts parts);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    /// Waits for the first connection. Errors: timed_out after `bound`, unavailable when the
    /// connector gave up; the message is why the last attempt failed, or empty. An interrupt ends
    /// the wait, too.
    Expected<void> connect(std::chrono::milliseconds bound);

    /// Composes a request around a fresh id and reply queue.
    using Compose = std::function<std::vector<Shipment>(const Origin& origin)>;

    /// Sends what `compose` returns and feeds `waiter` until it has enough. `agent` names the reply
    /// queue; `id` is that of the request, a fresh one if it is empty. Errors: what the provider or
    /// the connector says, unavailable when the connection is gone for good.
    Expected<Ended> exchange(const std::string& collective,
                             const std::string& agent,
                             const Compose& compose,
                             Waiter& waiter,
                             std::string id = {});

    /// Holds a conversation until `dialogue` is finished; all its replies come to one queue, which
    /// `agent` names. Returns `interrupted` if there was an interrupt, after which the dialogue may
    /// have gone on. Errors as exchange().
    Expected<Ended> converse(const std::string& collective,
                             const std::string& agent,
                             Dialogue& dialogue);

    /// Sends what `compose` returns and waits for nothing. `reply_to`: who gets the replies, if
    /// there are any; empty: nobody. Returns the request's id. Errors as exchange().
    Expected<std::string> send_only(const std::string& collective,
                                    const std::string& agent,
                                    const Compose& compose,
                                    const std::string& reply_to);

    /// Lets time pass; what arrives meanwhile is dropped. False: it was interrupted.
    bool pause(std::chrono::milliseconds time);

    /// Ends the current wait, and every later one at once. Also what SIGINT does after
    /// catch_interrupts().
    void interrupt();

    bool interrupted() const { return interrupts_ > 0; }

    void catch_interrupts();

    /// Answers dropped so far because nobody could prove who sent them, and why the last of them
    /// was.
    std::size_t unproven() const { return unproven_; }

    const std::string& why_unproven() const { return why_unproven_; }

    /// The same by the name that each claimed to be of; a bounded number of names.
    const std::map<std::string, std::string>& unproven_senders() const { return unproven_senders_; }

    Monotonic now() const { return parts_.clock.monotonic(); }

    TimePoint wall_clock() const { return parts_.clock.now(); }

    /// Leaves the broker, for at most a moment.
    void close();

  private:
    struct Signals;

    void deliver(message::Delivery delivery);
    void prove_arrivals();
    void take(const message::Delivery& delivery, const ProvingCrew::Proof& proof, Monotonic at);
    void drop(const message::Delivery& delivery, const message::Rejection& why);
    Origin origin(std::string id, std::string reply_to) const;
    Expected<void> send(const std::vector<Shipment>& shipments, const std::string& reply_to);
    Expected<Ended> wait(Waiter& waiter);
    void drain();
    void await_signal();
    Expected<void> ask(const Question& question, const std::string& reply_to);
    Expected<Ended> talk(Dialogue& dialogue, const std::string& reply_to);

    SessionParts parts_;
    std::unique_ptr<Signals> signals_;
    bool started_ = false;
    bool connected_ = false;
    int interrupts_ = 0;
    std::string failure_;  // why the connector gave up
    bool failed_ = false;
    std::string last_error_;  // of an attempt to connect
    std::uint64_t sequence_ = 0;
    Waiter* waiter_ = nullptr;      // of the exchange under way
    Dialogue* dialogue_ = nullptr;  // of the conversation under way
    message::AwaitedIds awaited_;   // of either
    bool complete_ = false;
    ProvingCrew crew_;
    std::vector<message::Delivery> arrived_;  // to be proven together
    std::vector<Monotonic> arrival_times_;    // of the same
    std::size_t unproven_ = 0;
    std::string why_unproven_;
    std::map<std::string, std::string> unproven_senders_;
};

}  // namespace mco::client
