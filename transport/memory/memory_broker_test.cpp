#include "transport/memory/memory_broker.hpp"

#include "system/asio.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace mco::memory {
namespace {

using transport::Broadcast;
using transport::Connector;
using transport::Directed;
using transport::ReplyAddress;
using transport::ReplyQueue;

using Strings = std::vector<std::string>;

/// A connector and what it was told.
struct Peer {
    std::unique_ptr<Connector> connector;
    Strings bodies;
    Strings events;
    std::vector<message::Delivery> deliveries;

    void start() {
        connector->start(
            {.delivered =
                 [this](message::Delivery delivery) {
                     bodies.push_back(delivery.body);
                     deliveries.push_back(std::move(delivery));
                 },
             .connected = [this](const std::string&) { events.emplace_back("connected"); },
             .disconnected = [this](const Error&) { events.emplace_back("disconnected"); },
             .failed = nullptr});
    }
};

class Broker : public testing::Test {
  protected:
    Peer peer(const std::string& identity) { return {broker_.connector(identity), {}, {}, {}}; }

    void settle() {
        io_.restart();
        io_.run();
    }

    asio::io_context io_;
    MemoryBroker broker_{io_};
};

TEST_F(Broker, GivesABroadcastToEverySubscriber) {
    Peer a = peer("a");
    Peer b = peer("b");
    Peer client = peer("client");
    for (auto* node : {&a, &b}) {
        node->start();
        node->connector->subscribe(Broadcast{"mcollective", "rpcutil"});
    }
    client.start();
    ASSERT_TRUE(
        client.connector->publish({Broadcast{"mcollective", "rpcutil"}, "/queue/r", "hello"}));
    ASSERT_TRUE(
        client.connector->publish({Broadcast{"mcollective", "puppet"}, "/queue/r", "for nobody"}));
    EXPECT_TRUE(a.bodies.empty()) << "delivered from inside a call";
    settle();
    EXPECT_EQ(a.bodies, Strings{"hello"});
    EXPECT_EQ(b.bodies, Strings{"hello"});
    EXPECT_EQ(a.deliveries[0].reply_to, "/queue/r");
    EXPECT_EQ(a.deliveries[0].sender, "client");
    EXPECT_TRUE(client.bodies.empty());
    EXPECT_EQ(broker_.routed(), 2U);
}

TEST_F(Broker, GivesADirectedRequestToItsNodeOnly) {
    Peer a = peer("a");
    Peer b = peer("b");
    for (auto* node : {&a, &b})
        node->start();
    a.connector->subscribe(Directed{"mcollective", "a"});
    b.connector->subscribe(Directed{"mcollective", "b"});
    ASSERT_TRUE(a.connector->publish({Directed{"mcollective", "b"}, "", "for b"}));
    settle();
    EXPECT_TRUE(a.bodies.empty());
    EXPECT_EQ(b.bodies, Strings{"for b"});
}

TEST_F(Broker, BringsRepliesBackAndKeepsEarlyOnes) {
    Peer node = peer("node");
    Peer client = peer("client");
    node.start();
    client.start();
    const ReplyQueue queue{"mcollective", "rpcutil", 1};
    const std::string address = client.connector->reply_address(queue);
    ASSERT_TRUE(node.connector->publish({ReplyAddress{address}, "", "early"}));
    client.connector->subscribe(queue);
    ASSERT_TRUE(node.connector->publish({ReplyAddress{address}, "", "late"}));
    settle();
    EXPECT_EQ(client.bodies, (Strings{"early", "late"}));
    client.connector->unsubscribe(queue);
    ASSERT_TRUE(node.connector->publish({ReplyAddress{address}, "", "too late"}));
    settle();
    EXPECT_EQ(client.bodies.size(), 2U);
}

TEST_F(Broker, KeepsMessagesWhileItIsAway) {
    Peer a = peer("a");
    Peer b = peer("b");
    a.start();
    b.start();
    b.connector->subscribe(Broadcast{"mcollective", "x"});
    broker_.set_reachable(false);
    ASSERT_TRUE(a.connector->publish({Broadcast{"mcollective", "x"}, "", "waits"}));
    settle();
    EXPECT_TRUE(b.bodies.empty());
    broker_.set_reachable(true);
    settle();
    EXPECT_EQ(b.bodies, Strings{"waits"});
    EXPECT_EQ(b.events, (Strings{"connected", "disconnected", "connected"}));
}

TEST_F(Broker, IsSilentAfterStopAndAfterDestruction) {
    Peer a = peer("a");
    Peer b = peer("b");
    a.start();
    b.start();
    b.connector->subscribe(Broadcast{"mcollective", "x"});
    ASSERT_TRUE(a.connector->publish({Broadcast{"mcollective", "x"}, "", "unheard"}));
    bool stopped = false;
    b.connector->stop(std::chrono::seconds(1), [&] { stopped = true; });
    EXPECT_FALSE(stopped) << "called back from inside a call";
    settle();
    EXPECT_TRUE(stopped);
    EXPECT_TRUE(b.bodies.empty());
    EXPECT_FALSE(b.connector->publish({Broadcast{"mcollective", "x"}, "", "too late"}));
    a.connector.reset();
    settle();
}

}  // namespace
}  // namespace mco::memory
