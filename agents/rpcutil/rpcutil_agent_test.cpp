#include "agents/testing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mco::agents {
namespace {

using rpc::Status;
using testing::HasSubstr;

class RpcutilAgent : public testing::Test {
  protected:
    AgentWorld world_;
    std::unique_ptr<Agent> agent_ = world_.agent("rpcutil");

    rpc::Output call(std::string_view action, const Map& inputs = {}) const {
        return AgentWorld::call(*agent_, action, inputs);
    }
};

TEST_F(RpcutilAgent, AnswersPingWithTheTime) {
    EXPECT_EQ(call("ping").data, (Map{{"pong", 1'800'000'000}}));
}

TEST_F(RpcutilAgent, TellsWhatFiltersAreMatchedAgainst) {
    const auto plugin = world_.data_plugin("fact");
    world_.node.plugins = {plugin.get()};
    world_.node.state = {"web1",
                         std::make_shared<Map>(Map{{"os", "Debian"}}),
                         {"base"},
                         {"discovery", "rpcutil"},
                         {"mcollective"}};
    world_.node.counters = Map{{"version", "3.0.0"}, {"pid", 7}};
    world_.config.collectives = {"mcollective", "uk"};
    const Map expected{{"main_collective", "mcollective"},
                       {"collectives", Array{"mcollective", "uk"}},
                       {"agents", Array{"discovery", "rpcutil"}},
                       {"facts", Map{{"os", "Debian"}}},
                       {"classes", Array{"base"}},
                       {"version", "3.0.0"},
                       {"data_plugins", Array{"fact_data"}}};
    EXPECT_EQ(call("inventory").data, expected);
    EXPECT_EQ(
        call("collective_info").data,
        (Map{{"main_collective", "mcollective"}, {"collectives", Array{"mcollective", "uk"}}}));
    EXPECT_EQ(call("daemon_stats").data, world_.node.counters);
}

TEST_F(RpcutilAgent, DescribesItsAgentsWithSymbolKeys) {
    world_.node.metadata = {{"nrpe", {"NRPE", "checks", "me", "Apache-2.0", "3.1", "http://x", 5}}};
    const Map entry{{Symbol{"agent"}, "nrpe"},
                    {Symbol{"license"}, "Apache-2.0"},
                    {Symbol{"timeout"}, 5},
                    {Symbol{"description"}, "checks"},
                    {Symbol{"name"}, "NRPE"},
                    {Symbol{"url"}, "http://x"},
                    {Symbol{"version"}, "3.1"},
                    {Symbol{"author"}, "me"}};
    EXPECT_EQ(call("agent_inventory").data, (Map{{"agents", Array{entry}}}));
}

TEST_F(RpcutilAgent, LooksUpFacts) {
    world_.node.state.facts =
        std::make_shared<Map>(Map{{"os", Map{{"family", "Debian"}}}, {"role", "web"}});
    EXPECT_EQ(call("get_fact", {{"fact", "role"}}).data, (Map{{"fact", "role"}, {"value", "web"}}));
    EXPECT_EQ(call("get_fact", {{"fact", "os"}}).data,
              (Map{{"fact", "os"}, {"value", Map{{"family", "Debian"}}}}));
    EXPECT_EQ(call("get_fact", {{"fact", "os.family"}}).data,
              (Map{{"fact", "os.family"}, {"value", "Debian"}}));
    EXPECT_EQ(call("get_fact", {{"fact", "os.nosuch"}}).data,
              (Map{{"fact", "os.nosuch"}, {"value", nullptr}}));
    EXPECT_EQ(call("get_facts", {{"facts", " role , absent,os, os.family"}}).data,
              (Map{{"values",
                    Map{{"role", "web"},
                        {"absent", nullptr},
                        {"os", Map{{"family", "Debian"}}},
                        {"os.family", "Debian"}}}}));
}

TEST_F(RpcutilAgent, DoesNotTakeFactsThatWereNotReadYetForAbsent) {
    world_.node.state.facts_read = false;
    world_.node.state.facts = std::make_shared<Map>(Map{{"trusted", Map{{"certname", "web1"}}}});
    EXPECT_EQ(call("get_fact", {{"fact", "role"}}).status, Status::aborted);
    EXPECT_EQ(call("get_facts", {{"facts", "trusted.certname,role"}}).status, Status::aborted);
    EXPECT_EQ(call("get_fact", {{"fact", "trusted.certname"}}).data,
              (Map{{"fact", "trusted.certname"}, {"value", "web1"}}));
}

TEST_F(RpcutilAgent, ShowsSettingsButNoSecrets) {
    world_.config.plugin["psk"] = {"x1y2z3", "server.cfg:1"};
    EXPECT_EQ(call("get_config_item", {{"item", "ttl"}}).data,
              (Map{{"item", "ttl"}, {"value", 60}}));
    EXPECT_EQ(call("get_config_item", {{"item", "collectives"}}).data,
              (Map{{"item", "collectives"}, {"value", Array{"mcollective"}}}));
    for (const char* item : {"psk", "plugin.psk", "pluginconf", "nonsense", "instance_variables"}) {
        const rpc::Output output = call("get_config_item", {{"item", item}});
        EXPECT_EQ(output.status, Status::aborted) << item;
        EXPECT_EQ(output.message, std::string("Unknown config property ") + item);
        EXPECT_TRUE(output.data.empty());
    }
}

TEST_F(RpcutilAgent, AsksDataPlugins) {
    const auto fact = world_.data_plugin("fact");
    const auto collective = world_.data_plugin("collective");
    world_.node.plugins = {collective.get(), fact.get()};
    world_.node.state.facts = std::make_shared<Map>(Map{{"l", Array{"a"}}});
    EXPECT_EQ(call("get_data", {{"source", "fact"}, {"query", "l.0"}}).data,
              (Map{{"exists", true}, {"value", "a"}, {"value_encoding", "text/plain"}}));
    EXPECT_EQ(call("get_data", {{"source", "fact"}, {"query", "l.x"}}).status, Status::failed);
    EXPECT_EQ(call("get_data", {{"source", "nonesuch"}}).status, Status::failed);
    EXPECT_EQ(call("get_data", {{"source", "fact"}}).status, Status::invalid_data);
    EXPECT_EQ(call("get_data", {{"source", "fact"}, {"query", 7}}).status, Status::invalid_data);
    EXPECT_EQ(call("get_data", {{"source", "collective"}, {"query", std::string(300, 'x')}}).status,
              Status::invalid_data);
}

}  // namespace
}  // namespace mco::agents
