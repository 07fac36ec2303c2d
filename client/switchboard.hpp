// Many conversations at once on one connection: each has a reply queue of its own, and replies find
// their way by the id of the request. Asynchronous, on an io_context that somebody else runs.
//
// Threads: everything happens on the thread that runs the io_context, except post(), which takes
// work from any thread. Replies are proven on all cores, while that thread takes part.
//
// Time is over for a conversation only when the io_context has nothing left that is ready, so that
// a busy machine does not make answers late.
#pragma once

#include "client/dialogue.hpp"
#include "client/proving.hpp"
#include "core/error.hpp"
#include "core/message/awaited_ids.hpp"
#include "core/message/rejection.hpp"
#include "core/security/provider.hpp"
#include "system/clock.hpp"
#include "transport/connector.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace boost::asio {
class io_context;
}

namespace mco::client {

/// What a switchboard works with; all of it outlives it.
struct SwitchboardParts {
    boost::asio::io_context& io;
    transport::Connector& connector;
    security::Provider& provider;
    const system::Clock& clock;
    std::string identity;
    bool signed_targets = false;  ///< see Origin
};

/// How a conversation, or a wait, ended.
enum class Ended { complete, timed_out, interrupted };

/// Told about the connection; each may be empty.
struct ConnectionWatcher {
    std::function<void(const std::string& peer)> connected = {};  ///< also again
    std::function<void(const Error& why)> disconnected = {};      ///< another attempt will follow
    std::function<void(const Error& why)> failed = {};            ///< the connector gave up
};

class Switchboard {
  public:
    /// Names a conversation; never used again.
    using Ticket = std::uint64_t;
    /// `complete`, or `interrupted` after an interrupt or cancel(). Errors: what the provider or
    /// the connector says, unavailable when the connection is gone for good.
    using OnEnd = std::function<void(Expected<Ended> ended)>;

    /// Requests that one conversation waits for; beyond it the oldest are forgotten.
    static constexpr std::size_t usual_most_awaited = message::AwaitedIds::usual_most;

    explicit Switchboard(SwitchboardParts parts, std::size_t most_awaited = usual_most_awaited);
    /// Conversations that are still there are not told; close() tells them.
    ~Switchboard();
    Switchboard(const Switchboard&) = delete;
    Switchboard& operator=(const Switchboard&) = delete;

    /// Starts the connector; once.
    void open(ConnectionWatcher watcher);

    /// Begins a conversation, whose replies all come to one queue that `agent` names. `on_end` is
    /// called exactly once, never from inside a call into the switchboard; until then `dialogue`
    /// lives. It may start others, but not destroy the switchboard.
    Ticket start(const std::string& collective,
                 const std::string& agent,
                 Dialogue& dialogue,
                 OnEnd on_end);

    /// Tells the dialogue that the user wants to stop; the second time the conversation ends. A
    /// ticket whose conversation has ended is ignored, here and below.
    void interrupt(Ticket ticket);

    /// Ends the conversation without a word to the dialogue.
    void cancel(Ticket ticket);

    /// Sends a request whose replies nobody here waits for. `reply_to`: who gets them; empty: an
    /// address where nobody listens. Returns the request's id. Errors as those of a conversation.
    Expected<std::string> send_only(const Question& question, const std::string& reply_to);

    /// Any thread, as long as the switchboard is there: has `work` done on the thread that runs the
    /// io_context. Work that is left when the switchboard goes is dropped.
    void post(std::function<void(Switchboard&)> work);

    /// Ends every conversation with an error and leaves the broker, for at most `grace`; then
    /// calls `done`.
    void close(std::chrono::milliseconds grace, std::function<void()> done);

    std::size_t conversations() const { return conversations_.size(); }

    /// Requests whose replies are awaited, of all conversations.
    std::size_t awaited() const { return awaited_.size(); }

    /// Answers of all conversations so far that nobody could prove.
    const Unproven& unproven() const { return unproven_; }

    /// Why there is no connection any more and will be none; absent while there may be one.
    const std::optional<std::string>& gone() const { return gone_; }

  private:
    struct Conversation;
    struct Timer;

    void deliver(message::Delivery delivery);
    void prove_arrivals();
    void route(const std::string& sender, const ProvingCrew::Proof& proof, Monotonic at);
    void hand_in(const message::Awaiting& awaiting, const message::Reply& reply, Monotonic at);
    void drop(const std::string& sender, const message::Rejection& why);
    void give_up(const std::string& why);
    Origin origin(std::string id, std::string reply_to) const;
    Expected<void> ask(Conversation& conversation, const Question& question);
    Expected<void> send(const Question& question, const Origin& origin);
    void await(Conversation& conversation, const std::string& id, std::uint64_t mark);
    Conversation* find(Ticket ticket);
    void look_soon();
    void look();
    bool look_at(Ticket ticket, bool time_counts);
    void advance(Conversation& conversation);
    void end(const Conversation& conversation, Expected<Ended> ended);
    void arm();
    template <class Work>
    auto while_alive(Work work);

    SwitchboardParts parts_;
    std::size_t most_awaited_;
    std::unique_ptr<Timer> timer_;
    std::uint64_t sequence_ = 0;  // of reply queues
    Ticket last_ticket_ = 0;
    std::map<Ticket, Conversation> conversations_;
    message::AwaitedIds awaited_;
    ProvingCrew crew_;
    std::vector<message::Delivery> arrived_;  // to be proven together
    std::vector<Monotonic> arrival_times_;    // of the same
    Unproven unproven_;
    std::optional<std::string> gone_;
    bool look_is_due_ = false;
    bool heard_something_ = false;  // since the last look
    int looks_ = 0;                 // since time is over for somebody
    int quiet_looks_ = 0;           // the last of them, with nothing heard in between
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // handlers may outlive us
};

}  // namespace mco::client
