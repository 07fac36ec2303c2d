// The action `resource` of the puppet agent (client and agents §5.1.4).
#pragma once

#include "agents/agent.hpp"
#include "agents/local_puppet.hpp"

namespace mco::puppet {

/// Brings one resource into the state that the inputs describe, if the configuration lets it. Only
/// the action's time bounds it. Any worker thread; blocks.
rpc::Output act_on_resource(const agents::AgentContext& context,
                            LocalPuppet& puppet,
                            const Map& inputs);

}  // namespace mco::puppet
