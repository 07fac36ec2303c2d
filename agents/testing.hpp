// The world of an agent under test: fixed time, scripted processes, a node made of plain members.
#pragma once

#include "agents/agent.hpp"
#include "agents/registry.hpp"
#include "system/log_sinks.hpp"
#include "system/testing.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mco::agents {

using system::FixedClock;
using system::ScriptedRunner;

class FakeNode final : public NodeView {
  public:
    filter::Inventory state{"web1.example", std::make_shared<Map>(), {}, {}, {"mcollective"}};
    Map counters;
    std::vector<AgentMetadata> metadata;
    std::vector<const DataPlugin*> plugins;

    std::shared_ptr<const filter::Inventory> inventory() const override {
        return std::make_shared<filter::Inventory>(state);
    }

    Map statistics() const override { return counters; }

    std::vector<AgentMetadata> agents() const override { return metadata; }

    std::vector<const DataPlugin*> data_plugins() const override { return plugins; }
};

/// The agent of that name, in the world of `context`; null if there is none.
inline std::unique_ptr<Agent> find_agent(std::string_view name, const AgentContext& context) {
    for (auto& made : make_agents(context))
        if (made->declaration().metadata.name == name)
            return std::move(made);
    return nullptr;
}

/// Everything an AgentContext refers to. Set up its members before agent() is called.
struct AgentWorld {
    const Declarations declarations = Declarations::builtin().value();
    config::Config config = without_files();
    FakeNode node;
    FixedClock clock;
    ScriptedRunner runner;
    system::Log log{std::make_unique<system::NullSink>(), system::Level::fatal};
    const AgentContext context{declarations, config, node, clock, runner, log};

    std::unique_ptr<Agent> agent(std::string_view name) const { return find_agent(name, context); }

    std::unique_ptr<DataPlugin> data_plugin(std::string_view name) const {
        for (auto& made : make_data_plugins(context))
            if (made->declaration().metadata.name == name)
                return std::move(made);
        return nullptr;
    }

    /// A configuration in which nothing is remembered in files that outlive the test.
    static config::Config without_files() {
        config::Config config;
        config.plugin["puppet.paths_cache"] = {"0", "test"};
        config.plugin["puppet.runs"] = {"/nonexistent/runs", "test"};
        return config;
    }

    static rpc::Output call(const Agent& agent, std::string_view action, const Map& inputs = {}) {
        return agent.act(Call{
            action, inputs, "cert=alice", "client.example", "0123456789abcdef0123456789abcdef"});
    }
};

}  // namespace mco::agents
