#include "system/spawn.hpp"

#include "system/descriptor.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <optional>

#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/wait.h>
#include <unistd.h>

extern char**
    environ;  // NOLINT(readability-redundant-declaration): POSIX wants it declared by the user

namespace mco::system {

namespace {

/// Everything the child needs, laid out before fork: another thread may hold the allocator's lock
/// at that moment.
class Image {
  public:
    explicit Image(const Command& command)
        : argv_(command.argv), directory_(command.directory), nice_(command.nice) {
        make_environment(command);
        find_program(command);
        for (auto& word : argv_)
            argv_pointers_.push_back(word.data());
        for (auto& variable : environment_)
            environment_pointers_.push_back(variable.data());
        argv_pointers_.push_back(nullptr);
        environment_pointers_.push_back(nullptr);
    }

    /// Returns only when it failed. Async-signal-safe.
    int execute() const {
        int error = ENOENT;
        for (const auto& candidate : candidates_) {
            ::execve(candidate.c_str(), argv_pointers_.data(), environment_pointers_.data());
            if (errno != ENOENT && errno != ENOTDIR)
                error = errno;
        }
        return error;
    }

    const char* directory() const { return directory_.empty() ? nullptr : directory_.c_str(); }

    int nice() const { return nice_; }

  private:
    void make_environment(const Command& command) {
        for (char** variable = environ; *variable != nullptr; ++variable) {
            const std::string_view text(*variable);
            if (command.environment.count(std::string(text.substr(0, text.find('=')))) == 0)
                environment_.emplace_back(text);
        }
        for (const auto& [name, value] : command.environment)
            environment_.push_back(name + '=' + value);
    }

    /// Empty and relative parts of PATH are skipped: the current directory is nobody's program
    /// folder.
    void find_program(const Command& command) {
        const auto& program = command.argv.front();
        if (program.find('/') != std::string::npos) {
            candidates_.push_back(program);
            return;
        }
        std::string_view path = "/usr/sbin:/usr/bin:/sbin:/bin";
        for (const std::string_view variable : environment_) {
            if (variable.substr(0, 5) == "PATH=")
                path = variable.substr(5);
        }
        while (!path.empty()) {
            const auto folder = path.substr(0, path.find(':'));
            path.remove_prefix(std::min(folder.size() + 1, path.size()));
            if (folder.substr(0, 1) == "/")
                candidates_.push_back(std::string(folder) + '/' + program);
        }
    }

    std::vector<std::string> argv_, environment_, candidates_;
    std::vector<char*> argv_pointers_, environment_pointers_;
    std::string directory_;
    int nice_;
};

/// What the child tells us through a pipe that closes by itself when exec succeeds.
struct Report {
    enum class Kind { pid, fork_failed, directory_failed, exec_failed };
    Kind kind = Kind::pid;
    int value = 0;  ///< pid or errno
};

void send(int pipe, Report::Kind kind, int value) {
    const Report report{kind, value};
    static_cast<void>(::write(pipe, &report, sizeof report) == 0);
}

/// Our handlers and ignored signals are nothing to a program that we start.
void reset_signals() {
    struct sigaction normal {};

    normal.sa_handler = SIG_DFL;  // NOLINT(cppcoreguidelines-pro-type-union-access)
    for (int signal = 1; signal < NSIG; ++signal)
        ::sigaction(signal, &normal, nullptr);
    sigset_t none;
    sigemptyset(&none);
    ::pthread_sigmask(SIG_SETMASK, &none, nullptr);
}

/// In the child: turns it into the program. Async-signal-safe functions only.
[[noreturn]] void become(const Image& image, const Streams& streams, int pipe) {
    // out of the way of 0, 1 and 2 first, in case ours are closed
    pipe = ::fcntl(pipe, F_DUPFD_CLOEXEC, 3);
    const std::array<int, 3> moved = {::fcntl(streams.in, F_DUPFD_CLOEXEC, 3),
                                      ::fcntl(streams.out, F_DUPFD_CLOEXEC, 3),
                                      ::fcntl(streams.err, F_DUPFD_CLOEXEC, 3)};
    for (int i = 0; i < 3; ++i) {
        if (::dup2(moved[static_cast<std::size_t>(i)], i) < 0) {
            send(pipe, Report::Kind::exec_failed, errno);
            ::_exit(127);
        }
    }
    ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
    if (image.nice() != 0)
        static_cast<void>(::nice(image.nice()) == 0);
    if (image.directory() != nullptr && ::chdir(image.directory()) != 0) {
        send(pipe, Report::Kind::directory_failed, errno);
        ::_exit(127);
    }
    reset_signals();
    send(pipe, Report::Kind::exec_failed, image.execute());
    ::_exit(127);
}

/// Keeps our signal handlers from running in the child before it resets them.
class BlockedSignals {
  public:
    BlockedSignals() {
        sigset_t all;
        sigfillset(&all);
        ::pthread_sigmask(SIG_SETMASK, &all, &before_);
    }

    BlockedSignals(const BlockedSignals&) = delete;
    BlockedSignals& operator=(const BlockedSignals&) = delete;

    ~BlockedSignals() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

  private:
    sigset_t before_{};
};

struct Pipe {
    Descriptor read, write;
};

Expected<Pipe> make_pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0)
        return fail(Errc::io, std::string("cannot make a pipe: ") + std::strerror(errno));
    return Pipe{Descriptor(ends[0]), Descriptor(ends[1])};
}

std::optional<Report> receive(int pipe) {
    Report report;
    ssize_t got = 0;
    do
        got = ::read(pipe, &report, sizeof report);
    while (got < 0 && errno == EINTR);
    return got == sizeof report ? std::optional(report) : std::nullopt;
}

Error as_error(const Report& report, const Command& command) {
    const std::string why = std::strerror(report.value);
    if (report.kind == Report::Kind::fork_failed)
        return {Errc::io, "cannot start a process: " + why};
    if (report.kind == Report::Kind::directory_failed)
        return {Errc::io, "cannot enter " + command.directory + ": " + why};
    const auto code = report.value == ENOENT ? Errc::not_found : Errc::io;
    return {code, "cannot execute " + command.argv.front() + ": " + why};
}

void reap(pid_t pid) {
    while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
    }
}

/// Forks with signals blocked; `in_child` never returns.
template <class InChild>
pid_t forked(InChild in_child) {
    const BlockedSignals blocked;
    const pid_t pid = ::fork();
    if (pid == 0)
        in_child();
    return pid;
}

}  // namespace

Expected<pid_t> spawn_child(const Command& command, const Streams& streams) {
    if (command.argv.empty())
        return fail(Errc::not_found, "cannot execute an empty command");
    const Image image(command);
    MCO_TRY(pipe, make_pipe());
    const pid_t pid = forked([&] {
        ::setpgid(0, 0);
        become(image, streams, pipe.write.get());
    });
    if (pid < 0)
        return tl::unexpected(as_error({Report::Kind::fork_failed, errno}, command));
    pipe.write.close();
    if (const auto report = receive(pipe.read.get())) {
        reap(pid);
        return tl::unexpected(as_error(*report, command));
    }
    return pid;
}

Expected<pid_t> spawn_detached(const Command& command, const Streams& streams) {
    if (command.argv.empty())
        return fail(Errc::not_found, "cannot execute an empty command");
    const Image image(command);
    MCO_TRY(pipe, make_pipe());
    const pid_t between = forked([&] {
        const pid_t pid = ::fork();
        if (pid == 0) {
            ::setsid();
            become(image, streams, pipe.write.get());
        }
        send(pipe.write.get(),
             pid < 0 ? Report::Kind::fork_failed : Report::Kind::pid,
             pid < 0 ? errno : pid);
        ::_exit(0);
    });
    if (between < 0)
        return tl::unexpected(as_error({Report::Kind::fork_failed, errno}, command));
    pipe.write.close();
    reap(between);
    pid_t started = -1;
    while (const auto report = receive(pipe.read.get())) {
        if (report->kind != Report::Kind::pid)
            return tl::unexpected(as_error(*report, command));
        started = report->value;
    }
    if (started < 0)
        return fail(Errc::io,
                    "cannot execute " + command.argv.front() + ": it was killed while starting");
    return started;
}

}  // namespace mco::system
