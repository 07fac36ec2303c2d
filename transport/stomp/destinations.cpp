#include "transport/stomp/destinations.hpp"

#include <initializer_list>

namespace mco::stomp {

namespace {

using transport::Broadcast;
using transport::Directed;
using transport::Publication;
using transport::ReplyAddress;
using transport::ReplyQueue;

template <class... Cases>
struct Overloaded : Cases... {
    using Cases::operator()...;
};

template <class... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;  // clang 14 does not deduce it by itself

/// How long after its ttl a broker may still keep a message.
constexpr std::chrono::seconds expiry_margin{10};

std::string millis(std::chrono::seconds time) {
    return std::to_string(std::chrono::milliseconds(time).count());
}

/// A string literal of the JMS selector language.
std::string selector_literal(std::string_view text) {
    std::string literal = "'";
    for (const char c : text) {
        literal += c;
        if (c == '\'')
            literal += c;
    }
    return literal + "'";
}

bool is_activemq(const Naming& naming) {
    return naming.flavour == Flavour::activemq;
}

std::string broadcast_destination(const Naming& naming, const Broadcast& to) {
    if (is_activemq(naming))
        return "/topic/" + to.collective +
               (naming.agents_multiplex ? ".agents" : "." + to.agent + ".agent");
    return "/exchange/" + to.collective + "_broadcast" +
           (naming.agents_multiplex ? "" : "/" + to.agent);
}

std::string directed_destination(const Naming& naming, const Directed& to) {
    if (is_activemq(naming))
        return "/queue/" + to.collective + ".nodes";
    return "/exchange/" + to.collective + "_directed/" + to.identity;
}

Subscription broadcast_subscription(const Naming& naming, const Broadcast& channel) {
    std::string destination = broadcast_destination(naming, channel);
    if (is_activemq(naming))
        return {destination, destination, {}};
    std::string id = channel.collective + "_broadcast";
    if (!naming.agents_multiplex)
        id += "_" + channel.agent;
    return {std::move(destination), std::move(id), {}};
}

Subscription directed_subscription(const Naming& naming, const Directed& channel) {
    std::string destination = directed_destination(naming, channel);
    if (is_activemq(naming))
        return {std::move(destination),
                channel.collective + "_directed_to_identity",
                {{"selector", "mc_identity = " + selector_literal(channel.identity)}}};
    return {std::move(destination),
            channel.collective + "_" + channel.identity + "_directed_to_identity",
            {}};
}

std::optional<Subscription> reply_subscription(const Naming& naming, const ReplyQueue& queue) {
    std::string destination = reply_address(naming, queue);
    if (is_activemq(naming))
        return Subscription{destination, destination, {}};
    if (!naming.use_reply_exchange)
        return std::nullopt;
    return Subscription{std::move(destination), "mcollective_" + queue.agent + "_replies", {}};
}

bool starts_with_any(std::string_view text, std::initializer_list<std::string_view> prefixes) {
    for (const auto prefix : prefixes)
        if (text.starts_with(prefix))
            return true;
    return false;
}

/// Whether nodes listen for requests there.
bool carries_requests(const Naming& naming, std::string_view address) {
    if (is_activemq(naming)) {
        const bool topic = starts_with_any(address, {"/topic/", "topic://"});
        const bool queue = starts_with_any(address, {"/queue/", "queue://"});
        return (topic && (address.ends_with(".agent") || address.ends_with(".agents"))) ||
               (queue && address.ends_with(".nodes"));
    }
    constexpr std::string_view prefix = "/exchange/";
    if (!address.starts_with(prefix))
        return false;
    address.remove_prefix(prefix.size());
    const std::string_view exchange = address.substr(0, address.find('/'));
    return exchange.ends_with("_broadcast") || exchange.ends_with("_directed");
}

Expected<std::string> destination(const Naming& naming, const transport::Target& to) {
    using Result = Expected<std::string>;
    return std::visit(
        Overloaded{
            [&](const Broadcast& target) -> Result {
                return broadcast_destination(naming, target);
            },
            [&](const Directed& target) -> Result { return directed_destination(naming, target); },
            [&](const ReplyAddress& target) -> Result {
                if (target.address.empty())
                    return fail(Errc::invalid, "there is no address to reply to");
                if (carries_requests(naming, target.address))
                    return fail(Errc::denied,
                                "the reply address " + target.address +
                                    " is one where nodes receive requests");
                return target.address;
            }},
        to);
}

}  // namespace

std::optional<Subscription> subscription(const Naming& naming, const transport::Channel& channel) {
    using Result = std::optional<Subscription>;
    return std::visit(
        Overloaded{[&](const Broadcast& c) -> Result { return broadcast_subscription(naming, c); },
                   [&](const Directed& c) -> Result { return directed_subscription(naming, c); },
                   [&](const ReplyQueue& c) -> Result { return reply_subscription(naming, c); }},
        channel);
}

std::string reply_address(const Naming& naming, const ReplyQueue& queue) {
    const std::string pid = std::to_string(naming.pid);
    const std::string sequence = std::to_string(queue.sequence);
    if (is_activemq(naming))
        return "/queue/" + queue.collective + ".reply." + naming.identity + "_" + pid + "." +
               sequence;
    if (naming.use_reply_exchange)
        return "/exchange/mcollective_reply/" + naming.identity + "_" + pid + "_" + sequence;
    return "/temp-queue/mcollective_reply_" + queue.agent;
}

Expected<Headers> send_headers(const Naming& naming,
                               const Publication& publication,
                               TimePoint now) {
    MCO_TRY(to, destination(naming, publication.to));
    Headers headers{{"destination", std::move(to)}};
    if (is_activemq(naming)) {
        const auto seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch();
        if (naming.priority > 0)
            headers.emplace_back("priority", std::to_string(naming.priority));
        headers.emplace_back("timestamp", millis(seconds));
        headers.emplace_back("expires", millis(seconds + publication.ttl + expiry_margin));
        if (const auto* directed = std::get_if<Directed>(&publication.to))
            headers.emplace_back("mc_identity", directed->identity);
    } else {
        headers.emplace_back("expiration", millis(publication.ttl + expiry_margin));
    }
    if (!publication.reply_to.empty())
        headers.emplace_back("reply-to", publication.reply_to);
    headers.emplace_back("mc_sender", naming.identity);
    return headers;
}

}  // namespace mco::stomp
