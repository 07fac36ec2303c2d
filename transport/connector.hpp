// What the daemon and the client need of a message broker. Channels are logical; each connector
// knows its own destinations (protocol §2.4, §2.5). Implementations: stomp/ (ActiveMQ, RabbitMQ,
// mco-broker) and memory/ (tests).
#pragma once

#include "core/error.hpp"
#include "core/message/message.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <variant>

namespace mco::transport {

/// Requests to every node of a collective that has an agent.
struct Broadcast {
    std::string collective;
    std::string agent;
    bool operator==(const Broadcast&) const = default;
};

/// Requests to one node.
struct Directed {
    std::string collective;
    std::string identity;
    bool operator==(const Directed&) const = default;
};

/// Where one request's replies arrive.
struct ReplyQueue {
    std::string collective;
    std::string agent;
    std::uint64_t sequence = 1;  ///< per process; the registration uses 0
    bool operator==(const ReplyQueue&) const = default;
};

/// A reply's destination, as the request named it.
struct ReplyAddress {
    std::string address;
    bool operator==(const ReplyAddress&) const = default;
};

using Channel = std::variant<Broadcast, Directed, ReplyQueue>;
using Target = std::variant<Broadcast, Directed, ReplyAddress>;

struct Publication {
    Target to;
    std::string reply_to;  ///< empty for replies
    std::string body;
    std::chrono::seconds ttl{60};
};

/// Callbacks of a connector; all run on the I/O thread, none from inside a call into the connector.
struct Events {
    std::function<void(message::Delivery)> delivered;
    std::function<void(const std::string& peer)>
        connected;  ///< also after each reconnect, subscriptions are in place
    std::function<void(const Error& why)>
        disconnected;  ///< a connection or an attempt ended; another will follow
    std::function<void(const Error& why)>
        failed;  ///< gave up (attempts exhausted, unusable configuration)
};

/// All members are for the I/O thread. Owns its connection; reconnects by itself and re-subscribes.
class Connector {
  public:
    Connector() = default;
    Connector(const Connector&) = delete;
    Connector& operator=(const Connector&) = delete;
    virtual ~Connector() = default;

    virtual void start(Events events) = 0;
    /// Remembered, and repeated after every reconnect; a duplicate is ignored.
    virtual void subscribe(const Channel& channel) = 0;
    virtual void unsubscribe(const Channel& channel) = 0;
    /// Sends, or keeps a bounded number of messages while disconnected. Errors: limit (dropped).
    virtual Expected<void> publish(Publication publication) = 0;
    /// The text a request carries so that answers reach `queue`.
    virtual std::string reply_address(const ReplyQueue& queue) const = 0;
    /// Flushes what is queued (bounded by `grace`), disconnects, then calls `done`.
    virtual void stop(std::chrono::milliseconds grace, std::function<void()> done) = 0;
};

}  // namespace mco::transport
