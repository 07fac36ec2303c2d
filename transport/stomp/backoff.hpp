// How long to wait between attempts to connect (protocol §2.3). Pure: chance is an argument.
#pragma once

#include <chrono>

namespace mco::stomp {

struct BackoffSettings {
    std::chrono::milliseconds initial{10};
    std::chrono::milliseconds maximum{30'000};
    double multiplier = 2;
    bool exponential = true;
};

/// Grows from pause to pause, unlike the original's begins anew after a good connection, and is
/// spread by chance: thousands of nodes that lost one broker in one moment must not come back in
/// one moment.
class Backoff {
  public:
    explicit Backoff(BackoffSettings settings);

    /// The next pause: between a tenth of the current delay (chance 0) and all of it (chance 1).
    std::chrono::milliseconds next(double chance);

    /// A connection was established and lasted so long. One that ended at once (a broker that
    /// accepts and then refuses) does not count as good.
    void on_connection_ended(std::chrono::milliseconds lasted);

  private:
    BackoffSettings settings_;
    std::chrono::milliseconds delay_;
};

}  // namespace mco::stomp
