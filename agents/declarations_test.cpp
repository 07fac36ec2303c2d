#include "agents/declarations.hpp"

#include "agents/builtin_ddls.hpp"
#include "agents/testing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace mco::agents {
namespace {

TEST(Declarations, HoldEveryBuiltinText) {
    const auto declarations = Declarations::builtin();
    ASSERT_TRUE(declarations) << declarations.error().message;
    for (const BuiltinDdl& builtin : builtin_ddls())
        EXPECT_EQ(declarations->agent(builtin.name).metadata.name, builtin.name);
    for (const BuiltinDdl& builtin : builtin_data_ddls())
        EXPECT_EQ(declarations->data(builtin.name).metadata.name, builtin.name);
    EXPECT_THROW(declarations->agent("nonesuch"), std::out_of_range);
}

TEST(Registry, MakesEachAgentAndDataPluginOnceInAlphabeticalOrder) {
    const AgentWorld world;
    std::vector<std::string> agents;
    for (const auto& agent : make_agents(world.context))
        agents.push_back(agent->declaration().metadata.name);
    EXPECT_TRUE(std::is_sorted(agents.begin(), agents.end()));
    EXPECT_THAT(agents, testing::IsSupersetOf({"puppet", "rpcutil"}));
    std::vector<std::string> plugins;
    for (const auto& plugin : make_data_plugins(world.context))
        plugins.push_back(plugin->declaration().metadata.name);
    EXPECT_TRUE(std::is_sorted(plugins.begin(), plugins.end()));
    EXPECT_THAT(plugins, testing::IsSupersetOf({"agent", "collective", "fact", "fstat"}));
}

/// What help and validation rely on: texts for people, labels for screens, and no aggregate over an
/// output that is not there.
TEST(Declarations, AreComplete) {
    const auto declarations = Declarations::builtin().value();
    for (const BuiltinDdl& builtin : builtin_ddls()) {
        const ddl::Ddl& ddl = declarations.agent(builtin.name);
        for (const std::string* text : {&ddl.metadata.description,
                                        &ddl.metadata.author,
                                        &ddl.metadata.license,
                                        &ddl.metadata.version,
                                        &ddl.metadata.url})
            EXPECT_FALSE(text->empty()) << builtin.name;
        for (const ddl::Action& action : ddl.actions) {
            EXPECT_FALSE(action.description.empty()) << builtin.name << '#' << action.name;
            for (const ddl::Output& output : action.outputs)
                EXPECT_FALSE(output.display_as.empty())
                    << builtin.name << '#' << action.name << ' ' << output.name;
            for (const ddl::Aggregate& aggregate : action.aggregates)
                EXPECT_NE(action.output(aggregate.output), nullptr)
                    << builtin.name << '#' << action.name;
        }
    }
}

/// Every declared action is implemented, and tells nothing that the declaration does not know.
TEST(Declarations, AreWhatTheAgentsDo) {
    const AgentWorld world;
    const Map inputs{{"fact", "os"},
                     {"facts", "os"},
                     {"item", "ttl"},
                     {"source", "collective"},
                     {"query", "mcollective"}};
    for (const auto& agent : make_agents(world.context))
        for (const ddl::Action& action : agent->declaration().actions) {
            const std::string where = agent->declaration().metadata.name + '#' + action.name;
            const rpc::Output output = AgentWorld::call(*agent, action.name, inputs);
            EXPECT_NE(output.status, rpc::Status::unknown_action) << where;
            for (const Entry& entry : output.data.entries())
                if (!action.outputs.empty()) {
                    EXPECT_NE(action.output(*entry.key.text()), nullptr)
                        << where << ' ' << *entry.key.text();
                }
        }
}

}  // namespace
}  // namespace mco::agents
