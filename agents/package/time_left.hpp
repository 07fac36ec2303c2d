// What of a deadline is left for a child process.
#pragma once

#include "core/time.hpp"
#include "system/clock.hpp"

#include <algorithm>
#include <chrono>

namespace mco::package {

/// Never less than a millisecond: what has no time left fails as overdue, not as something else.
inline std::chrono::milliseconds time_left(const system::Clock& clock, Monotonic deadline) {
    using std::chrono::milliseconds;
    return std::max(std::chrono::duration_cast<milliseconds>(deadline - clock.monotonic()),
                    milliseconds(1));
}

}  // namespace mco::package
