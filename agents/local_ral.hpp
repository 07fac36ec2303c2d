// The resources of the node, which its agents share.
#pragma once

#include "agents/agent.hpp"
#include "puppet/ral/ral.hpp"

namespace mco::puppet {

/// Made at the first use within a node, from the settings as they are then; nothing is started. A
/// test puts its own into `context.shared` before. Throws std::invalid_argument if a setting cannot
/// be used. Any thread.
Ral& local_ral(const agents::AgentContext& context);

}  // namespace mco::puppet
