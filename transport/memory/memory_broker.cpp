#include "transport/memory/memory_broker.hpp"

#include "system/asio.hpp"
#include "transport/stomp/destinations.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <vector>

namespace mco::memory {

namespace {

using stomp::Subscription;
using transport::Channel;
using transport::Publication;

constexpr std::size_t most_waiting = 1000;

}  // namespace

/// One connector as the broker sees it.
struct Client {
    stomp::Naming naming;
    transport::Events events;
    std::vector<std::pair<Channel, Subscription>> subscriptions;
    std::deque<Publication> waiting;
    std::function<void()> done;
    bool started = false;
    bool stopped = false;

    /// Whether a message with that selector text is wanted from there.
    bool wants(const std::string& destination, const stomp::Headers& selector) const {
        return std::any_of(subscriptions.begin(), subscriptions.end(), [&](const auto& subscribed) {
            const Subscription& subscription = subscribed.second;
            return subscription.destination == destination &&
                   (subscription.extra.empty() || subscription.extra == selector);
        });
    }
};

using ClientPointer = std::shared_ptr<Client>;  // second owner: its connector, or a posted delivery

/// A message for a queue that nobody reads yet.
struct Kept {
    std::string destination;
    stomp::Headers selector;
    message::Delivery delivery;
};

struct BrokerState {
    explicit BrokerState(asio::io_context& event_loop) : io(event_loop) {}

    asio::io_context& io;
    std::vector<ClientPointer> clients;
    std::deque<Kept> kept;
    bool reachable = true;
    std::size_t routed = 0;
    std::size_t turn = 0;  // whose turn it is when several read one queue

    Expected<void> publish(const ClientPointer& client, Publication publication);
    Expected<void> route(const stomp::Naming& naming, Publication publication);
    void route_to_queue(Kept message);
    void deliver(const ClientPointer& client, message::Delivery delivery);
    void hand_over_kept(const ClientPointer& client);
    void welcome(const ClientPointer& client);
    void lose(const ClientPointer& client);
};

Expected<void> BrokerState::publish(const ClientPointer& client, Publication publication) {
    if (client->stopped)
        return fail(Errc::unavailable, "the connector is being stopped");
    if (client->started && reachable)
        return route(client->naming, std::move(publication));
    if (client->waiting.size() >= most_waiting)
        return fail(Errc::limit, "too many messages wait for a connection");
    client->waiting.push_back(std::move(publication));
    return {};
}

Expected<void> BrokerState::route(const stomp::Naming& naming, Publication publication) {
    MCO_TRY(headers, send_headers(naming, publication, TimePoint()));
    ++routed;
    Kept message;
    message.destination = headers.front().second;
    message.delivery = {std::move(publication.body), publication.reply_to, naming.identity};
    if (const auto* directed = std::get_if<transport::Directed>(&publication.to))
        message.selector = subscription(naming, *directed)->extra;
    if (!message.destination.starts_with("/topic/")) {
        route_to_queue(std::move(message));
        return {};
    }
    for (const auto& client : clients)
        if (client->wants(message.destination, message.selector))
            deliver(client, message.delivery);
    return {};
}

void BrokerState::route_to_queue(Kept message) {
    for (std::size_t i = 0; i < clients.size(); ++i) {
        const ClientPointer& client = clients[(turn + i) % clients.size()];
        if (!client->wants(message.destination, message.selector))
            continue;
        turn += i + 1;
        return deliver(client, std::move(message.delivery));
    }
    if (kept.size() >= most_waiting)
        kept.pop_front();
    kept.push_back(std::move(message));
}

void BrokerState::deliver(const ClientPointer& client, message::Delivery delivery) {
    asio::post(io, [client, delivery = std::move(delivery)] {
        if (!client->stopped && client->events.delivered)
            client->events.delivered(delivery);
    });
}

void BrokerState::hand_over_kept(const ClientPointer& client) {
    const auto wanted = [&](const Kept& message) {
        return client->wants(message.destination, message.selector);
    };
    for (auto& message : kept)
        if (wanted(message))
            deliver(client, message.delivery);
    std::erase_if(kept, wanted);
}

/// A connection came about: also sends what had waited for it.
void BrokerState::welcome(const ClientPointer& client) {
    hand_over_kept(client);
    for (auto& publication : std::exchange(client->waiting, {}))
        static_cast<void>(route(client->naming, std::move(publication)).has_value());
    asio::post(io, [client] {
        if (!client->stopped && client->events.connected)
            client->events.connected("memory");
    });
}

void BrokerState::lose(const ClientPointer& client) {
    asio::post(io, [client] {
        if (!client->stopped && client->events.disconnected)
            client->events.disconnected({Errc::unavailable, "the broker went away"});
    });
}

namespace {

class MemoryConnector final : public transport::Connector {
  public:
    MemoryConnector(std::weak_ptr<BrokerState> broker, asio::io_context& io, stomp::Naming naming)
        : broker_(std::move(broker)), io_(io), client_(std::make_shared<Client>()) {
        client_->naming = std::move(naming);
    }

    ~MemoryConnector() override {
        client_->done = nullptr;
        leave();
    }

    void start(transport::Events events) override {
        client_->events = std::move(events);
        client_->started = true;
        const auto broker = broker_.lock();
        if (!broker)
            return;
        broker->clients.push_back(client_);
        if (broker->reachable)
            broker->welcome(client_);
    }

    void subscribe(const Channel& channel) override {
        for (const auto& subscribed : client_->subscriptions)
            if (subscribed.first == channel)
                return;
        client_->subscriptions.emplace_back(channel, *subscription(client_->naming, channel));
        if (const auto broker = broker_.lock(); broker && client_->started && broker->reachable)
            broker->hand_over_kept(client_);
    }

    void unsubscribe(const Channel& channel) override {
        std::erase_if(client_->subscriptions,
                      [&](const auto& subscribed) { return subscribed.first == channel; });
    }

    Expected<void> publish(Publication publication) override {
        if (const auto broker = broker_.lock())
            return broker->publish(client_, std::move(publication));
        return fail(Errc::unavailable, "the broker is gone");
    }

    std::string reply_address(const transport::ReplyQueue& queue) const override {
        return stomp::reply_address(client_->naming, queue);
    }

    void stop(std::chrono::milliseconds, std::function<void()> done) override {
        leave();
        client_->done = std::move(done);
        asio::post(io_, [client = client_] {
            if (const auto reported = std::exchange(client->done, nullptr))
                reported();
        });
    }

  private:
    void leave() {
        client_->stopped = true;
        if (const auto broker = broker_.lock())
            std::erase(broker->clients, client_);
    }

    std::weak_ptr<BrokerState> broker_;
    asio::io_context& io_;
    ClientPointer client_;
};

}  // namespace

MemoryBroker::MemoryBroker(asio::io_context& io) : state_(std::make_shared<BrokerState>(io)) {}

MemoryBroker::~MemoryBroker() = default;

std::unique_ptr<transport::Connector> MemoryBroker::connector(std::string identity, long pid) {
    stomp::Naming naming;
    naming.identity = std::move(identity);
    naming.pid = pid;
    return std::make_unique<MemoryConnector>(state_, state_->io, std::move(naming));
}

void MemoryBroker::set_reachable(bool reachable) {
    if (std::exchange(state_->reachable, reachable) == reachable)
        return;
    for (const auto& client : state_->clients)
        reachable ? state_->welcome(client) : state_->lose(client);
}

void MemoryBroker::end_connections(const Error& why) {
    for (const auto& client : state_->clients)
        asio::post(state_->io, [client, why] {
            if (!client->stopped && client->events.failed)
                client->events.failed(why);
        });
}

std::size_t MemoryBroker::routed() const {
    return state_->routed;
}

}  // namespace mco::memory
