// Time is an argument everywhere: these are the two kinds that functions take.
#pragma once

#include <chrono>

namespace mco {

/// Wall-clock time in milliseconds since the epoch, UTC: what messages carry.
using TimePoint = std::chrono::sys_time<std::chrono::milliseconds>;

/// Monotonic time: what deadlines, back-off and heart-beats are counted in.
using Monotonic = std::chrono::steady_clock::time_point;

}  // namespace mco
