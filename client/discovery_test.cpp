#include "client/discovery.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace mco::client {
namespace {

using std::chrono::milliseconds;

Monotonic at(int ms) {
    return Monotonic(milliseconds(ms));
}

message::Reply from(const std::string& node) {
    message::Reply reply;
    reply.sender = node;
    return reply;
}

DiscoveryPlan expecting(std::vector<std::string> nodes) {
    DiscoveryPlan plan;
    plan.expected = std::move(nodes);
    return plan;
}

TEST(DiscoveryWaiter, EndsAfterALastCallWhenAllWhoAreExpectedAreThere) {
    DiscoveryWaiter waiter(expecting({"web1", "web2"}));
    waiter.on_sent(at(0));
    EXPECT_FALSE(waiter.on_reply(from("web1"), at(3)));
    EXPECT_EQ(waiter.wake_at(), at(303)) << "patient with web2";
    EXPECT_FALSE(waiter.on_reply(from("web2"), at(50)));
    EXPECT_EQ(waiter.wake_at(), at(75));
    EXPECT_FALSE(waiter.on_tick(at(74)));
    EXPECT_FALSE(waiter.on_reply(from("web3"), at(74))) << "a new one was in time";
    EXPECT_FALSE(waiter.on_tick(at(75)));
    EXPECT_EQ(waiter.wake_at(), at(99));
    EXPECT_TRUE(waiter.on_tick(at(99)));
    EXPECT_EQ(waiter.take_names(), (std::vector<std::string>{"web1", "web2", "web3"}));
}

TEST(DiscoveryWaiter, IsAsPatientAsItIsToldWithWhoIsMissing) {
    auto plan = expecting({"web1", "web2"});
    plan.least_quiet = milliseconds(500);  // as `mco ping`
    DiscoveryWaiter waiter(plan);
    waiter.on_sent(at(0));
    EXPECT_FALSE(waiter.on_reply(from("web1"), at(10)));
    EXPECT_EQ(waiter.wake_at(), at(510));
    EXPECT_FALSE(waiter.on_reply(from("web2"), at(400)));
    EXPECT_EQ(waiter.wake_at(), at(425));
    EXPECT_TRUE(waiter.on_tick(at(425)));
}

TEST(DiscoveryWaiter, AsksForTheWholeTimeWhenToldSo) {
    auto plan = expecting({"web1"});
    plan.listening = Listening::whole_time;
    DiscoveryWaiter waiter(plan);
    waiter.on_sent(at(0));
    EXPECT_FALSE(waiter.on_reply(from("web1"), at(10)));
    EXPECT_EQ(waiter.wake_at(), at(2000));
    EXPECT_FALSE(waiter.on_tick(at(1999)));
    EXPECT_TRUE(waiter.on_tick(at(2000)));
}

TEST(DiscoveryWaiter, CountsEveryNodeOnce) {
    DiscoveryWaiter waiter(expecting({"web1", "web2"}));
    waiter.on_sent(at(0));
    for (int i = 0; i < 3; ++i)
        EXPECT_FALSE(waiter.on_reply(from("web1"), at(i)));
    EXPECT_GT(waiter.wake_at(), at(300)) << "web2 has not answered";
    EXPECT_EQ(waiter.take_names(), std::vector<std::string>{"web1"});
}

}  // namespace
}  // namespace mco::client
