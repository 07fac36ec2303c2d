#include "broker/session.hpp"

#include <algorithm>

namespace mco::broker {

namespace {

using std::chrono::milliseconds;
using namespace std::chrono_literals;

wire::Limits parser_limits(const SessionLimits& limits) {
    wire::Limits result;
    result.body_bytes = limits.max_frame;
    return result;
}

/// Line ends may be late by this: ticks are not exact, and networks less so.
constexpr milliseconds heartbeat_margin = 1s;

const Bytes& heartbeat_bytes() {
    static const Bytes bytes = std::make_shared<const std::string>("\n");
    return bytes;
}

}  // namespace

Session::Session(Shared& shared, SessionHost& host, Instant now)
    : shared_(shared),
      host_(host),
      parser_(parser_limits(shared.limits)),
      outbox_(shared.limits.max_queue),
      id_(shared.next_session++),
      since_(now.steady),
      received_(now.steady),
      sent_(now.steady),
      progress_(now.steady) {}

Session::~Session() {
    unsubscribe_all();
    shared_.counters.bytes_queued -= outbox_.bytes();
    if (account_)
        --shared_.counters.sessions;
}

void Session::on_bytes(std::string_view bytes, Instant now) {
    if (state_ == State::closing)
        return;
    shared_.counters.bytes_received += bytes.size();
    received_ = now.steady;
    if (!account_ && (login_bytes_ += bytes.size()) > shared_.limits.max_login)
        return refuse(nullptr, "too many bytes before the login");
    const auto fed = parser_.feed(bytes);
    take_frames(now);
    if (!fed && (state_ == State::fresh || state_ == State::connected))
        refuse(nullptr, fed.error().message);
}

void Session::on_login(AccountPtr account, Instant now) {
    if (state_ != State::authenticating)
        return;
    since_ = received_ = now.steady;
    if (!account) {
        ++shared_.counters.logins_failed;
        login_failed_ = true;  // on_tick() tells, later: guessing shall be slow
        return;
    }
    account_ = std::move(account);
    state_ = State::connected;
    ++shared_.counters.logins;
    ++shared_.counters.sessions;
    host_.note(system::Level::info,
               fmt::format("{} logged in, role {}, STOMP {}",
                           account_->name,
                           name(account_->rights.role),
                           wire::name(version_)));
    send_connected(now);
    take_frames(now);
    if (const auto fed = parser_.feed({}); !fed && state_ == State::connected)
        refuse(nullptr, fed.error().message);
}

void Session::on_account_changed(AccountPtr account) {
    if (!account_ || state_ == State::closing)
        return;
    if (account) {
        account_ = std::move(account);
        return;
    }
    host_.note(system::Level::warn, account_->name + " may not log in any more");
    send_error(nullptr, "this user may not log in any more");
}

void Session::on_tick(Instant now) {
    const SessionLimits& limits = shared_.limits;
    if (state_ == State::closing)
        return unsubscribe_all();
    if (state_ == State::fresh && now.steady - since_ >= limits.connect_timeout) {
        ++shared_.counters.connect_timeouts;
        host_.note(system::Level::info, "no login in time");
        return send_error(nullptr, "no CONNECT frame came in time");
    }
    if (login_failed_ && now.steady - since_ >= limits.login_delay)
        return send_error(nullptr, "login failed");
    if (!outbox_.empty() && now.steady - progress_ >= limits.write_timeout)
        return drop_slow_reader("accepts nothing any more");
    if (state_ == State::connected)
        check_heartbeats(now);
}

void Session::check_heartbeats(Instant now) {
    // Twice the interval: what was sent in time may arrive late.
    if (expect_every_ > 0ms && now.steady - received_ > 2 * expect_every_ + heartbeat_margin) {
        ++shared_.counters.heartbeats_missed;
        host_.note(system::Level::warn, account_->name + " sends no heart-beats any more");
        return send_error(nullptr, "no heart-beat came in time");
    }
    const milliseconds early = std::min(heartbeat_margin, send_every_ / 2);
    if (send_every_ > 0ms && outbox_.empty() && now.steady - sent_ >= send_every_ - early)
        push(heartbeat_bytes(), now);
}

void Session::on_written(std::size_t count, Instant now) {
    outbox_.consume(count);
    shared_.counters.bytes_queued -= count;
    shared_.counters.bytes_sent += count;
    sent_ = progress_ = now.steady;
}

void Session::close(std::string_view why) {
    if (state_ != State::closing)
        send_error(nullptr, std::string(why));
}

bool Session::deliver(const Subscription& subscription, Message& message, const Instant& now) {
    if (state_ != State::connected)
        return false;
    const Bytes& bytes = message.rendered(version_);
    if (subscription.preamble->size() == message_command_size)
        return push(bytes, now);
    return push(subscription.preamble, now) && push(bytes, now, message_command_size);
}

bool Session::push(const Bytes& bytes, const Instant& now, std::size_t from) {
    if (outbox_.empty())
        progress_ = now.steady;
    if (!outbox_.push(bytes, from)) {
        drop_slow_reader("does not read what it asked for");
        return false;
    }
    shared_.counters.bytes_queued += bytes->size() - from;
    host_.attention();
    return true;
}

void Session::send(const Frame& frame, const Instant& now) {
    push(std::make_shared<const std::string>(wire::encode(frame, version_)), now);
}

void Session::send_error(const Frame* cause, const std::string& why) {
    Frame error{"ERROR", {{"message", why}, {"content-type", "text/plain"}}, why + "\n"};
    if (const std::string* receipt = cause ? cause->header("receipt") : nullptr)
        error.headers.emplace_back("receipt-id", *receipt);
    if (state_ == State::fresh)
        error.headers.emplace_back("version", "1.0,1.1,1.2");
    auto bytes = std::make_shared<const std::string>(wire::encode(error, version_));
    if (const std::size_t size = bytes->size(); outbox_.push(std::move(bytes)))
        shared_.counters.bytes_queued += size;
    state_ = State::closing;
    unsubscribe_all();
    host_.attention();
}

/// Runs inside Router::publish too, so the subscriptions stay until the next tick or the end.
void Session::drop_slow_reader(std::string_view how) {
    ++shared_.counters.slow_readers;
    host_.note(system::Level::warn,
               fmt::format("{} {}: disconnected with {} bytes waiting",
                           account_ ? account_->name : "somebody",
                           how,
                           outbox_.bytes()));
    shared_.counters.bytes_queued -= outbox_.bytes();
    outbox_ = Outbox(0);
    state_ = State::closing;
    host_.attention();
}

void Session::unsubscribe_all() {
    for (const auto& subscription : subscriptions_)
        shared_.router.remove(*subscription);
    subscriptions_.clear();
}

}  // namespace mco::broker
