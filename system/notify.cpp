#include "system/notify.hpp"

#include <algorithm>
#include <cstdint>
#include <ctime>

#include <systemd/sd-daemon.h>

namespace mco::system {

void notify_ready() {
    ::sd_notify(0, "READY=1");
}

void notify_stopping() {
    ::sd_notify(0, "STOPPING=1");
}

/// systemd orders reload messages by this clock.
void notify_reloading() {
    std::timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    const auto microseconds = std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1'000;
    ::sd_notify(0, ("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(microseconds)).c_str());
}

void notify_status(const std::string& sentence) {
    auto line = "STATUS=" + sentence;
    std::replace(line.begin(), line.end(), '\n', ' ');
    ::sd_notify(0, line.c_str());
}

void notify_watchdog() {
    ::sd_notify(0, "WATCHDOG=1");
}

std::optional<std::chrono::microseconds> watchdog_interval() {
    std::uint64_t allowed = 0;
    if (::sd_watchdog_enabled(0, &allowed) <= 0)
        return std::nullopt;
    return std::chrono::microseconds(allowed / 2);
}

}  // namespace mco::system
