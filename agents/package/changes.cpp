#include "agents/package/changes.hpp"

#include "agents/package/said.hpp"
#include "agents/package/time_left.hpp"
#include "system/files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace mco::package {
namespace {

using std::chrono::milliseconds;

/// More than tidy() leaves, since it leaves out.
constexpr std::size_t most_read = 1u << 20;

/// The program and what it is to do.
std::string name_of(const system::Command& command) {
    const auto& argv = command.argv;
    const auto names = std::find(argv.begin(), argv.end(), "--");
    std::string name = argv.front();
    if (names - argv.begin() > 1)  // what is done stands before the names, or at the end
        name += ' ' + *(names - 1);
    for (auto word = names; word != argv.end(); ++word)
        if (word != names)
            name += ' ' + *word;
    return name;
}

}  // namespace

Changes::Changes(system::Runner& runner, const system::Clock& clock, system::Log& log)
    : runner_(runner), clock_(clock), log_(log) {}

Expected<Changes::Turn> Changes::turn(Monotonic deadline) {
    Turn mine(mutex_, std::defer_lock);
    if (!mine.try_lock() && !mine.try_lock_for(time_left(clock_, deadline)))
        return fail(Errc::unavailable, "busy: packages are being changed for somebody else");
    if (still_going())
        return fail(Errc::unavailable,
                    fmt::format("busy: {} is still running (pid {}, for {} s)",
                                overdue_->name,
                                overdue_->process->pid(),
                                std::chrono::duration_cast<std::chrono::seconds>(
                                    clock_.monotonic() - overdue_->started)
                                    .count()));
    return mine;
}

/// Tells the log how it ended once it has.
bool Changes::still_going() {
    if (!overdue_)
        return false;
    const auto ended = overdue_->process->wait(milliseconds(0));
    if (ended && !*ended)
        return true;
    if (ended)
        log_.info("package: {}, which nobody waited for any more, ended with {}",
                  overdue_->name,
                  (*ended)->code);
    overdue_.reset();
    return false;
}

Expected<Ended> Changes::run(const Turn& /*turn*/, system::Command command, Monotonic deadline) {
    MCO_TRY(directory, system::PrivateDirectory::make("mco-package"));
    command.output_file = directory.path() + "/output";
    MCO_TRY(process, runner_.start_lasting(command));
    const auto started = clock_.monotonic();
    log_.info("package: {} (pid {})", name_of(command), process->pid());
    MCO_TRY(ended, process->wait(time_left(clock_, deadline)));
    if (ended)
        return Ended{ended->code, tidy(system::read_end(command.output_file, most_read))};
    const auto pid = process->pid();
    overdue_ = Going{name_of(command), std::move(process), std::move(directory), started};
    return fail(Errc::timed_out,
                fmt::format("{} is still running (pid {}); the action status tells later what came "
                            "of it",
                            overdue_->name,
                            pid));
}

}  // namespace mco::package
