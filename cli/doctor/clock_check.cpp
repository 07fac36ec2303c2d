#include "cli/doctor/clock_check.hpp"

#include "cli/doctor/certificate_check.hpp"

#include <fmt/format.h>

#include <algorithm>

#include <sys/timex.h>

namespace mco::doctor {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds harmless(5);
constexpr seconds harmful(30);  // half of the time that requests live
constexpr std::size_t most_named = 5;

const char* const synchronise =
    "chronyc tracking (or timedatectl) shows the state; install and start chrony or "
    "systemd-timesyncd";

bool is_off(const Answered& answer) {
    const auto off = skew(answer);
    return off > harmless || off < -harmless;
}

std::string direction(milliseconds off) {
    return span_text(off) + (off.count() > 0 ? " ahead of" : " behind");
}

Finding told(const Answered& answer) {
    const auto off = skew(answer);
    const Trouble trouble{
        fmt::format("its clock is {} ours; requests are refused when the difference reaches "
                    "their ttl (60 seconds)",
                    direction(off)),
        std::string("on ") + answer.node + ": " + synchronise};
    return off > harmful || off < -harmful ? problem("clock", answer.node, trouble)
                                           : warning("clock", answer.node, trouble);
}

}  // namespace

KernelClock ask_kernel() {
    timex asked{};
    const int state = ::ntp_adjtime(&asked);
    if (state < 0)
        return {};
    return {true, state != TIME_ERROR && (asked.status & STA_UNSYNC) == 0};
}

Finding judge_kernel_clock(const KernelClock& clock) {
    if (!clock.known)
        return skipped("clock", "", "the kernel does not tell whether it is synchronised");
    if (clock.synchronised)
        return ok("clock", "", "the kernel's clock is synchronised");
    return warning("clock", "", {"nobody synchronises the clock of this machine", synchronise});
}

std::optional<Finding> judge_file_time(const FileFacts& file, TimePoint now) {
    constexpr std::chrono::minutes tolerance(5);
    if (file.kind != FileFacts::Kind::file || file.modified <= now + tolerance)
        return std::nullopt;
    return warning("clock",
                   file.path,
                   {"was changed " + span_text(file.modified - now) +
                        " from now: the clock of this machine is wrong, or was then",
                    synchronise});
}

milliseconds skew(const Answered& answer) {
    constexpr seconds resolution(1);
    if (answer.answered > answer.received + resolution)
        return answer.answered - answer.received;
    if (answer.answered + resolution < answer.sent)
        return answer.answered - answer.sent;
    return milliseconds(0);
}

Findings judge_skew(const std::vector<Answered>& answers) {
    if (answers.empty())
        return {};
    std::vector<Answered> off;
    std::copy_if(answers.begin(), answers.end(), std::back_inserter(off), is_off);
    if (off.empty())
        return {ok("clock",
                   "",
                   answers.size() == 1
                       ? "agrees with that of " + answers.front().node
                       : fmt::format("agrees with those of {} nodes", answers.size()))};
    if (off.size() > 1 && off.size() * 2 > answers.size())
        return {problem("clock",
                        "",
                        {fmt::format("{} of {} nodes disagree with the clock of this machine; that "
                                     "of {} is {} ours",
                                     off.size(),
                                     answers.size(),
                                     off.front().node,
                                     direction(skew(off.front()))),
                         synchronise})};
    Findings findings;
    for (std::size_t i = 0; i < std::min(off.size(), most_named); ++i)
        findings.push_back(told(off[i]));
    return findings;
}

}  // namespace mco::doctor
