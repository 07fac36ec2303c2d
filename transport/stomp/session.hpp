// The client side of STOMP as a state machine (protocol §2): bytes and time go in, actions come
// out. It has no socket; the connector performs the actions. It lives through many connections and
// keeps what must survive them: the subscriptions and the messages that wait for the next
// connection.
#pragma once

#include "core/message/message.hpp"
#include "core/time.hpp"
#include "core/wire/frame_parser.hpp"
#include "transport/connector.hpp"
#include "transport/stomp/options.hpp"

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace mco::stomp {

/// Send these bytes.
struct Write {
    std::string bytes;
};

/// Logged in; the subscriptions and what had waited are in the Write before this.
struct LoggedIn {};

/// A message for us.
struct Deliver {
    message::Delivery delivery;
};

/// Something the log should know; the connection goes on.
struct Warn {
    std::string text;
};

/// Close the connection, and say why. The last action of a connection.
struct Close {
    Error why;
};

using Action = std::variant<Write, LoggedIn, Deliver, Warn, Close>;
using Actions = std::vector<Action>;

class Session {
  public:
    explicit Session(SessionOptions options);

    /// A connection was made: begins the login.
    Actions on_open(const std::string& user, const std::string& password, Monotonic now);
    Actions on_bytes(std::string_view bytes, Monotonic now);
    /// To be called at next_tick() or later.
    Actions on_tick(Monotonic now);
    /// The connection is gone, whoever ended it.
    void on_closed();

    Actions subscribe(const transport::Channel& channel);
    Actions unsubscribe(const transport::Channel& channel);

    /// While there is no connection the message waits, at most until its ttl is over. Errors: limit
    /// when too many wait; those of send_headers().
    Expected<Actions> publish(transport::Publication publication, TimePoint wall, Monotonic now);

    /// Says good-bye, if anybody listens.
    Actions disconnect();

    bool logged_in() const { return state_ == State::up; }

    bool has_waiting() const { return !waiting_.empty(); }

    /// When heart-beats have to be looked after; absent without heart-beats.
    std::optional<Monotonic> next_tick() const;

  private:
    enum class State { down, login, up };

    /// One SUBSCRIBE and the channels that share it (agents_multiplex).
    struct Active {
        Subscription subscription;
        std::vector<transport::Channel> channels;
        bool confirmed = false;  ///< on this connection; the receipt's id is the destination
    };

    struct Waiting {
        wire::Frame frame;
        Monotonic expires;
    };

    /// Intervals that were negotiated; zero: no beats in this direction.
    struct HeartBeats {
        std::chrono::milliseconds send{0};
        std::chrono::milliseconds receive{0};
        Monotonic last_sent;
        Monotonic last_checked;
        bool heard = false;
        int missed = 0;
    };

    Actions close(Errc code, std::string why);
    Actions on_frame(wire::Frame frame, Monotonic now);
    Actions on_connected(const wire::Frame& frame, Monotonic now);
    Expected<wire::Version> agreed_version(const wire::Frame& connected) const;
    void start_heart_beats(const wire::Frame& connected, Monotonic now);
    Actions on_message(wire::Frame frame);
    Actions on_receipt(const wire::Frame& frame);
    Actions on_error(const wire::Frame& frame);
    Actions refused(const wire::Frame& error);
    std::string said(const wire::Frame& error) const;
    std::string subscriptions_and_waiting(Monotonic now, Actions& actions);
    wire::Frame subscribe_frame(const Subscription& subscription) const;
    wire::Frame unsubscribe_frame(const Subscription& subscription) const;
    Actions write(const wire::Frame& frame);
    void make_id_unique(Subscription& subscription) const;

    SessionOptions options_;
    State state_ = State::down;
    wire::Version version_ = wire::Version::v1_0;
    wire::FrameParser parser_;
    std::string password_;  // of this connection, to keep it out of what the broker says about it
    HeartBeats beats_;
    std::vector<Active> subscriptions_;
    std::deque<Waiting> waiting_;
    std::size_t waiting_bytes_ = 0;
};

}  // namespace mco::stomp
