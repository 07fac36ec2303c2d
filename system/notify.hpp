// Tells systemd how the service is doing. Every function does nothing when systemd did not start
// us. Any thread.
#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace mco::system {

void notify_ready();
void notify_stopping();
/// Followed by notify_ready() when the reload is done.
void notify_reloading();
/// The line that `systemctl status` shows.
void notify_status(const std::string& sentence);
void notify_watchdog();

/// How often notify_watchdog() is to be called: half of what the unit allows. Absent when it sets
/// no watchdog.
std::optional<std::chrono::microseconds> watchdog_interval();

}  // namespace mco::system
