#include "client/compose.hpp"

#include <gtest/gtest.h>

namespace mco::client {
namespace {

Request get_fact() {
    Request request;
    request.agent = "rpcutil";
    request.action = "get_fact";
    request.inputs = {{"fact", "os"}};
    request.filter.agents = {"rpcutil"};
    request.filter.facts = {{"country", "uk", "=="}};
    request.collective = "eu";
    request.ttl = std::chrono::seconds(30);
    return request;
}

const Origin origin{"client.lab.test", "uid=0", "0123", "/queue/reply", TimePoint{}, false};

std::vector<std::string> names(std::size_t count) {
    std::vector<std::string> all;
    for (std::size_t i = 0; i < count; ++i)
        all.push_back("n" + std::to_string(i));
    return all;
}

struct RouteCase {
    std::size_t nodes;
    bool named;
    bool direct;
    Route expected;
};

TEST(Route, IsDirectForFewNodesAndForNamedOnes) {
    const RouteCase cases[] = {{10, false, true, Route::directed},
                               {11, false, true, Route::broadcast},
                               {1, true, true, Route::directed_by_name},
                               {500, true, true, Route::directed_by_name},
                               {1, true, false, Route::broadcast},
                               {1, false, false, Route::broadcast}};
    for (const auto& test : cases)
        EXPECT_EQ(route(test.nodes, test.named, test.direct, 10), test.expected) << test.nodes;
}

TEST(Compose, BroadcastsOneMessageWithTheWholeFilter) {
    const auto shipments = compose(get_fact(), Route::broadcast, names(20), origin);
    ASSERT_EQ(shipments.size(), 1u);
    const auto& [claims, targets, keep] = shipments.front();
    EXPECT_EQ(targets, std::vector<transport::Target>{(transport::Broadcast{"eu", "rpcutil"})});
    EXPECT_EQ(claims.id, "0123");
    EXPECT_EQ(claims.sender, "client.lab.test");
    EXPECT_EQ(claims.caller, "uid=0");
    EXPECT_EQ(claims.collective, "eu");
    EXPECT_EQ(claims.agent, "rpcutil");
    EXPECT_EQ(claims.ttl, std::chrono::seconds(30));
    EXPECT_EQ(claims.reply_to, "/queue/reply");
    EXPECT_EQ(claims.filter, get_fact().filter);
    EXPECT_EQ(*claims.body.find("action"), Value("get_fact"));
    EXPECT_EQ(*claims.body.find("data")->find("fact"), Value("os"));
    EXPECT_EQ(*claims.body.find("data")->find("process_results"), Value(true));
}

TEST(Compose, KeepsTheFilterOfNodesThatWereFound) {
    const auto shipments = compose(get_fact(), Route::directed, names(2), origin);
    ASSERT_EQ(shipments.size(), 1u);
    EXPECT_EQ(shipments[0].claims.filter, get_fact().filter);
    EXPECT_EQ(shipments[0].targets,
              (std::vector<transport::Target>{transport::Directed{"eu", "n0"},
                                              transport::Directed{"eu", "n1"}}));
}

TEST(Compose, LeavesOnlyTheAgentForNodesThatWereNamed) {
    filter::Filter only_agent;
    only_agent.agents = {"rpcutil"};
    const auto shipments = compose(get_fact(), Route::directed_by_name, names(500), origin);
    ASSERT_EQ(shipments.size(), 1u);
    EXPECT_EQ(shipments[0].claims.filter, only_agent);
    EXPECT_EQ(shipments[0].targets.size(), 500u);
}

TEST(Compose, PutsSignedTargetsIntoTheFilterTwoHundredAtATime) {
    auto signing = origin;
    signing.signed_targets = true;
    const auto shipments = compose(get_fact(), Route::directed_by_name, names(401), signing);
    ASSERT_EQ(shipments.size(), 3u);
    std::size_t total = 0;
    for (const auto& [claims, targets, keep] : shipments) {
        ASSERT_EQ(claims.filter.identities.size(), targets.size());
        EXPECT_EQ(claims.id, "0123");
        EXPECT_EQ(claims.filter.agents, std::vector<std::string>{"rpcutil"});
        EXPECT_EQ(targets.front(),
                  transport::Target(transport::Directed{"eu", claims.filter.identities.front()}));
        total += targets.size();
    }
    EXPECT_EQ(total, 401u);
    EXPECT_EQ(shipments[0].targets.size(), 200u);
    EXPECT_EQ(shipments[2].targets.size(), 1u);
}

TEST(Compose, PingsTheDiscoveryAgent) {
    const auto shipments =
        compose_ping(get_fact().filter, "eu", std::chrono::seconds(60), {}, origin);
    ASSERT_EQ(shipments.size(), 1u);
    EXPECT_EQ(shipments[0].claims.body, Value("ping"));
    EXPECT_EQ(shipments[0].claims.agent, "discovery");
    EXPECT_EQ(shipments[0].targets,
              std::vector<transport::Target>{(transport::Broadcast{"eu", "discovery"})});
}

TEST(Compose, PingsNamedNodesDirectly) {
    auto filter = get_fact().filter;
    filter.identities = {"n1", "n2"};
    const auto shipments =
        compose_ping(filter, "eu", std::chrono::seconds(60), {"n1", "n2"}, origin);
    ASSERT_EQ(shipments.size(), 1u);
    EXPECT_EQ(shipments[0].claims.filter.facts, filter.facts);
    EXPECT_TRUE(shipments[0].claims.filter.identities.empty());
    EXPECT_EQ(shipments[0].targets,
              (std::vector<transport::Target>{transport::Directed{"eu", "n1"},
                                              transport::Directed{"eu", "n2"}}));
}

TEST(ComposeProbe, MindsNoClockWithinItsReachAndIsNotKept) {
    const auto shipments = compose_probe({}, "eu", {"n1", "n2"}, origin);
    ASSERT_EQ(shipments.size(), 1u);
    const auto& [claims, targets, keep] = shipments.front();
    EXPECT_EQ(targets,
              (std::vector<transport::Target>{transport::Directed{"eu", "n1"},
                                              transport::Directed{"eu", "n2"}}));
    EXPECT_EQ(claims.agent, "discovery");
    EXPECT_EQ(claims.time, origin.now - probe_reach);
    EXPECT_EQ(claims.ttl, 2 * probe_reach);
    ASSERT_TRUE(keep);
    EXPECT_LE(*keep, std::chrono::seconds(60));
}

}  // namespace
}  // namespace mco::client
