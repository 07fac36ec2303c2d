// What each STOMP command does.
#include "broker/refusal.hpp"
#include "broker/session.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace mco::broker {

namespace {

using std::chrono::milliseconds;

constexpr std::array<wire::Version, 3> versions = {wire::Version::v1_2,
                                                   wire::Version::v1_1,
                                                   wire::Version::v1_0};

bool lists(std::string_view list, std::string_view wanted) {
    while (!list.empty()) {
        const std::size_t comma = std::min(list.find(','), list.size());
        std::string_view item = list.substr(0, comma);
        list.remove_prefix(std::min(comma + 1, list.size()));
        while (!item.empty() && item.front() == ' ')
            item.remove_prefix(1);
        while (!item.empty() && item.back() == ' ')
            item.remove_suffix(1);
        if (item == wanted)
            return true;
    }
    return false;
}

/// `X,Y` in milliseconds, neither above a day (which is as good as never).
bool parse_heartbeat(std::string_view text, milliseconds& first, milliseconds& second) {
    constexpr std::int64_t longest = 86'400'000;
    std::array<std::int64_t, 2> values{};
    const char* at = text.data();
    const char* const end = text.data() + text.size();
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto [stop, error] = std::from_chars(at, end, values[i]);
        if (error != std::errc() || values[i] < 0 || (i == 0 && (stop == end || *stop != ',')))
            return false;
        at = stop + (i == 0 ? 1 : 0);
    }
    first = milliseconds(std::min(values[0], longest));
    second = milliseconds(std::min(values[1], longest));
    return at == end;
}

std::string text_of(const std::string* header) {
    return header ? *header : std::string();
}

/// Memory, roughly: it is counted, not measured.
std::size_t cost_of(const Subscription& subscription) {
    constexpr std::size_t structures = 512;
    return structures + subscription.id.size() + subscription.destination.size() +
           subscription.preamble->size() +
           (subscription.selector ? subscription.selector->value.size() : 0);
}

}  // namespace

struct Session::Command {
    std::string_view name;
    void (Session::*run)(Frame&, const Instant&);
};

void Session::take_frames(Instant now) {
    while (state_ == State::fresh || state_ == State::connected) {
        auto frame = parser_.next();
        if (!frame)
            return;
        ++shared_.counters.frames_received;
        unfinished_since_ = now.steady;
        on_frame(*std::move(frame), now);
    }
}

void Session::on_frame(Frame frame, const Instant& now) {
    static constexpr std::array<Command, 11> commands = {{
        {"SEND", &Session::on_send},
        {"SUBSCRIBE", &Session::on_subscribe},
        {"UNSUBSCRIBE", &Session::on_unsubscribe},
        {"ACK", &Session::on_acknowledgement},
        {"NACK", &Session::on_acknowledgement},
        {"BEGIN", &Session::on_transaction},
        {"COMMIT", &Session::on_transaction},
        {"ABORT", &Session::on_transaction},
        {"DISCONNECT", &Session::on_disconnect},
        {"CONNECT", &Session::on_connect},
        {"STOMP", &Session::on_connect},
    }};
    const auto command = std::find_if(commands.begin(), commands.end(), [&frame](const Command& c) {
        return c.name == frame.command;
    });
    const bool connects = frame.command == "CONNECT" || frame.command == "STOMP";
    if (state_ == State::fresh && !connects)
        return refuse(&frame, "the first frame has to be CONNECT or STOMP");
    if (command == commands.end())
        return refuse(&frame, "unknown command " + frame.command.substr(0, 40));
    (this->*command->run)(frame, now);
}

void Session::on_connect(Frame& frame, const Instant&) {
    if (state_ != State::fresh)
        return refuse(&frame, "this session is connected already");
    if (!negotiate_version(frame))
        return refuse(&frame, "only STOMP 1.0, 1.1 and 1.2 are spoken here");
    if (!negotiate_heartbeat(frame))
        return refuse(&frame, "the heart-beat header is not two numbers");
    state_ = State::authenticating;
    host_.authenticate({text_of(frame.header("login")), text_of(frame.header("passcode"))});
}

bool Session::negotiate_version(const Frame& frame) {
    const std::string* const accepted = frame.header("accept-version");
    const auto chosen = std::find_if(versions.begin(), versions.end(), [&](wire::Version version) {
        return accepted ? lists(*accepted, wire::name(version)) : version == wire::Version::v1_0;
    });
    if (chosen == versions.end())
        return false;
    version_ = *chosen;
    parser_.set_version(version_);
    return true;
}

bool Session::negotiate_heartbeat(const Frame& frame) {
    const std::string* const header = frame.header("heart-beat");
    if (header == nullptr)
        return true;
    milliseconds theirs{0}, wanted{0};
    if (!parse_heartbeat(*header, theirs, wanted))
        return false;
    const milliseconds ours = shared_.limits.heartbeat;
    if (ours.count() == 0 || version_ == wire::Version::v1_0)
        return true;
    expect_every_ = theirs.count() == 0 ? theirs : std::max(theirs, ours);
    send_every_ = wanted.count() == 0 ? wanted : std::max(wanted, ours);
    return true;
}

void Session::send_connected(const Instant& now) {
    Frame frame{"CONNECTED", {}, {}};
    frame.headers.emplace_back("version", wire::name(version_));
    frame.headers.emplace_back("session", std::to_string(id_));
    frame.headers.emplace_back("server", "mco-broker");
    if (version_ != wire::Version::v1_0) {
        const std::string ours = std::to_string(shared_.limits.heartbeat.count());
        frame.headers.emplace_back("heart-beat", ours + "," + ours);
    }
    send(frame, now);
}

void Session::on_subscribe(Frame& frame, const Instant& now) {
    auto subscription = make_subscription(frame);
    if (!subscription)
        return;
    const auto same = find_subscription(subscription->id, subscription->destination);
    if (same != subscriptions_.end()) {
        if ((*same)->destination != subscription->destination)
            return refuse(&frame, "the subscription id " + subscription->id + " is in use");
        return confirm(frame, now);  // repeated: harmless, some clients do
    }
    const auto alike = std::count_if(
        subscriptions_.begin(), subscriptions_.end(), [&subscription](const auto& known) {
            return known->destination == subscription->destination;
        });
    if (subscriptions_.size() >= shared_.limits.max_subscriptions ||
        static_cast<std::size_t>(alike) >= shared_.limits.max_subscriptions_alike)
        return refuse(&frame, "too many subscriptions");
    const Selector* const selector = subscription->selector ? &*subscription->selector : nullptr;
    const auto sharing = account_->rights.may_subscribe(subscription->destination, selector);
    if (!sharing)
        return refuse_by_rights(frame,
                                "subscribe to " + subscription->destination,
                                why_not_subscribe(account_->rights, subscription->destination));
    subscription->sharing = *sharing;
    if (const auto added = shared_.router.add(*subscription); !added)
        return refuse_by_rights(
            frame, "subscribe to " + subscription->destination, added.error().message);
    subscribed_ += cost_of(*subscription);
    count_held();
    subscriptions_.push_back(std::move(subscription));
    confirm(frame, now);
}

/// Null, and the session refused, when the frame makes no subscription.
std::unique_ptr<Subscription> Session::make_subscription(const Frame& frame) {
    for (const char* const name : {"id", "destination", "selector"})
        if (const std::string* const value = frame.header(name);
            value != nullptr && value->size() > shared_.limits.max_subscription_text) {
            refuse(&frame, fmt::format("the header {} of a subscription is too long", name));
            return nullptr;
        }
    auto subscription = std::make_unique<Subscription>();
    subscription->subscriber = this;
    subscription->id = text_of(frame.header("id"));
    subscription->destination = text_of(frame.header("destination"));
    if (subscription->id.empty() && version_ != wire::Version::v1_0) {
        refuse(&frame, "SUBSCRIBE needs an id header");
        return nullptr;
    }
    if (const auto known = parse_destination(subscription->destination); !known) {
        refuse(&frame, known.error().message);
        return nullptr;
    }
    if (const std::string text = text_of(frame.header("selector")); !text.empty()) {
        auto selector = parse_selector(text);
        if (!selector) {
            refuse(&frame, selector.error().message);
            return nullptr;
        }
        subscription->selector = *std::move(selector);
    }
    // Acknowledgements change nothing here, but 1.2 promises their header to whoever asks for them.
    const std::string ack = text_of(frame.header("ack"));
    const bool acknowledges = version_ == wire::Version::v1_2 && !ack.empty() && ack != "auto";
    subscription->preamble =
        preamble(subscription->id, acknowledges ? subscription->id : std::string(), version_);
    return subscription;
}

Session::Subscriptions::iterator Session::find_subscription(std::string_view id,
                                                            std::string_view destination) {
    return std::find_if(subscriptions_.begin(), subscriptions_.end(), [&](const auto& known) {
        return known->id == id && (!id.empty() || known->destination == destination);
    });
}

void Session::on_unsubscribe(Frame& frame, const Instant& now) {
    const auto found =
        find_subscription(text_of(frame.header("id")), text_of(frame.header("destination")));
    // One that is not known is no error: a reloading daemon unsubscribes shared topics repeatedly.
    if (found != subscriptions_.end()) {
        shared_.router.remove(**found);
        subscribed_ -= cost_of(**found);
        subscriptions_.erase(found);
        count_held();
    }
    confirm(frame, now);
}

void Session::on_send(Frame& frame, const Instant& now) {
    const std::string* const destination = frame.header("destination");
    if (destination == nullptr)
        return refuse(&frame, "SEND needs a destination header");
    if (frame.header("transaction") != nullptr)
        return on_transaction(frame, now);
    if (const auto known = parse_destination(*destination); !known)
        return refuse_unroutable(frame, known.error().message);
    if (!account_->rights.may_publish(*destination))
        return refuse_by_rights(
            frame, "publish to " + *destination, why_not_publish(account_->rights, *destination));
    const std::string receipt = text_of(frame.header("receipt"));
    Message message(std::move(frame), shared_.next_message++, shared_.backlog);
    shared_.router.publish(message, now);
    if (!receipt.empty())
        send_receipt(receipt, now);
}

void Session::on_acknowledgement(Frame& frame, const Instant& now) {
    confirm(frame, now);
}

void Session::on_transaction(Frame& frame, const Instant&) {
    refuse(&frame, "transactions are not supported");
}

void Session::on_disconnect(Frame& frame, const Instant& now) {
    confirm(frame, now);
    state_ = State::closing;
    unsubscribe_all();
    host_.attention();
}

void Session::confirm(const Frame& frame, const Instant& now) {
    if (const std::string* const receipt = frame.header("receipt"))
        send_receipt(*receipt, now);
}

void Session::send_receipt(const std::string& id, const Instant& now) {
    Frame receipt{"RECEIPT", {}, {}};
    receipt.headers.emplace_back("receipt-id", id);
    send(receipt, now);
}

void Session::refuse(const Frame* cause, const std::string& why) {
    ++shared_.counters.protocol_errors;
    host_.note(system::Level::warn,
               fmt::format("{} was disconnected: {}", account_ ? account_->name : "a peer", why));
    send_error(cause, why);
}

/// A node answers wherever a request tells it to: a hostile one must not be able to have every node
/// disconnected. So a node's message is only dropped, unless the sender asked to know.
bool Session::is_only_dropped(const Frame& frame) const {
    return account_->rights.role == Role::node && frame.command == "SEND" &&
           frame.header("receipt") == nullptr;
}

void Session::refuse_unroutable(const Frame& frame, const std::string& why) {
    if (!is_only_dropped(frame))
        return refuse(&frame, why);
    ++shared_.counters.messages_unroutable;
    host_.note(refusal_noted_ ? system::Level::debug : system::Level::warn,
               fmt::format("dropped a message of {}: {}", account_->name, why));
    refusal_noted_ = true;
}

void Session::refuse_by_rights(const Frame& frame,
                               const std::string& what,
                               const std::string& why) {
    const std::string text = account_->name + " may not " + what + ": " + why;
    ++shared_.counters.refused_by_rights;
    host_.note(refusal_noted_ ? system::Level::debug : system::Level::warn, text);
    refusal_noted_ = true;
    if (!is_only_dropped(frame))
        send_error(&frame, text);
}

}  // namespace mco::broker
