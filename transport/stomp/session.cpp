#include "transport/stomp/session.hpp"

#include "core/text/base64.hpp"

#include <algorithm>
#include <charconv>

namespace mco::stomp {

namespace {

using std::chrono::milliseconds;
using transport::Channel;
using wire::Frame;
using wire::Version;

constexpr milliseconds beat_margin{
    500};  // what the heart-beat header promises more than the interval (protocol §2.3)

Actions only(Action action) {
    Actions actions;
    actions.push_back(std::move(action));
    return actions;
}

void append(Actions& to, Actions more) {
    std::move(more.begin(), more.end(), std::back_inserter(to));
}

std::string text_of(const Frame& frame, std::string_view header) {
    const std::string* value = frame.header(header);
    return value == nullptr ? std::string() : *value;
}

/// "sx,sy" in milliseconds; zeros when it is anything else.
std::pair<milliseconds, milliseconds> parse_heart_beat(std::string_view text) {
    constexpr long most = 86'400'000;
    long sends = 0;
    long wants = 0;
    const char* const end = text.data() + text.size();
    const auto first = std::from_chars(text.data(), end, sends);
    if (first.ec != std::errc() || first.ptr == end || *first.ptr != ',')
        return {};
    const auto second = std::from_chars(first.ptr + 1, end, wants);
    if (second.ec != std::errc())
        return {};
    return {milliseconds(std::clamp(sends, 0L, most)), milliseconds(std::clamp(wants, 0L, most))};
}

/// A peer that wants beats of 1 ms must not turn us into a busy loop.
milliseconds pause_between_beats(milliseconds interval) {
    return std::max(interval - beat_margin, interval / 2);
}

}  // namespace

Session::Session(SessionOptions options) : options_(std::move(options)), parser_(options_.limits) {}

Actions Session::on_open(const std::string& user, const std::string& password, Monotonic now) {
    state_ = State::login;
    version_ = Version::v1_0;
    parser_ = wire::FrameParser(options_.limits);
    password_ = password;
    beats_ = HeartBeats{};
    beats_.last_sent = now;
    Frame connect{"CONNECT", {}, ""};
    const bool beating = options_.heart_beat.count() > 0;
    const char* const offered = options_.stomp_1_0_fallback ? "1.1,1.0" : "1.1";
    connect.headers.emplace_back("accept-version", beating ? offered : "1.0");
    connect.headers.emplace_back("host", options_.virtual_host);
    if (!user.empty()) {
        connect.headers.emplace_back("login", user);
        connect.headers.emplace_back("passcode", password);
    }
    if (beating)
        connect.headers.emplace_back(
            "heart-beat",
            std::to_string((options_.heart_beat + beat_margin).count()) + "," +
                std::to_string((options_.heart_beat - beat_margin).count()));
    return write(connect);
}

Actions Session::on_bytes(std::string_view bytes, Monotonic now) {
    if (state_ == State::down)
        return {};
    beats_.heard = true;
    const auto fed = parser_.feed(bytes);
    Actions actions;
    while (state_ != State::down) {
        auto frame = parser_.next();
        if (!frame)
            break;
        append(actions, on_frame(std::move(*frame), now));
    }
    if (!fed && state_ != State::down)
        append(actions, close(fed.error().code, fed.error().message));
    return actions;
}

Actions Session::on_tick(Monotonic now) {
    if (state_ != State::up)
        return {};
    Actions actions;
    if (beats_.send.count() > 0 && now - beats_.last_sent >= pause_between_beats(beats_.send)) {
        beats_.last_sent = now;
        actions.push_back(Write{"\n"});
    }
    if (beats_.receive.count() > 0 && now - beats_.last_checked >= beats_.receive) {
        beats_.last_checked = now;
        beats_.missed = beats_.heard ? 0 : beats_.missed + 1;
        beats_.heard = false;
        if (options_.missed_beats > 0 && beats_.missed >= options_.missed_beats)
            append(actions,
                   close(Errc::timed_out,
                         std::to_string(beats_.missed) + " heart-beats of the broker are missing"));
    }
    return actions;
}

void Session::on_closed() {
    state_ = State::down;
    beats_ = HeartBeats{};
    parser_ = wire::FrameParser(options_.limits);
    for (auto& active : subscriptions_)
        active.confirmed = false;
}

Actions Session::subscribe(const Channel& channel) {
    auto wanted = subscription(options_.naming, channel);
    if (!wanted)
        return {};
    for (auto& active : subscriptions_) {
        if (active.subscription.destination != wanted->destination)
            continue;
        if (std::find(active.channels.begin(), active.channels.end(), channel) ==
            active.channels.end())
            active.channels.push_back(channel);
        return {};
    }
    make_id_unique(*wanted);
    subscriptions_.push_back({std::move(*wanted), {channel}});
    return state_ == State::up ? write(subscribe_frame(subscriptions_.back().subscription))
                               : Actions{};
}

Actions Session::unsubscribe(const Channel& channel) {
    for (auto active = subscriptions_.begin(); active != subscriptions_.end(); ++active) {
        if (std::erase(active->channels, channel) == 0)
            continue;
        if (!active->channels.empty())
            return {};
        const Frame frame = unsubscribe_frame(active->subscription);
        subscriptions_.erase(active);
        return state_ == State::up ? write(frame) : Actions{};
    }
    return {};
}

Expected<Actions> Session::publish(transport::Publication publication,
                                   TimePoint wall,
                                   Monotonic now) {
    MCO_TRY(headers, send_headers(options_.naming, publication, wall));
    Frame frame{"SEND", std::move(headers), {}};
    frame.body =
        options_.base64 ? text::base64_encode(publication.body) : std::move(publication.body);
    if (state_ == State::up) {
        beats_.last_sent = now;
        return write(frame);
    }
    if (waiting_.size() >= options_.buffered_messages ||
        frame.body.size() > options_.buffered_bytes - waiting_bytes_)
        return fail(Errc::limit,
                    "there is no connection to a broker, and " + std::to_string(waiting_.size()) +
                        " messages wait for one already");
    waiting_bytes_ += frame.body.size();
    waiting_.push_back({std::move(frame), now + publication.ttl});
    return Actions{};
}

Actions Session::disconnect() {
    return state_ == State::up ? write({"DISCONNECT", {}, ""}) : Actions{};
}

std::optional<Monotonic> Session::next_tick() const {
    std::optional<Monotonic> next;
    if (beats_.send.count() > 0)
        next = beats_.last_sent + pause_between_beats(beats_.send);
    if (beats_.receive.count() > 0) {
        const Monotonic check = beats_.last_checked + beats_.receive;
        next = next ? std::min(*next, check) : check;
    }
    return next;
}

Actions Session::close(Errc code, std::string why) {
    on_closed();
    return only(Close{{code, std::move(why)}});
}

Actions Session::on_frame(Frame frame, Monotonic now) {
    if (state_ == State::login) {
        if (frame.command == "CONNECTED")
            return on_connected(frame, now);
        if (frame.command == "ERROR")
            return refused(frame);
        return close(Errc::malformed, "the broker answered the login with something else");
    }
    if (frame.command == "MESSAGE")
        return on_message(std::move(frame));
    if (frame.command == "RECEIPT")
        return on_receipt(frame);
    if (frame.command == "ERROR")
        return on_error(frame);
    return only(Warn{"the broker sent an unexpected frame"});
}

/// Only subscriptions ask for one. It may have been cancelled since.
Actions Session::on_receipt(const Frame& frame) {
    const std::string id = text_of(frame, "receipt-id");
    for (auto& active : subscriptions_)
        if (active.subscription.destination == id)
            active.confirmed = true;
    return {};
}

/// Some brokers close the connection after an error and some do not. Without a subscription that
/// was asked for we would be deaf and not know it, so its error ends the connection in any case.
/// One that names no receipt may be about any subscription that is not confirmed yet.
Actions Session::on_error(const Frame& frame) {
    const std::string* const id = frame.header("receipt-id");
    for (const auto& active : subscriptions_)
        if (id == nullptr ? !active.confirmed : active.subscription.destination == *id)
            return close(Errc::denied,
                         "the broker refused the subscription to " +
                             active.subscription.destination + ": " + said(frame));
    return only(Warn{"the broker reports an error: " + said(frame)});
}

Actions Session::on_connected(const Frame& frame, Monotonic now) {
    const auto version = agreed_version(frame);
    if (!version)
        return close(version.error().code, version.error().message);
    version_ = *version;
    parser_.set_version(version_);
    state_ = State::up;
    start_heart_beats(frame, now);
    Actions actions;
    std::string bytes = subscriptions_and_waiting(now, actions);
    if (!bytes.empty())
        actions.insert(actions.begin(), Write{std::move(bytes)});
    actions.push_back(LoggedIn{});
    return actions;
}

Expected<Version> Session::agreed_version(const Frame& connected) const {
    const std::string version = text_of(connected, "version");
    const bool offered_1_1 = options_.heart_beat.count() > 0;
    if (version == "1.1" && offered_1_1)
        return Version::v1_1;
    if ((version.empty() || version == "1.0") && (!offered_1_1 || options_.stomp_1_0_fallback))
        return Version::v1_0;
    return fail(Errc::invalid,
                version.empty() ? "the broker knows only STOMP 1.0, without heart-beats"
                                : "the broker chose a STOMP version that was not offered");
}

void Session::start_heart_beats(const Frame& connected, Monotonic now) {
    beats_.last_sent = now;
    beats_.last_checked = now;
    beats_.heard = false;
    if (version_ == Version::v1_0)
        return;
    const auto [sends, wants] = parse_heart_beat(text_of(connected, "heart-beat"));
    if (wants.count() > 0)
        beats_.send = std::max(options_.heart_beat + beat_margin, wants);
    if (sends.count() > 0)
        beats_.receive = std::max(options_.heart_beat - beat_margin, sends);
}

Actions Session::on_message(Frame frame) {
    message::Delivery delivery;
    delivery.reply_to = text_of(frame, "reply-to");
    delivery.sender = text_of(frame, "mc_sender");
    delivery.body = std::move(frame.body);
    if (options_.base64) {
        auto body = text::base64_decode(delivery.body);
        if (!body)
            return only(Warn{"a message was dropped: its body is " + body.error().message});
        delivery.body = *std::move(body);
    }
    return only(Deliver{std::move(delivery)});
}

Actions Session::refused(const Frame& error) {
    return close(Errc::denied, "the broker refused the login: " + said(error));
}

/// The broker's words, short, and without the password should it quote that.
std::string Session::said(const Frame& error) const {
    constexpr std::size_t enough = 200;
    std::string text = text_of(error, "message");
    const std::string first_line = error.body.substr(0, error.body.find_first_of("\r\n"));
    if (!first_line.empty() && first_line != text)
        text += (text.empty() ? "" : ": ") + first_line;
    for (std::size_t at = 0; !password_.empty();) {
        at = text.find(password_, at);
        if (at == std::string::npos)
            break;
        text.replace(at, password_.size(), "...");
        at += 3;
    }
    return text.empty() ? "no reason given" : text.substr(0, enough);
}

std::string Session::subscriptions_and_waiting(Monotonic now, Actions& actions) {
    std::string bytes;
    for (const auto& active : subscriptions_)
        bytes += encode(subscribe_frame(active.subscription), version_);
    std::size_t expired = 0;
    for (const auto& waiting : waiting_) {
        if (waiting.expires <= now)
            ++expired;
        else
            bytes += encode(waiting.frame, version_);
    }
    waiting_.clear();
    waiting_.shrink_to_fit();
    waiting_bytes_ = 0;
    if (expired > 0)
        actions.push_back(Warn{"messages that expired without a connection and were dropped: " +
                               std::to_string(expired)});
    return bytes;
}

Frame Session::subscribe_frame(const Subscription& subscription) const {
    Frame frame{"SUBSCRIBE", {{"destination", subscription.destination}}, ""};
    if (version_ != Version::v1_0)
        frame.headers.emplace_back("id", subscription.id);
    for (const auto& header : subscription.extra)
        frame.headers.push_back(header);
    frame.headers.emplace_back("receipt", subscription.destination);
    return frame;
}

Frame Session::unsubscribe_frame(const Subscription& subscription) const {
    Frame frame{"UNSUBSCRIBE", {{"destination", subscription.destination}}, ""};
    if (version_ != Version::v1_0)
        frame.headers.emplace_back("id", subscription.id);
    return frame;
}

Actions Session::write(const Frame& frame) {
    return only(Write{encode(frame, version_)});
}

/// RabbitMQ's reply subscriptions are named by their agent alone, so two open calls to one agent
/// would collide.
void Session::make_id_unique(Subscription& wanted) const {
    const std::string id = wanted.id;
    const auto taken = [&] {
        return std::any_of(subscriptions_.begin(), subscriptions_.end(), [&](const Active& active) {
            return active.subscription.id == wanted.id;
        });
    };
    for (int i = 2; taken(); ++i)
        wanted.id = id + "_" + std::to_string(i);
}

}  // namespace mco::stomp
