// One peer's STOMP session on the server side (versions 1.0 to 1.2), without I/O: fed with bytes
// and time, it answers into its outbox and talks to the router. The shell around it moves the
// bytes.
#pragma once

#include "broker/backlog.hpp"
#include "broker/outbox.hpp"
#include "broker/router.hpp"
#include "broker/users.hpp"
#include "core/wire/frame_parser.hpp"
#include "system/log.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace mco::broker {

/// Bounds for each session; the parser's own limits on headers come on top.
struct SessionLimits {
    std::size_t max_frame = 16U << 20U;  ///< bytes of body
    /// Bytes that wait for a slow reader. Ten thousand nodes may answer a caller in one moment, and
    /// an inventory with all facts is 10 KiB and more.
    std::size_t max_queue = 128U << 20U;
    std::size_t max_login = 16U << 10U;  ///< bytes before the login is through
    std::size_t max_login_frames = 64;   ///< frames that wait for it
    std::size_t max_subscriptions = 1'000;
    std::size_t max_subscriptions_alike = 8;    ///< to one destination
    std::size_t max_subscription_text = 1'024;  ///< bytes of id, destination and selector each
    /// Sessions at a time of one certificate. A password may be shared by all nodes: without bound
    /// unless the users file sets one.
    std::size_t max_account_sessions = 1'000;
    std::chrono::milliseconds connect_timeout{10'000};  ///< until the login is through
    /// In so much time a peer accepts what waited for it at the beginning, or min_read_rate.
    std::chrono::milliseconds write_timeout{30'000};
    std::size_t min_read_rate = 1'024;             ///< bytes a second
    std::chrono::milliseconds heartbeat{10'000};   ///< what we offer and ask; 0: none
    std::chrono::milliseconds login_delay{1'000};  ///< before a failed login is told so
};

/// What sessions share. Everything outlives them.
struct Shared {
    Router& router;
    Counters& counters;
    const SessionLimits& limits;
    Backlog& backlog;
    std::unordered_map<std::string, std::size_t> sessions_of = {};  ///< by account
    std::uint64_t next_message = 1;
    std::uint64_t next_session = 1;
};

/// What one login says of itself. Never logged.
struct Credentials {
    std::string login;
    std::string passcode;
};

/// What a session asks of the shell around it.
class SessionHost {
  public:
    SessionHost() = default;
    SessionHost(const SessionHost&) = delete;
    SessionHost& operator=(const SessionHost&) = delete;
    virtual ~SessionHost() = default;
    /// The outbox is not empty any more, or the session began to close. May come often; must not
    /// call back into the session.
    virtual void attention() = 0;
    /// Check this and call on_login() later, not from inside this call.
    virtual void authenticate(Credentials credentials) = 0;
    /// Something for the log.
    virtual void note(system::Level level, const std::string& message) = 0;
};

/// I/O thread only. It unsubscribes everything when it is destroyed.
class Session final : public Subscriber, public Backlog::Holder {
  public:
    enum class State {
        fresh,           ///< no CONNECT yet
        authenticating,  ///< waits for on_login(); bytes that come meanwhile are kept
        connected,
        closing,  ///< over: write what is in the outbox, then close
    };

    Session(Shared& shared, SessionHost& host, Instant now);
    ~Session() override;

    void on_bytes(std::string_view bytes, Instant now);
    /// The outcome of authenticate(): null when it failed.
    void on_login(AccountPtr account, Instant now);
    /// The login cannot be checked now.
    void on_login_unchecked(const std::string& why);
    /// A rights file was read anew: null ends the session, and so does a subscription that is not
    /// allowed any more.
    void on_account_changed(AccountPtr account);
    /// To be called about twice a second: heart-beats and timeouts.
    void on_tick(Instant now);
    /// The shell wrote the first `count` bytes of the outbox.
    void on_written(std::size_t count, Instant now);
    /// Ends it with an ERROR frame, e.g. on shutdown.
    void close(std::string_view why);

    bool deliver(const Subscription& subscription, Message& message, const Instant& now) override;
    Backlog::Burden burden(Monotonic now) const override;
    void give_up() override;

    State state() const { return state_; }

    const Outbox& outbox() const { return outbox_; }

    /// Null before the login.
    const AccountPtr& account() const { return account_; }

    /// When the present state began.
    Monotonic since() const { return since_; }

  private:
    using Frame = wire::Frame;
    using Subscriptions = std::vector<std::unique_ptr<Subscription>>;
    struct Command;

    void take_bytes(std::string_view bytes, Instant now);
    void take_frames(Instant now);
    void on_frame(Frame frame, const Instant& now);
    void on_connect(Frame& frame, const Instant& now);
    void on_subscribe(Frame& frame, const Instant& now);
    void on_unsubscribe(Frame& frame, const Instant& now);
    void on_send(Frame& frame, const Instant& now);
    void on_acknowledgement(Frame& frame, const Instant& now);
    void on_transaction(Frame& frame, const Instant& now);
    void on_disconnect(Frame& frame, const Instant& now);

    bool negotiate_version(const Frame& frame);
    bool negotiate_heartbeat(const Frame& frame);
    void check_heartbeats(Instant now);
    std::unique_ptr<Subscription> make_subscription(const Frame& frame);
    Subscriptions::iterator find_subscription(std::string_view id, std::string_view destination);
    void unsubscribe_all();

    bool enter(const Account& account);
    void leave();
    void count_unfinished(Monotonic now);
    void count_held();
    double seconds_to_drain(Monotonic now) const;
    void drop_outbox();
    void open_window(Monotonic now);
    void check_reader(Monotonic now);
    void check_login(Monotonic now);
    bool push(const Bytes& bytes, const Instant& now, std::size_t from = 0);
    void send(const Frame& frame, const Instant& now);
    void send_connected(const Instant& now);
    void send_receipt(const std::string& id, const Instant& now);
    void confirm(const Frame& frame, const Instant& now);
    void send_error(const Frame* cause, const std::string& why);
    void refuse(const Frame* cause, const std::string& why);
    bool is_only_dropped(const Frame& frame) const;
    void refuse_unroutable(const Frame& frame, const std::string& why);
    void refuse_by_rights(const Frame& frame, const std::string& what, const std::string& why);
    void drop_slow_reader(std::string_view how);

    Shared& shared_;
    SessionHost& host_;
    State state_ = State::fresh;
    wire::FrameParser parser_;
    wire::Version version_ = wire::Version::v1_0;
    Outbox outbox_;
    AccountPtr account_;
    Subscriptions subscriptions_;
    std::uint64_t id_;
    std::size_t login_bytes_ = 0;
    bool login_failed_ = false;
    bool refusal_noted_ = false;
    std::chrono::milliseconds send_every_{0};    // heart-beats we owe; 0: none
    std::chrono::milliseconds expect_every_{0};  // heart-beats we are owed; 0: none
    Monotonic since_;                            // of the state
    Monotonic received_;
    Monotonic sent_;
    Monotonic waiting_since_;     // something has been in the outbox all the time
    Monotonic window_since_;      // in which a slow reader has to accept some of it
    std::size_t owed_ = 0;        // what waited when the window opened
    std::size_t accepted_ = 0;    // since then
    std::size_t before_ = 0;      // accepted in the window before, as long as something waited
    std::size_t subscribed_ = 0;  // bytes of subscriptions
    std::size_t held_ = 0;        // what the backlog knows of, besides messages
    std::size_t unfinished_ = 0;  // bytes of a frame that is still coming in
    Monotonic unfinished_since_;
};

}  // namespace mco::broker
