// For tests of clients: a fleet of simulated nodes on a broker in memory.
#pragma once

#include "client/session.hpp"
#include "core/filter/match.hpp"
#include "core/rpc/body.hpp"
#include "core/security/psk.hpp"
#include "system/asio.hpp"
#include "system/clock.hpp"
#include "transport/memory/memory_broker.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace mco::client::testing {

/// What a simulated node does with a call.
using Behaviour = std::function<rpc::Output(const rpc::CallBody& call)>;

struct NodePlan {
    std::string identity;
    Map facts = {};
    Behaviour behaviour = {};        ///< of every agent
    bool silent = false;             ///< answers discovery, but no calls
    std::string key = "shared key";  ///< another one makes its answers unprovable
    int copies = 1;                  ///< of every answer
};

/// Nodes, broker and a connected session, all on one event loop.
class Fleet {
  public:
    explicit Fleet(std::vector<NodePlan> plans) {
        for (auto& plan : plans)
            add(std::move(plan));
        auto provider = security::PskProvider::create("shared key", "uid=0");
        provider_ = *std::move(provider);
        connector_ = broker_.connector("client.lab.test");
        session_ = std::make_unique<Session>(
            SwitchboardParts{io, *connector_, *provider_, clock_, "client.lab.test", false});
    }

    ~Fleet() { session_->close(); }

    Fleet(const Fleet&) = delete;
    Fleet& operator=(const Fleet&) = delete;

    Session& session() {
        if (!connected_) {
            const auto connected = session_->connect(std::chrono::seconds(5));
            connected_ = connected.has_value();
        }
        return *session_;
    }

    memory::MemoryBroker& broker() { return broker_; }

    /// Requests that nodes received, with the agent they were for and whether they came directed.
    struct Seen {
        std::string node;
        message::Claims claims;
    };

    std::vector<Seen> seen;
    asio::io_context io;

    /// Of every node.
    static inline const std::vector<std::string> agents =
        {"discovery", "package", "puppet", "puppetral", "rpcutil", "service"};

  private:
    struct Node {
        NodePlan plan;
        std::unique_ptr<security::PskProvider> provider;
        std::unique_ptr<transport::Connector> connector;
    };

    void add(NodePlan plan) {
        auto node = std::make_unique<Node>();
        node->connector = broker_.connector(plan.identity);
        auto provider = security::PskProvider::create(plan.key, "uid=0");
        node->provider = *std::move(provider);
        node->plan = std::move(plan);
        auto& added = *nodes_.emplace_back(std::move(node));
        transport::Events events;
        events.delivered = [this, &added](const message::Delivery& delivery) {
            receive(added, delivery);
        };
        events.connected = [](const std::string&) {};
        events.disconnected = [](const Error&) {};
        events.failed = [](const Error&) {};
        added.connector->start(events);
        for (const auto& agent : agents)
            added.connector->subscribe(transport::Broadcast{"mcollective", agent});
        added.connector->subscribe(transport::Directed{"mcollective", added.plan.identity});
    }

    void receive(Node& node, const message::Delivery& delivery) {
        // Nodes know the shared key for requests, whatever they seal their answers with.
        const auto request = provider_->prove_request(delivery, clock_.now());
        if (!request)
            return;
        const filter::Inventory inventory{node.plan.identity,
                                          std::make_shared<Map>(node.plan.facts),
                                          {"base"},
                                          agents,
                                          {"mcollective"}};
        const auto claims = (*request)->filter;
        if (!filter::matches(claims, inventory).value_or(false))
            return;
        seen.push_back({node.plan.identity, request->claims()});
        message::Reply reply{(*request)->id,
                             node.plan.identity,
                             (*request)->agent,
                             "mcollective",
                             clock_.now(),
                             "pong"};
        if ((*request)->agent != "discovery") {
            const auto call = rpc::read_call((*request)->body);
            if (node.plan.silent || !call || !node.plan.behaviour)
                return;
            reply.body = rpc::reply_body(node.plan.behaviour(*call));
        }
        const auto body = node.provider->seal_reply(reply, *request);
        for (int i = 0; body && i < node.plan.copies; ++i)
            (void)node.connector->publish(
                {transport::ReplyAddress{delivery.reply_to}, "", *body, std::chrono::seconds(60)});
    }

    system::RealClock clock_;
    memory::MemoryBroker broker_{io};
    std::vector<std::unique_ptr<Node>> nodes_;
    std::unique_ptr<security::PskProvider> provider_;
    std::unique_ptr<transport::Connector> connector_;
    std::unique_ptr<Session> session_;
    bool connected_ = false;
};

}  // namespace mco::client::testing
