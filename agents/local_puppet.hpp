// What the agents of a node share of its Puppet: where it is, and its resources.
#pragma once

#include "agents/agent.hpp"
#include "puppet/local_puppet.hpp"

namespace mco::puppet {

/// Made at the first use within a node, from the settings as they are then; nothing is started.
/// Throws std::invalid_argument if a setting cannot be used. Any thread.
LocalPuppet& local_puppet(const agents::AgentContext& context);

/// Whether the puppet agent is switched on here, as the daemon decides it.
bool is_switched_on(const config::Config& config);

}  // namespace mco::puppet
