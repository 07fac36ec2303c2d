// Keeps a flood of messages from filling the log: so many lines at once, then so many a second.
#pragma once

#include "core/time.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <utility>

namespace mco::system {

/// One thread only.
class RateLimit {
  public:
    /// `burst` lines at once, then `per_second` of them.
    explicit RateLimit(double burst = 20, double per_second = 2)
        : burst_(burst), per_second_(per_second), tokens_(burst) {}

    /// Whether another line may be written now. If not, it is counted as suppressed.
    bool allows(Monotonic now) {
        refill(now);
        if (tokens_ < 1) {
            ++suppressed_;
            return false;
        }
        tokens_ -= 1;
        return true;
    }

    /// How many lines were suppressed since the last call.
    std::uint64_t take_suppressed() { return std::exchange(suppressed_, 0); }

  private:
    void refill(Monotonic now) {
        const std::chrono::duration<double> passed = now - last_;
        last_ = now;
        tokens_ = std::min(burst_, tokens_ + std::max(0.0, passed.count()) * per_second_);
    }

    double burst_;
    double per_second_;
    double tokens_;
    Monotonic last_{};
    std::uint64_t suppressed_ = 0;
};

/// The same for several threads.
class SharedRateLimit {
  public:
    /// If another line may be written now: how many were suppressed before it.
    std::optional<std::uint64_t> allows(Monotonic now) {
        const std::lock_guard lock(mutex_);
        if (!limit_.allows(now))
            return std::nullopt;
        return limit_.take_suppressed();
    }

  private:
    std::mutex mutex_;  // guards limit_
    RateLimit limit_;
};

}  // namespace mco::system
