// Processes that may be waited for, but that nobody ends.
#include "system/descriptor.hpp"
#include "system/pipes.hpp"
#include "system/process.hpp"
#include "system/spawn.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

namespace mco::system {

namespace {

class LastingChild final : public LastingProcess {
  public:
    LastingChild(pid_t pid, Descriptor handle) : pid_(pid), handle_(std::move(handle)) {}

    /// What has ended by now leaves nothing behind; the rest is init's when we end.
    ~LastingChild() override {
        if (!ended_)
            ::waitpid(pid_, nullptr, WNOHANG);
    }

    pid_t pid() const override { return pid_; }

    Expected<std::optional<Exit>> wait(std::chrono::milliseconds limit) override {
        const auto until = std::chrono::steady_clock::now() + limit;
        while (!ended_ && !is_over(until))
            if (std::chrono::steady_clock::now() >= until)
                return std::optional<Exit>();
        if (!ended_)
            MCO_CHECK(collect());
        return ended_;
    }

  private:
    bool is_over(std::chrono::steady_clock::time_point until) const {
        // without a handle one has to look again and again
        const std::int64_t longest = handle_ ? 60'000 : 50;  // ms
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
        pollfd handle{handle_.get(), POLLIN, 0};
        ::poll(&handle, 1, static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, longest)));
        siginfo_t info{};
        return ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
               info.si_pid == pid_;  // NOLINT(cppcoreguidelines-pro-type-union-access)
    }

    Expected<void> collect() {
        int status = 0;
        while (::waitpid(pid_, &status, 0) < 0)
            if (errno != EINTR)
                return fail(
                    Errc::io,
                    std::string("cannot learn how a process ended: ") + std::strerror(errno));
        ended_ = WIFEXITED(status) ? Exit{WEXITSTATUS(status), 0} : Exit{-1, WTERMSIG(status)};
        return {};
    }

    const pid_t pid_;
    const Descriptor handle_;
    std::optional<Exit> ended_;
};

}  // namespace

Expected<std::unique_ptr<LastingProcess>> Runner::start_lasting(const Command& command) {
    return fail(Errc::unavailable, command.argv.front() + " cannot be left to itself here");
}

Expected<std::unique_ptr<LastingProcess>> RealRunner::start_lasting(const Command& command) {
    const Descriptor null(::open("/dev/null", O_RDWR | O_CLOEXEC));
    if (!null)
        return fail(Errc::io, std::string("cannot open /dev/null: ") + std::strerror(errno));
    Descriptor output;
    if (!command.output_file.empty()) {
        MCO_TRY(created, create_output_file(command.output_file));
        output = std::move(created);
    }
    const int out = output ? output.get() : null.get();
    const auto pid = spawn_child(command, {null.get(), out, out});
    if (!pid) {
        if (output)
            ::unlink(command.output_file.c_str());
        return tl::unexpected(pid.error());
    }
    return std::make_unique<LastingChild>(*pid, process_handle(*pid));
}

}  // namespace mco::system
