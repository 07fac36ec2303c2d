// Time as an interface, so that everything which asks for it can be tested without waiting.
#pragma once

#include "core/time.hpp"

namespace mco::system {

class Clock {
  public:
    Clock() = default;
    Clock(const Clock&) = delete;
    Clock& operator=(const Clock&) = delete;
    virtual ~Clock() = default;
    virtual TimePoint now() const = 0;        ///< any thread
    virtual Monotonic monotonic() const = 0;  ///< any thread
};

class RealClock final : public Clock {
  public:
    TimePoint now() const override;
    Monotonic monotonic() const override;
};

}  // namespace mco::system
