// The clock: as the kernel judges it, and against the times that nodes put into their answers.
#pragma once

#include "cli/doctor/file_facts.hpp"
#include "cli/doctor/finding.hpp"
#include "core/time.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace mco::doctor {

struct KernelClock {
    bool known = false;
    bool synchronised = false;
};

/// Asks the kernel; no process is started.
KernelClock ask_kernel();

Finding judge_kernel_clock(const KernelClock& clock);

/// A file that was changed in the future: the clock is wrong, or was then. Absent when it was not.
std::optional<Finding> judge_file_time(const FileFacts& file, TimePoint now);

/// One answer, by the clocks of both sides.
struct Answered {
    std::string node;
    TimePoint sent;      ///< the request, by our clock
    TimePoint answered;  ///< by the node's
    TimePoint received;  ///< the answer, by our clock
};

/// How much the node's clock is ahead (or, negative, behind); zero when the answer's time lies
/// within its journey, a second's fraction aside, which legacy messages do not carry.
std::chrono::milliseconds skew(const Answered& answer);

/// Ours is to blame when most of several nodes disagree with it.
Findings judge_skew(const std::vector<Answered>& answers);

}  // namespace mco::doctor
