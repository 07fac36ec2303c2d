// How long discovery listens. Nobody knows how many nodes there are, so the window slides: it
// closes when no answer has come for long enough, judged from the answers so far.
//
// The rule. Until the first answer, and whenever the whole time was asked for, it stays open for
// its limit. After an answer it stays open for a quiet time that is the longest of
//   * the least quiet time (100 ms unless the caller wants another),
//   * 3 times the time that the first answer took: far or busy nodes show themselves here,
//   * 4 times the longest pause between two answers so far: so does a fleet that answers in bursts,
//   * 8 times the longest delay with which we were woken: then this machine is too busy to trust
//   our own clock,
//   * half the time that the answers have been coming in, up to a quarter of the limit: who took
//   long so far may have stragglers.
// The limit ends it even if that time is not over, but not in the middle of answers: as long as
// they keep coming it stays open for up to a quarter of the limit after each, as thousands of
// answers may take longer than the limit. After ten times the limit it is closed in any case.
#pragma once

#include "core/time.hpp"

#include <chrono>

namespace mco::client {

enum class Listening { until_quiet, whole_time };

/// Sans-I/O. Times must not go backwards.
class DiscoveryWindow {
  public:
    using Duration = Monotonic::duration;

    static constexpr std::chrono::milliseconds usual_quiet{100};

    DiscoveryWindow(Monotonic opened,
                    Duration limit,
                    Listening listening,
                    Duration least_quiet = usual_quiet);

    void on_answer(Monotonic now);

    /// True when the window is closed. To be called at wake_at(), after every answer that has
    /// arrived was handed in.
    bool on_tick(Monotonic now);

    /// When it closes unless more answers come.
    Monotonic wake_at() const;

  private:
    Duration quiet_time() const;

    Monotonic opened_;
    Duration limit_;
    Listening listening_;
    Duration least_quiet_;
    bool answered_ = false;
    Monotonic last_;
    Duration first_latency_{0};
    Duration longest_pause_{0};
    Duration longest_delay_{0};
};

}  // namespace mco::client
