#include "agents/package/apt_get.hpp"

#include "agents/package/lock_holder.hpp"
#include "agents/package/said.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mco::package {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// What is left for the change itself when a lock is had at last.
constexpr seconds reserve_for_work(15);
constexpr milliseconds between_attempts(250);

/// The holder as it is now, or else as the program said it.
std::string name_of_holder(const LockFailure& lock) {
    if (const auto holder = lock_holder(lock.file))
        return fmt::format(
            "{} (pid {})", holder->program.empty() ? "a process" : holder->program, holder->pid);
    return lock.holder.empty() ? "another process" : "process " + lock.holder;
}

std::vector<std::string> apt_get(seconds patience) {
    return {"apt-get",
            "-q",
            "-y",
            "-o",
            "Dpkg::Use-Pty=0",
            "-o",
            fmt::format("DPkg::Lock::Timeout={}", patience.count()),
            "-o",
            "Dpkg::Options::=--force-confold",
            "-o",
            "APT::Cmd::Pattern-Only=true"};  // a name stands for nothing but itself
}

}  // namespace

system::Command debian_command(std::vector<std::string> argv) {
    system::Command command;
    command.argv = std::move(argv);
    command.environment = {{"PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"},
                           {"LANG", "C.UTF-8"},
                           {"LC_ALL", "C.UTF-8"},
                           {"LANGUAGE", ""},
                           {"DEBIAN_FRONTEND", "noninteractive"},
                           {"APT_LISTBUGS_FRONTEND", "none"},
                           {"APT_LISTCHANGES_FRONTEND", "none"},
                           {"UCF_FORCE_CONFFOLD", "1"}};
    command.directory = "/";
    return command;
}

AptGet::AptGet(Changes& changes, const system::Clock& clock, seconds lock_timeout, Pause pause)
    : changes_(changes), clock_(clock), lock_timeout_(lock_timeout), pause_(std::move(pause)) {}

Expected<Ended> AptGet::run(const Changes::Turn& turn,
                            const std::vector<std::string>& words,
                            Monotonic deadline) {
    return keep_trying(
        turn,
        [&words](seconds patience) {
            auto argv = apt_get(patience);
            argv.insert(argv.end(), words.begin(), words.end());
            return debian_command(std::move(argv));
        },
        deadline);
}

Expected<Ended> AptGet::run_dpkg(const Changes::Turn& turn,
                                 const std::vector<std::string>& words,
                                 Monotonic deadline) {
    return keep_trying(
        turn,
        [&words](seconds) {
            std::vector<std::string> argv = {"dpkg"};
            argv.insert(argv.end(), words.begin(), words.end());
            return debian_command(std::move(argv));
        },
        deadline);
}

/// apt waits for dpkg's locks by itself, but neither for those of its lists and archives, nor does
/// dpkg for its own; old versions of apt wait for none.
Expected<Ended> AptGet::keep_trying(const Changes::Turn& turn,
                                    const Attempt& attempt,
                                    Monotonic deadline) {
    const auto begin = clock_.monotonic();
    const auto last = std::min(begin + lock_timeout_, deadline - reserve_for_work);
    for (;;) {
        const auto patience = std::chrono::duration_cast<seconds>(last - clock_.monotonic());
        MCO_TRY(ended, changes_.run(turn, attempt(std::max(patience, seconds(0))), deadline));
        const auto lock = ended.exit_code == 0 ? std::nullopt : lock_failure_in(ended.output);
        if (!lock)
            return ended;
        if (clock_.monotonic() >= last)
            return fail(
                Errc::unavailable,
                fmt::format(
                    "{} is held by {}, also after {} s",
                    lock->file,
                    name_of_holder(*lock),
                    std::chrono::duration_cast<seconds>(clock_.monotonic() - begin).count()));
        pause_(between_attempts);
    }
}

}  // namespace mco::package
