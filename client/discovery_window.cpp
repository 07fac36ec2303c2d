#include "client/discovery_window.hpp"

#include <algorithm>

namespace mco::client {

namespace {

constexpr std::chrono::milliseconds usual_delay(2);  // of a timer on an idle machine
constexpr int most_limits = 10;  // a node that never stops answering must not keep it open

}  // namespace

DiscoveryWindow::DiscoveryWindow(Monotonic opened,
                                 Duration limit,
                                 Listening listening,
                                 Duration least_quiet)
    : opened_(opened),
      limit_(limit),
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
        return opened_ + limit_;
    const auto quiet = quiet_time();
    const auto in_the_middle = last_ + std::min(quiet, limit_ / 4);
    return std::min(
        {last_ + quiet, std::max(opened_ + limit_, in_the_middle), opened_ + most_limits * limit_});
}

DiscoveryWindow::Duration DiscoveryWindow::quiet_time() const {
    const auto stragglers = std::min((last_ - opened_) / 2, limit_ / 4);
    return std::max(
        {least_quiet_, 3 * first_latency_, 4 * longest_pause_, 8 * longest_delay_, stragglers});
}

}  // namespace mco::client
