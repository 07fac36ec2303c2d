#include "puppet/process_tree.hpp"

#include <algorithm>
#include <csignal>

namespace mco::puppet {

void end_descendants(pid_t pid, const ProcessTable& processes) {
    constexpr int most_rounds = 20;
    std::vector<LiveProcess> stopped;
    for (int round = 0; round < most_rounds; ++round) {
        const auto known = stopped.size();
        for (const auto& process : processes.descendants(pid)) {
            if (std::find(stopped.begin(), stopped.end(), process) != stopped.end())
                continue;
            processes.signal(process, SIGSTOP);
            stopped.push_back(process);
        }
        if (stopped.size() == known)
            break;
    }
    for (auto process = stopped.rbegin(); process != stopped.rend(); ++process)
        processes.signal(*process, SIGKILL);
}

}  // namespace mco::puppet
