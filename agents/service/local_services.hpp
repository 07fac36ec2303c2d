// What the agent and its data plug-in share: who manages the services of this node.
#pragma once

#include "agents/agent.hpp"
#include "agents/service/managed.hpp"
#include "agents/service/services.hpp"

#include <memory>
#include <string>

namespace mco::services {

/// The provider that plugin.service.* and the node call for (resources §8): systemd where it is
/// process 1, otherwise Puppet, or a service command. The context outlives it. `root` is where
/// /run is. Nothing is started. Throws std::invalid_argument if a setting cannot be used.
std::unique_ptr<Provider> make_provider(const agents::AgentContext& context,
                                        Pause pause,
                                        const std::string& root = "/");

/// The node's, made at the first use. Throws as make_provider(). Any thread.
const Provider& local_services(const agents::AgentContext& context);

}  // namespace mco::services
