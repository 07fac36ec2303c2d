// The outside world under test: fixed time, scripted processes.
#pragma once

#include "system/clock.hpp"
#include "system/process.hpp"

#include <chrono>
#include <vector>

#include <sys/types.h>

namespace mco::system {

class FixedClock final : public Clock {
  public:
    TimePoint time{std::chrono::seconds(1'800'000'000)};

    TimePoint now() const override { return time; }

    Monotonic monotonic() const override { return Monotonic(time.time_since_epoch()); }
};

/// Answers every command with `answer` and remembers what was asked for.
class ScriptedRunner final : public Runner {
  public:
    Expected<Finished> answer = Finished{0, 0, "", "", false};
    Expected<pid_t> started = pid_t{4711};
    std::vector<Command> ran;
    std::vector<Command> detached;

    Expected<Finished> run(const Command& command) override {
        ran.push_back(command);
        return answer;
    }

    Expected<pid_t> start_detached(const Command& command) override {
        detached.push_back(command);
        return started;
    }
};

}  // namespace mco::system
