#include "client/discovery_window.hpp"

#include <algorithm>

namespace mco::client {

namespace {

constexpr std::chrono::milliseconds usual_delay(2);  // of a timer on an idle machine

}  // namespace

DiscoveryWindow::DiscoveryWindow(Monotonic opened,
                                 Duration limit,
                                 Listening listening,
                                 Duration least_quiet)
    : opened_(opened),
      limit_(opened + limit),
      listening_(listening),
      least_quiet_(least_quiet),
      last_(opened) {}

void DiscoveryWindow::on_answer(Monotonic now) {
    if (!answered_)
        first_latency_ = now - opened_;
    else
        longest_pause_ = std::max(longest_pause_, now - last_);
    answered_ = true;
    last_ = now;
}

bool DiscoveryWindow::on_tick(Monotonic now) {
    const auto due = wake_at();
    if (now < due)
        return false;
    if (now - due > usual_delay)
        longest_delay_ = std::max(longest_delay_, now - due);
    return now >= wake_at();
}

Monotonic DiscoveryWindow::wake_at() const {
    if (!answered_ || listening_ == Listening::whole_time)
        return limit_;
    return std::min(limit_, last_ + quiet_time());
}

DiscoveryWindow::Duration DiscoveryWindow::quiet_time() const {
    return std::max({least_quiet_, 3 * first_latency_, 4 * longest_pause_, 8 * longest_delay_});
}

}  // namespace mco::client
