// All agents and data plug-ins of this build, made anew for one node. The definitions are generated
// by cmake/AddAgent.cmake.
#pragma once

#include "agents/agent.hpp"
#include "agents/data_plugin.hpp"

#include <memory>
#include <vector>

namespace mco::agents {

/// One of each, sorted by name. `context` must outlive them.
std::vector<std::unique_ptr<Agent>> make_agents(const AgentContext& context);

/// One of each, sorted by name. `context` must outlive them.
std::vector<std::unique_ptr<DataPlugin>> make_data_plugins(const AgentContext& context);

}  // namespace mco::agents
