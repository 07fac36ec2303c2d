// A whole daemon on a broker inside the process: facts and classes from files, registration, many
// in one process.
#include "daemon/daemon.hpp"

#include "daemon/testing.hpp"
#include "facts/sources.hpp"
#include "system/temporary_directory.hpp"
#include "transport/memory/memory_broker.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <list>

namespace mco::daemon {
namespace {

using testing::ElementsAre;

class WholeDaemon : public testing::Test {
  protected:
    const system::TemporaryDirectory directory_;
    asio::io_context io_;
    memory::MemoryBroker broker_{io_};
    agents::AgentWorld world_;
    std::list<config::Config> configs_;
    WorkerPool workers_{{4, 100}};
    std::list<Daemon> daemons_;

    Daemon& add(const std::string& identity) {
        config::Config& config = configs_.emplace_back();
        config.identity = identity;
        config.factsource = "yaml";
        config.plugin["yaml"] = {directory_ / "facts.yaml", "server.cfg:1"};
        config.plugin["daemon.accepted"] = {directory_ / "state/accepted", "server.cfg:2"};
        config.classesfile = directory_ / "classes.txt";
        const Surroundings surroundings{
            io_, world_.declarations, workers_, world_.clock, world_.runner, world_.log, "3.0.0"};
        auto provider = std::make_unique<TestProvider>();
        provider->claims["ping"] = ping();
        Outside outside{{"test", std::move(provider), nullptr, nullptr, {}},
                        broker_.connector(identity),
                        facts::make_sources(config, world_.runner).value()};
        return daemons_.emplace_back(config, surroundings, std::move(outside));
    }

    message::Claims ping() const {
        message::Claims claims;
        claims.id = "id-ping";
        claims.caller = "cert=alice";
        claims.collective = "mcollective";
        claims.agent = "discovery";
        claims.time = world_.clock.time;
        claims.body = "ping";
        return claims;
    }

    void run_until(const std::function<bool()>& done) {
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
        while (!done() && std::chrono::steady_clock::now() < end) {
            io_.restart();
            io_.run_one_for(std::chrono::milliseconds(50));
        }
        EXPECT_TRUE(done());
    }
};

TEST_F(WholeDaemon, ReadsFactsAndClassesAndAgainWhenTheyChange) {
    directory_.write("facts.yaml", "role: web\n");
    directory_.write("classes.txt", "base\nweb\n");
    Daemon& daemon = add("node1");
    daemon.start({});
    run_until([&] { return !daemon.node().inventory()->facts->empty(); });
    EXPECT_EQ(*daemon.node().inventory()->facts->find("role"), Value("web"));
    EXPECT_THAT(daemon.node().inventory()->classes, ElementsAre("base", "web"));
    directory_.write("facts.yaml", "role: database\n");
    directory_.write("classes.txt", "base\n");
    daemon.reload();
    run_until([&] { return daemon.node().inventory()->classes.size() == 1; });
    EXPECT_EQ(*daemon.node().inventory()->facts->find("role"), Value("database"));
}

TEST_F(WholeDaemon, SharesAProcessWithOthers) {
    directory_.write("facts.yaml", "role: web\n");
    for (int i = 0; i < 200; ++i)
        add("node" + std::to_string(i)).start({});
    run_until([&] {
        return std::all_of(daemons_.begin(), daemons_.end(), [](const Daemon& daemon) {
            return !daemon.node().inventory()->facts->empty();
        });
    });
    int pongs = 0;
    auto client = broker_.connector("client");
    const transport::ReplyQueue queue{"mcollective", "discovery", 1};
    client->subscribe(queue);
    transport::Events events;
    events.delivered = [&](const message::Delivery& delivery) {
        pongs += delivery.body == "\"pong\"" ? 1 : 0;
    };
    client->start(std::move(events));
    io_.poll();
    ASSERT_TRUE(client->publish({transport::Broadcast{"mcollective", "discovery"},
                                 client->reply_address(queue),
                                 "ping",
                                 std::chrono::seconds(60)}));
    run_until([&] { return pongs == 200; });
}

TEST(RegistrationBody, IsWhatThePluginsSend) {
    agents::AgentWorld world;
    auto& node = world.node;
    node.state = {"node1",
                  std::make_shared<Map>(Map{{"os", "Debian"}}),
                  {"base"},
                  {"discovery", "puppet"},
                  {"uk", "eu"}};
    const auto fstat = world.data_plugin("fstat");
    node.plugins = {fstat.get()};
    node.metadata = {{"discovery", {}}, {"puppet", {}}};
    node.metadata[1].metadata.version = "1.14.0";
    node.counters = {{"version", "3.0.0"}};
    const Map meta{{Symbol{"agentlist"}, Array{"discovery", "puppet"}},
                   {Symbol{"facts"}, Map{{"os", "Debian"}}},
                   {Symbol{"classes"}, Array{"base"}},
                   {Symbol{"collectives"}, Array{"eu", "uk"}},
                   {Symbol{"identity"}, "node1"}};
    EXPECT_EQ(registration_body("agentlist", node), Value(Array{"discovery", "puppet"}));
    EXPECT_EQ(registration_body("meta", node), Value(meta));
    Map inventory = meta;
    inventory.set(Symbol{"agents"},
                  Array{Map{{Symbol{"agent"}, "discovery"}, {Symbol{"version"}, ""}},
                        Map{{Symbol{"agent"}, "puppet"}, {Symbol{"version"}, "1.14.0"}}});
    inventory.set(Symbol{"data_plugins"}, Array{Value("fstat_data")});
    inventory.set(Symbol{"version"}, "3.0.0");
    EXPECT_EQ(registration_body("inventory", node), Value(inventory));
}

TEST_F(WholeDaemon, RegistersAtItsInterval) {
    Daemon& daemon = add("node1");
    configs_.back().registerinterval = std::chrono::seconds(300);
    configs_.back().collectives = {"mcollective", "uk"};
    configs_.back().registration_collective = "uk";
    std::vector<message::Delivery> received;
    auto receiver = broker_.connector("receiver");
    receiver->subscribe(transport::Broadcast{"uk", "registration"});
    transport::Events events;
    events.delivered = [&](const message::Delivery& delivery) { received.push_back(delivery); };
    receiver->start(std::move(events));
    daemon.start({});
    run_until([&] { return received.size() == 1; });
    EXPECT_THAT(received[0].body,
                ::testing::AllOf(::testing::StartsWith(R"(["discovery", ")"),
                                 ::testing::HasSubstr(R"("puppet", ")"),
                                 ::testing::HasSubstr(R"(", "rpcutil")")));
    EXPECT_NE(received[0].reply_to.find(".reply."), std::string::npos);
}

TEST_F(WholeDaemon, NeedsNoFactsButNoWrongOnes) {
    config::Config config;
    config.securityprovider = "psk";
    config.plugin["psk"] = {"x1y2z3", "server.cfg:1"};
    config.plugin["activemq.pool.size"] = {"1", "server.cfg:2"};
    config.plugin["activemq.pool.1.host"] = {"127.0.0.1", "server.cfg:3"};
    const Surroundings surroundings{
        io_, world_.declarations, workers_, world_.clock, world_.runner, world_.log, "3.0.0"};
    EXPECT_TRUE(make_outside(config, surroundings));
    config.core["factsource"] = {"yaml", "server.cfg:4"};
    const auto outside = make_outside(config, surroundings);
    ASSERT_FALSE(outside);
    EXPECT_THAT(outside.error().message, testing::HasSubstr("plugin.yaml"));
}

TEST_F(WholeDaemon, RefusesWhatThisReleaseCannotDo) {
    config::Config config;
    config.rpcaudit = true;
    config.rpcauditprovider = "carrier_pigeon";
    config.core["rpcauditprovider"] = {"carrier_pigeon", "server.cfg:7"};
    const Surroundings surroundings{
        io_, world_.declarations, workers_, world_.clock, world_.runner, world_.log, "3.0.0"};
    EXPECT_THAT(make_outside(config, surroundings).error().message,
                testing::StartsWith("server.cfg:7: rpcauditprovider"));
    config.rpcaudit = false;
    config.securityprovider = "carrier_pigeon";
    config.core["securityprovider"] = {"carrier_pigeon", "server.cfg:8"};
    EXPECT_THAT(make_outside(config, surroundings).error().message,
                testing::StartsWith("server.cfg:8: "));
}

TEST(RegistrationCollective, FallsBackToTheMainOne) {
    config::Config config;
    EXPECT_EQ(registration_collective(config), "mcollective");
    config.registration_collective = "elsewhere";
    EXPECT_EQ(registration_collective(config), "mcollective");
}

}  // namespace
}  // namespace mco::daemon
