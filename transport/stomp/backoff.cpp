#include "transport/stomp/backoff.hpp"

#include <algorithm>

namespace mco::stomp {

namespace {

using Milliseconds = std::chrono::milliseconds;

Milliseconds scaled(Milliseconds delay, double factor) {
    return std::chrono::duration_cast<Milliseconds>(
        std::chrono::duration<double, std::milli>(delay) * factor);
}

}  // namespace

Backoff::Backoff(BackoffSettings settings)
    : settings_(settings), delay_(std::min(settings.initial, settings.maximum)) {}

Milliseconds Backoff::next(double chance) {
    constexpr double least = 0.1;
    const Milliseconds pause = scaled(delay_, least + (1 - least) * chance);
    if (settings_.exponential)
        // compared as a floating-point number: a large multiplier must not overflow
        delay_ = static_cast<double>(delay_.count()) * settings_.multiplier <
                         static_cast<double>(settings_.maximum.count())
                     ? scaled(delay_, settings_.multiplier)
                     : settings_.maximum;
    return pause;
}

void Backoff::on_connection_ended(Milliseconds lasted) {
    if (lasted >= std::max<Milliseconds>(delay_, std::chrono::seconds(1)))
        delay_ = std::min(settings_.initial, settings_.maximum);
}

}  // namespace mco::stomp
