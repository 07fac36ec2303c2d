// What channels are called on ActiveMQ (protocol §2.4) and on RabbitMQ (§2.5), and the headers that
// SEND and SUBSCRIBE need there.
#pragma once

#include "core/error.hpp"
#include "core/time.hpp"
#include "transport/connector.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mco::stomp {

enum class Flavour { activemq, rabbitmq };

using Headers = std::vector<std::pair<std::string, std::string>>;

/// Everything the names depend on.
struct Naming {
    Flavour flavour = Flavour::activemq;
    std::string identity;             ///< ours: in reply addresses and in `mc_sender`
    long pid = 0;                     ///< in reply addresses
    bool agents_multiplex = false;    ///< one destination for all agents of a collective
    bool use_reply_exchange = false;  ///< RabbitMQ only
    int priority = 0;                 ///< ActiveMQ only; 0: none
};

struct Subscription {
    std::string destination;
    std::string id;  ///< sent from STOMP 1.1 on
    Headers extra;
    bool operator==(const Subscription&) const = default;
};

/// How to receive the channel. Absent when nothing may be subscribed: RabbitMQ delivers replies to
/// its temporary queues by itself.
std::optional<Subscription> subscription(const Naming& naming, const transport::Channel& channel);

/// The text by which a request asks for its replies.
std::string reply_address(const Naming& naming, const transport::ReplyQueue& queue);

/// Destination and routing headers. Errors: denied for a reply to a destination on which nodes
/// receive requests, which only an attacker can have asked for (protocol §13.1 row 12); invalid for
/// an empty one.
Expected<Headers> send_headers(const Naming& naming,
                               const transport::Publication& publication,
                               TimePoint now);

}  // namespace mco::stomp
