#include "broker/session.hpp"

#include "broker/peer_log.hpp"

#include <algorithm>
#include <utility>

namespace mco::broker {

namespace {

using std::chrono::milliseconds;
using namespace std::chrono_literals;

wire::Limits parser_limits(const SessionLimits& limits) {
    wire::Limits result;
    result.body_bytes = limits.max_frame;
    return result;
}

/// The reason may quote what a peer sent.
constexpr std::size_t longest_reason = 400;

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
      waiting_since_(now.steady),
      window_since_(now.steady),
      unfinished_since_(now.steady) {
    shared_.backlog.enter(*this);
}

Session::~Session() {
    unsubscribe_all();
    shared_.counters.bytes_queued -= outbox_.bytes();
    shared_.backlog.replace(held_, 0);
    shared_.backlog.leave(*this);
    if (account_)
        leave();
}

void Session::on_bytes(std::string_view bytes, Instant now) {
    if (state_ == State::closing)
        return;
    take_bytes(bytes, now);
    count_unfinished(now.steady);
    shared_.counters.memory_evictions += shared_.backlog.relieve(now.steady);
}

void Session::take_bytes(std::string_view bytes, Instant now) {
    shared_.counters.bytes_received += bytes.size();
    received_ = now.steady;
    if (!account_ && (login_bytes_ += bytes.size()) > shared_.limits.max_login)
        return refuse(nullptr, "too many bytes before the login");
    const auto fed = parser_.feed(bytes);
    take_frames(now);
    if (!account_ && parser_.waiting() > shared_.limits.max_login_frames)
        return refuse(nullptr, "too many frames before the login");
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
    if (!enter(*account))
        return refuse(nullptr, account->name + " has too many sessions already");
    account_ = std::move(account);
    state_ = State::connected;
    host_.note(system::Level::info,
               fmt::format("{} logged in, role {}, STOMP {}",
                           account_->name,
                           name(account_->rights.role),
                           wire::name(version_)));
    send_connected(now);
    take_frames(now);
    if (const auto fed = parser_.feed({}); !fed && state_ == State::connected)
        refuse(nullptr, fed.error().message);
    unfinished_ = 0;  // until now it was what came before the login
    count_unfinished(now.steady);
}

void Session::on_login_unchecked(const std::string& why) {
    if (state_ != State::authenticating)
        return;
    ++shared_.counters.logins_unchecked;
    host_.note(system::Level::warn, "a login was not checked: " + why);
    send_error(nullptr, why);
}

bool Session::enter(const Account& account) {
    std::size_t& sessions = shared_.sessions_of[account.name];
    const std::size_t usual =
        certificate_name(account).empty() ? 0 : shared_.limits.max_account_sessions;
    const std::size_t most = account.most_sessions.value_or(usual);
    if (most > 0 && sessions >= most)
        return false;
    ++sessions;
    ++shared_.counters.logins;
    ++shared_.counters.sessions;
    return true;
}

void Session::leave() {
    --shared_.counters.sessions;
    if (const auto found = shared_.sessions_of.find(account_->name); --found->second == 0)
        shared_.sessions_of.erase(found);
}

void Session::on_account_changed(AccountPtr account) {
    if (!account_ || state_ == State::closing)
        return;
    if (!account) {
        host_.note(system::Level::warn, account_->name + " may not log in any more");
        return send_error(nullptr, "this user may not log in any more");
    }
    account_ = std::move(account);
    for (const auto& each : subscriptions_) {
        const Selector* const selector = each->selector ? &*each->selector : nullptr;
        if (account_->rights.may_subscribe(each->destination, selector) == each->sharing)
            continue;
        const std::string why =
            account_->name + " may not subscribe to " + each->destination + " any more";
        ++shared_.counters.refused_by_rights;
        host_.note(system::Level::warn, why);
        return send_error(nullptr, why);
    }
}

void Session::on_tick(Instant now) {
    const SessionLimits& limits = shared_.limits;
    if (state_ == State::closing)
        return unsubscribe_all();
    check_login(now.steady);
    if (!outbox_.empty() && now.steady - window_since_ >= limits.write_timeout)
        check_reader(now.steady);
    if (state_ == State::connected)
        check_heartbeats(now);
}

void Session::check_login(Monotonic now) {
    const SessionLimits& limits = shared_.limits;
    if (login_failed_ && now - since_ >= limits.login_delay)
        return send_error(nullptr, "login failed");
    if (account_ || login_failed_ || now - since_ < limits.connect_timeout)
        return;
    if (state_ == State::authenticating)
        return on_login_unchecked("the login could not be checked in time, try again later");
    if (state_ != State::fresh)
        return;
    ++shared_.counters.connect_timeouts;
    host_.note(system::Level::info, "no login in time");
    send_error(nullptr, "no CONNECT frame came in time");
}

void Session::open_window(Monotonic now) {
    window_since_ = now;
    owed_ = outbox_.bytes();
    before_ = std::exchange(accepted_, 0);
}

/// At the end of a window.
void Session::check_reader(Monotonic now) {
    const auto seconds = std::chrono::duration<double>(shared_.limits.write_timeout).count();
    const auto least = std::max(1.0, static_cast<double>(shared_.limits.min_read_rate) * seconds);
    if (accepted_ == 0)
        return drop_slow_reader("accepts nothing any more");
    if (accepted_ < owed_ && static_cast<double>(accepted_) < least)
        return drop_slow_reader("reads too slowly");
    open_window(now);
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
    count_held();
    shared_.counters.bytes_queued -= count;
    shared_.counters.bytes_sent += count;
    accepted_ += count;
    sent_ = now.steady;
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
    const bool was_idle = outbox_.empty();
    if (!outbox_.push(bytes, from)) {
        drop_slow_reader("does not read what it asked for");
        return false;
    }
    count_held();
    if (was_idle) {
        waiting_since_ = now.steady;
        open_window(now.steady);
        before_ = 0;
    }
    shared_.counters.bytes_queued += bytes->size() - from;
    host_.attention();
    return true;
}

void Session::send(const Frame& frame, const Instant& now) {
    push(shared_.backlog.keep(wire::encode(frame, version_)), now);
}

void Session::send_error(const Frame* cause, const std::string& reason) {
    const std::string why = shortened(reason, longest_reason);
    Frame error{"ERROR", {{"message", why}, {"content-type", "text/plain"}}, why + "\n"};
    if (const std::string* receipt = cause ? cause->header("receipt") : nullptr)
        error.headers.emplace_back("receipt-id", *receipt);
    if (state_ == State::fresh)
        error.headers.emplace_back("version", "1.0,1.1,1.2");
    auto bytes = shared_.backlog.keep(wire::encode(error, version_));
    if (const std::size_t size = bytes->size(); outbox_.push(std::move(bytes)))
        shared_.counters.bytes_queued += size;
    state_ = State::closing;
    unsubscribe_all();
    host_.attention();
}

/// Runs inside Router::publish too, so the subscriptions stay until the next tick or the end.
void Session::drop_slow_reader(std::string_view how) {
    if (state_ == State::closing)
        return;
    ++shared_.counters.slow_readers;
    host_.note(system::Level::warn,
               fmt::format("{} {}: disconnected with {} bytes waiting",
                           account_ ? account_->name : "somebody",
                           how,
                           outbox_.bytes()));
    drop_outbox();
    state_ = State::closing;
    host_.attention();
}

void Session::drop_outbox() {
    shared_.counters.bytes_queued -= outbox_.bytes();
    outbox_ = Outbox(0);
    count_held();
}

/// A frame that comes in slowly is no better than a reader that reads slowly.
void Session::count_unfinished(Monotonic now) {
    const std::size_t unfinished = account_ ? parser_.held() : login_bytes_;
    if (unfinished_ == 0)
        unfinished_since_ = now;
    unfinished_ = unfinished;
    count_held();
}

void Session::count_held() {
    const std::size_t held = unfinished_ + subscribed_ + outbox_.overhead();
    shared_.backlog.replace(held_, held);
    held_ = held;
}

/// By what the peer accepted in this window and the one before. One that accepted nothing yet is as
/// slow as it is old: at first nobody has had the time.
double Session::seconds_to_drain(Monotonic now) const {
    constexpr double longest = 100'000;
    const auto waited = std::chrono::duration<double>(now - waiting_since_).count();
    const std::size_t accepted = accepted_ + before_;
    if (accepted == 0)
        return waited;
    const auto window = std::chrono::duration<double>(now - window_since_).count();
    const auto earlier =
        before_ == 0 ? 0.0 : std::chrono::duration<double>(shared_.limits.write_timeout).count();
    const double a_second = static_cast<double>(accepted) / std::max(0.001, window + earlier);
    return std::min(longest, static_cast<double>(outbox_.bytes()) / a_second);
}

Backlog::Burden Session::burden(Monotonic now) const {
    // Nothing is without burden, or what came in this very moment could not be given up.
    constexpr double moment = 0.001;
    const auto unfinished = std::chrono::duration<double>(now - unfinished_since_).count();
    const double all =
        static_cast<double>(outbox_.bytes() + outbox_.overhead()) *
            (moment + seconds_to_drain(now)) +
        static_cast<double>(unfinished_) * (moment + unfinished) +
        static_cast<double>(subscribed_);  // they are no sign of slowness, but of greed
    return {account_ ? std::string_view(account_->name) : std::string_view(), all};
}

void Session::give_up() {
    if (state_ != State::closing)
        host_.note(
            system::Level::warn,
            fmt::format("{} was disconnected, the broker needs the memory: {} bytes waited for it, "
                        "{} of a frame had come, {} subscriptions",
                        account_ ? account_->name : "somebody",
                        outbox_.bytes(),
                        unfinished_,
                        subscriptions_.size()));
    parser_ = wire::FrameParser(parser_limits(shared_.limits));
    unfinished_ = 0;
    drop_outbox();
    unsubscribe_all();
    state_ = State::closing;
    host_.attention();
}

void Session::unsubscribe_all() {
    for (const auto& subscription : subscriptions_)
        shared_.router.remove(*subscription);
    subscriptions_.clear();
    subscribed_ = 0;
    count_held();
}

}  // namespace mco::broker
