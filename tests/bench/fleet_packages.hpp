// For the fleet emulator: nodes with thousands of packages of which a few differ, canned.
#pragma once

#include "agents/agent.hpp"

#include <memory>

namespace mco::bench {

/// The agent puppetral, as far as packages are compared, if `plugin.fleet.packages` says how many
/// the node has; null otherwise. `plugin.fleet.drift` is the share that has another version than
/// usual, one of five. Answers are made at once and only sent later. Throws std::invalid_argument
/// when a setting cannot be read.
std::unique_ptr<agents::Agent> make_canned_packages(const agents::AgentContext& context);

}  // namespace mco::bench
