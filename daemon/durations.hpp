// How long the actions of each agent take.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace mco::daemon {

/// Of one agent, since the start.
struct AgentFigures {
    std::string agent;
    std::uint64_t actions = 0;  ///< that came to their end, in time or not
    double seconds = 0;         ///< all of them together
    double longest = 0;         ///< seconds
};

/// For the agents that are named at the beginning and for no others: what is counted stays bounded,
/// whatever is asked for. Any thread.
class Durations {
  public:
    Durations() = default;

    void expect(const std::string& agent) { agents_.try_emplace(agent); }  ///< before any add()

    void add(std::string_view agent, std::chrono::microseconds took);
    /// By name.
    std::vector<AgentFigures> now() const;

  private:
    struct Sums {
        std::atomic<std::uint64_t> actions = 0;
        std::atomic<std::int64_t> microseconds = 0;
        std::atomic<std::int64_t> longest = 0;
    };

    std::map<std::string, Sums, std::less<>> agents_;
};

}  // namespace mco::daemon
