// Ends processes that hang together with what they have started.
#pragma once

#include "puppet/process_table.hpp"

#include <vector>

#include <sys/types.h>

namespace mco::puppet {

/// Kills all that descend from a process, not the process itself, which should be stopped: else it
/// goes on starting others. Found by descent, since Puppet's children lead sessions of their own
/// and survive a signal to a process group (resources §2, trap 16). They are stopped before any is
/// killed, so that none starts another or is lost with its parent. Some milliseconds; any thread.
void end_descendants(pid_t pid, const ProcessTable& processes);

}  // namespace mco::puppet
