#include "system/process.hpp"

#include "system/descriptor.hpp"
#include "system/pipes.hpp"
#include "system/spawn.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string_view>

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

namespace mco::system {

namespace {

using SteadyClock = std::chrono::steady_clock;

/// How long we wait for a process that SIGKILL was sent to: it may hang in the kernel, we must not.
constexpr std::chrono::seconds kill_patience{5};

auto io_failure(const char* what) {
    return fail(Errc::io, std::string(what) + ": " + std::strerror(errno));
}

/// One output stream of the child; what exceeds the limit is read and dropped.
struct Capture {
    Descriptor pipe;
    std::string text;
    bool truncated = false;

    /// One read. False when there is nothing to be had now or ever.
    bool read_some(std::size_t limit) {
        char buffer[16384];
        const auto got = ::read(pipe.get(), buffer, sizeof buffer);
        if (got < 0)
            return errno == EINTR;
        if (got == 0) {
            pipe.close();
            return false;
        }
        const auto kept = std::min(static_cast<std::size_t>(got), limit - text.size());
        text.append(buffer, kept);
        truncated = truncated || kept < static_cast<std::size_t>(got);
        return true;
    }

    /// What the child wrote before it ended is in the pipe by now; its own children may go on
    /// writing for ever.
    void read_rest(std::size_t limit) {
        constexpr int reads = 128;  // more than a pipe holds
        for (int i = 0; i < reads && pipe && read_some(limit); ++i) {
        }
    }
};

/// A started command with its pipes.
class Running {
  public:
    static Expected<Running> start(const Command& command);

    /// Sees it through to its end.
    Expected<Finished> finish();

  private:
    explicit Running(const Command& command) : command_(&command) {}

    bool ended(SteadyClock::time_point until);
    void serve_pipes(const std::array<pollfd, 4>& ready);
    void feed();

    void signal_group(int signal) const { ::kill(-pid_, signal); }

    void end_group();
    Expected<Finished> collect();

    const Command* command_;
    pid_t pid_ = -1;
    Descriptor process_, input_;
    Capture out_, err_;
    std::size_t fed_ = 0;
};

Expected<Running> Running::start(const Command& command) {
    Running running(command);
    int in[2] = {-1, -1}, out[2], err[2];
    if (::pipe2(out, O_CLOEXEC) != 0)
        return io_failure("cannot make a pipe");
    running.out_.pipe = Descriptor(out[0]);
    const Descriptor child_out(out[1]);
    if (::pipe2(err, O_CLOEXEC) != 0)
        return io_failure("cannot make a pipe");
    running.err_.pipe = Descriptor(err[0]);
    const Descriptor child_err(err[1]);
    if (command.input.empty())
        in[0] = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    else if (::pipe2(in, O_CLOEXEC) != 0)
        return io_failure("cannot make a pipe");
    const Descriptor child_in(in[0]);
    running.input_ = Descriptor(in[1]);
    for (const auto* ours : {&running.out_.pipe, &running.err_.pipe, &running.input_}) {
        if (*ours)
            ::fcntl(ours->get(), F_SETFL, O_NONBLOCK);
    }
    MCO_TRY(pid, spawn_child(command, {child_in.get(), child_out.get(), child_err.get()}));
    running.pid_ = pid;
    running.process_ = process_handle(pid);
    if (!running.process_) {
        const int error = errno;
        running.signal_group(SIGKILL);
        ::waitpid(pid, nullptr, 0);
        return fail(Errc::io, std::string("cannot watch a process: ") + std::strerror(error));
    }
    return running;
}

/// Serves the pipes until the process ended (true) or the time is up (false).
bool Running::ended(SteadyClock::time_point until) {
    for (;;) {
        std::array<pollfd, 4> wanted = {{{process_.get(), POLLIN, 0},
                                         {out_.pipe.get(), POLLIN, 0},
                                         {err_.pipe.get(), POLLIN, 0},
                                         {input_.get(), POLLOUT, 0}}};
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(until - SteadyClock::now()).count();
        constexpr std::int64_t longest = 60'000;
        const auto timeout = static_cast<int>(std::clamp<std::int64_t>(left, 0, longest));
        const int count = ::poll(wanted.data(), wanted.size(), timeout);
        if (count > 0)
            serve_pipes(wanted);
        if (count > 0 && wanted[0].revents != 0)
            return true;
        if (SteadyClock::now() >= until)
            return false;
    }
}

void Running::serve_pipes(const std::array<pollfd, 4>& ready) {
    if (ready[1].revents != 0)
        out_.read_some(command_->output_limit);
    if (ready[2].revents != 0)
        err_.read_some(command_->output_limit);
    if (ready[3].revents != 0)
        feed();
}

void Running::feed() {
    const WithoutSigpipe guard;
    const auto rest = std::string_view(command_->input).substr(fed_);
    const auto written = ::write(input_.get(), rest.data(), rest.size());
    if (written < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    fed_ += written < 0 ? 0 : static_cast<std::size_t>(written);
    if (written < 0 || fed_ == command_->input.size())
        input_.close();
}

/// Politely, then for good. The leader is not waited for before the last signal, so its number
/// still means this group.
void Running::end_group() {
    signal_group(SIGTERM);
    const bool polite = ended(SteadyClock::now() + command_->grace);
    signal_group(SIGKILL);
    if (!polite)
        ended(SteadyClock::now() + kill_patience);
}

Expected<Finished> Running::collect() {
    out_.read_rest(command_->output_limit);
    err_.read_rest(command_->output_limit);
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0) {
        if (errno != EINTR)
            return io_failure("cannot learn how a process ended");
    }
    Finished finished;
    if (WIFEXITED(status))
        finished.exit_code = WEXITSTATUS(status);
    else
        finished.signal = WTERMSIG(status);
    finished.out = std::move(out_.text);
    finished.err = std::move(err_.text);
    finished.truncated = out_.truncated || err_.truncated;
    return finished;
}

Expected<Finished> Running::finish() {
    if (ended(SteadyClock::now() + command_->timeout))
        return collect();
    end_group();
    ::waitpid(pid_, nullptr, WNOHANG);
    return fail(Errc::timed_out,
                command_->argv.front() + " did not end within " +
                    std::to_string(command_->timeout.count()) + " ms and was stopped");
}

}  // namespace

Expected<Finished> RealRunner::run(const Command& command) {
    MCO_TRY(running, Running::start(command));
    return running.finish();
}

Expected<pid_t> RealRunner::start_detached(const Command& command) {
    const Descriptor null(::open("/dev/null", O_RDWR | O_CLOEXEC));
    if (!null)
        return io_failure("cannot open /dev/null");
    if (command.output_file.empty())
        return spawn_detached(command, {null.get(), null.get(), null.get()});
    MCO_TRY(output, create_output_file(command.output_file));
    auto started = spawn_detached(command, {null.get(), output.get(), output.get()});
    if (!started)
        ::unlink(command.output_file.c_str());
    return started;
}

}  // namespace mco::system
