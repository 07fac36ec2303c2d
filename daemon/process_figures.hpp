// What the operating system knows about this process, for `rpcutil#daemon_stats`.
#pragma once

#include "core/value.hpp"

namespace mco::daemon {

/// {utime, stime, cutime, cstime} in seconds, under symbols as Ruby peers expect.
Map processor_times();

/// A name for each thread.
Array thread_names();

}  // namespace mco::daemon
