// Who receives what: topics fan out to every subscription, queues hand each message to exactly one.
// Nothing is stored: a message that nobody waits for is dropped and counted (design D4).
#pragma once

#include "broker/counters.hpp"
#include "broker/destination.hpp"
#include "broker/message.hpp"
#include "core/error.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace mco::broker {

struct Subscription;

/// One who receives messages.
class Subscriber {
  public:
    Subscriber() = default;
    Subscriber(const Subscriber&) = delete;
    Subscriber& operator=(const Subscriber&) = delete;
    virtual ~Subscriber() = default;
    /// False when it takes no more. Called from inside Router::publish: must neither subscribe nor
    /// unsubscribe.
    virtual bool deliver(const Subscription& subscription,
                         Message& message,
                         const Instant& now) = 0;
};

enum class Sharing {
    shared,
    exclusive,  ///< one subscriber at a time may hold the destination, for reply queues
};

struct Subscription {
    Subscriber* subscriber = nullptr;  ///< outlives the subscription
    std::string id;                    ///< empty in STOMP 1.0 without one
    std::string destination;           ///< whole, as `/queue/NAME`
    std::optional<Selector> selector;
    Sharing sharing = Sharing::shared;
    Bytes preamble;         ///< what precedes each message for it
    std::size_t place = 0;  ///< the router's: index in its group
};

/// I/O thread only.
class Router {
  public:
    explicit Router(Counters& counters) : counters_(counters) {}

    /// The subscription stays where it is until remove(). Errors: denied (somebody else holds the
    /// destination, or it is to be held exclusively and others read it).
    Expected<void> add(Subscription& subscription);
    void remove(Subscription& subscription);

    /// Delivers to all (topic) or to the next one in turn (queue) of the subscriptions whose
    /// selector matches. Returns how many received it.
    std::size_t publish(Message& message, const Instant& now);

  private:
    using Group = std::vector<Subscription*>;

    struct Readers {
        Group all;  // without selector
        // header, then value: a directed request finds its node without asking a thousand others
        std::unordered_map<std::string, std::unordered_map<std::string, Group>> selected;
        std::size_t count = 0;
        std::size_t turn = 0;
        const Subscriber* holder = nullptr;
    };

    Group& group_of(Readers& readers, const Subscription& subscription);
    void matching_groups(const Readers& readers, const Message& message);
    const Subscription& match(std::size_t index) const;
    std::size_t deliver_to_all(Message& message, const Instant& now);
    std::size_t deliver_to_one(Readers& readers, Message& message, const Instant& now);

    Counters& counters_;
    std::unordered_map<std::string, Readers> destinations_;
    std::vector<const Group*> matches_;  // of the message in hand; a member to reuse its memory
};

}  // namespace mco::broker
