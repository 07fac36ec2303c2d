#include "system/clock.hpp"

namespace mco::system {

TimePoint RealClock::now() const {
    return std::chrono::time_point_cast<std::chrono::milliseconds>(
        std::chrono::system_clock::now());
}

Monotonic RealClock::monotonic() const {
    return std::chrono::steady_clock::now();
}

}  // namespace mco::system
