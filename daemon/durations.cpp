#include "daemon/durations.hpp"

namespace mco::daemon {
namespace {

double in_seconds(std::int64_t microseconds) {
    return static_cast<double>(microseconds) / 1e6;
}

}  // namespace

void Durations::add(std::string_view agent, std::chrono::microseconds took) {
    const auto found = agents_.find(agent);
    if (found == agents_.end())
        return;
    Sums& sums = found->second;
    ++sums.actions;
    sums.microseconds += took.count();
    std::int64_t longest = sums.longest;
    while (longest < took.count() && !sums.longest.compare_exchange_weak(longest, took.count())) {
    }
}

std::vector<AgentFigures> Durations::now() const {
    std::vector<AgentFigures> all;
    for (const auto& [agent, sums] : agents_)
        all.push_back(
            {agent, sums.actions, in_seconds(sums.microseconds), in_seconds(sums.longest)});
    return all;
}

}  // namespace mco::daemon
