// Asks the node's own data plug-ins what policies want to know (client and agents §6.3).
#pragma once

#include "agents/agent.hpp"
#include "core/error.hpp"
#include "core/filter/compound.hpp"
#include "core/value.hpp"
#include "system/clock.hpp"

namespace mco::daemon {

/// The answer of the plug-in that `test` names, to the question it puts. Errors: not_found (no such
/// plug-in), invalid (a question its declaration does not allow), timed_out (it took longer than it
/// declares; it cannot be stopped before), and its own. Any worker thread; blocks.
Expected<Map> ask_data(const agents::NodeView& node,
                       const system::Clock& clock,
                       const filter::DataTest& test);

}  // namespace mco::daemon
