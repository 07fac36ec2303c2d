#include "system/spawn.hpp"

#include "system/descriptor.hpp"

#include <boost/process/child.hpp>
#include <boost/process/env.hpp>
#include <boost/process/environment.hpp>
#include <boost/process/error.hpp>
#include <boost/process/extend.hpp>
#include <boost/process/posix.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace mco::system {

namespace {

namespace process = boost::process;

std::string path_of_child(const Command& command) {
    if (const auto set = command.environment.find("PATH"); set != command.environment.end())
        return set->second;
    const char* const ours = command.clean_environment ? nullptr : ::getenv("PATH");
    return ours == nullptr ? "/usr/sbin:/usr/bin:/sbin:/bin" : ours;
}

/// Empty and relative parts of PATH are skipped: the current directory is nobody's program folder.
/// Without any program of that name that can be executed, one that cannot; it says so when we try.
Expected<std::string> find_program(const Command& command) {
    const std::string name = command.argv.empty() ? "" : command.argv.front();
    if (name.find('/') != std::string::npos)
        return name;
    std::string found;
    const auto path = path_of_child(command);
    for (std::string_view rest = path; !name.empty() && !rest.empty();) {
        const auto folder = rest.substr(0, rest.find(':'));
        rest.remove_prefix(std::min(folder.size() + 1, rest.size()));
        const auto candidate = std::string(folder) + '/' + name;
        std::error_code none;
        if (!folder.starts_with('/') || !std::filesystem::is_regular_file(candidate, none))
            continue;
        if (::access(candidate.c_str(), X_OK) == 0)
            return candidate;
        found = candidate;
    }
    if (found.empty())
        return fail(Errc::not_found, "cannot execute '" + name + "': " + std::strerror(ENOENT));
    return found;
}

/// What the child will enter; nothing when it stays where we are.
Expected<Descriptor> open_directory(const std::string& path) {
    if (path.empty())
        return Descriptor();
    Descriptor directory(::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!directory || ::faccessat(directory.get(), ".", X_OK, AT_EACCESS) != 0)
        return fail(Errc::io, "cannot enter " + path + ": " + std::strerror(errno));
    return directory;
}

/// Everything the child needs, made before fork: another thread may hold the allocator's lock at
/// that moment.
struct Image {
    static Expected<Image> make(const Command& command) {
        MCO_TRY(program, find_program(command));
        MCO_TRY(directory, open_directory(command.directory));
        Image image{std::move(program), command.argv, {}, std::move(directory), command.nice};
        for (auto& word : image.words)
            image.argv.push_back(word.data());
        image.argv.push_back(nullptr);
        return image;
    }

    std::string program;
    std::vector<std::string> words;
    std::vector<char*> argv;
    Descriptor directory;
    int nice;
};

void reap(pid_t pid) {
    while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
    }
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

/// In the child, just before it becomes the program. Async-signal-safe functions only, and no
/// writing to memory that is not on the stack: it may still be the parent's.
void prepare(const Image& image, const Streams& streams) {
    // out of the way of 0, 1 and 2 first, in case ours are closed
    const std::array<int, 3> moved = {::fcntl(streams.in, F_DUPFD_CLOEXEC, 3),
                                      ::fcntl(streams.out, F_DUPFD_CLOEXEC, 3),
                                      ::fcntl(streams.err, F_DUPFD_CLOEXEC, 3)};
    for (int i = 0; i < 3; ++i)
        if (::dup2(moved[static_cast<std::size_t>(i)], i) < 0)
            ::_exit(127);
    ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
    if (image.nice != 0)
        static_cast<void>(::nice(image.nice) == 0);
    if (image.directory && ::fchdir(image.directory.get()) != 0)
        ::_exit(127);
    reset_signals();
}

/// What Boost.Process calls on both sides of fork and exec.
class Launch : public process::extend::handler {
  public:
    Launch(const Image& image, const Streams& streams) : image_(image), streams_(streams) {}

    template <class Executor>
    void on_setup(Executor& executor) const {
        executor.exe = image_.program.c_str();
        executor.cmd_line = image_.argv.data();
    }

    template <class Executor>
    void on_exec_setup(Executor& /*executor*/) const {
        ::setpgid(0, 0);
        prepare(image_, streams_);
    }

    /// A child that could not become the program is left to us.
    template <class Executor>
    void on_error(Executor& executor, const std::error_code& /*error*/) const {
        if (executor.pid > 0)
            reap(executor.pid);
    }

  protected:
    // NOLINTBEGIN(cppcoreguidelines-non-private-member-variables-in-classes)
    const Image& image_;
    const Streams& streams_;
    // NOLINTEND(cppcoreguidelines-non-private-member-variables-in-classes)
};

/// What the process between us and a detached one tells.
struct Report {
    pid_t pid = -1;
    int error = 0;
};

/// The same by way of a process between, which ends at once: the program is nobody's child here.
class DetachedLaunch : public Launch {
  public:
    DetachedLaunch(const Image& image, const Streams& streams, int report)
        : Launch(image, streams), report_(report) {}

    template <class Executor>
    void on_exec_setup(Executor& /*executor*/) const {
        const pid_t pid = ::fork();
        if (pid != 0) {
            const Report report{pid, errno};
            ::_exit(::write(report_, &report, sizeof report) == sizeof report ? 0 : 1);
        }
        ::setsid();
        prepare(image_, streams_);
    }

  private:
    int report_;
};

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

/// What children get of our own environment. Whatever else is in it is for us: MCOLLECTIVE_*, the
/// sockets and credentials of the service manager, who knows what secret.
bool is_inherited(std::string_view name) {
    constexpr std::array<std::string_view, 12> names = {"PATH",
                                                        "HOME",
                                                        "USER",
                                                        "LOGNAME",
                                                        "SHELL",
                                                        "LANG",
                                                        "LANGUAGE",
                                                        "TZ",
                                                        "TMPDIR",
                                                        "TERM",
                                                        "SSL_CERT_FILE",
                                                        "SSL_CERT_DIR"};
    constexpr std::array<std::string_view, 3> families = {"LC_", "FACTER", "PUPPET"};
    const auto is_proxy = name.ends_with("_proxy") || name.ends_with("_PROXY");
    return is_proxy || std::find(names.begin(), names.end(), name) != names.end() ||
           std::any_of(families.begin(), families.end(), [name](std::string_view family) {
               return name.starts_with(family);
           });
}

/// The child's pid once it was executed. Boost.Process only starts it: its waits install a handler
/// for SIGCHLD, and the destructor of its child would end the process.
template <class Handler, class... How>
Expected<pid_t> start(const Command& command, Handler& handler, const How&... how) {
    process::environment environment;
    for (const auto& variable : boost::this_process::environment())
        if (!command.clean_environment && is_inherited(variable.get_name()))
            environment.set(variable.get_name(), variable.to_string());
    for (const auto& [name, value] : command.environment)
        environment.set(name, value);
    std::error_code error;
    pid_t pid = -1;
    {
        const BlockedSignals blocked;
        process::child child(environment, error, handler, how...);
        pid = child.id();
        child.detach();
    }
    if (!error && pid > 0)
        return pid;
    const auto code = error == std::errc::no_such_file_or_directory ? Errc::not_found : Errc::io;
    return fail(code,
                "cannot execute " + command.argv.front() + ": " +
                    (error ? error.message() : "no process can be made"));
}

}  // namespace

Expected<pid_t> spawn_child(const Command& command, const Streams& streams) {
    MCO_TRY(image, Image::make(command));
    Launch launch(image, streams);
#ifdef __SANITIZE_THREAD__
    return start(command, launch);  // ThreadSanitizer makes vfork a fork
#else
    // costs the same however large we are; the child tells through our own memory why it failed
    return start(command, launch, process::posix::use_vfork);
#endif
}

Expected<pid_t> spawn_detached(const Command& command, const Streams& streams) {
    MCO_TRY(image, Image::make(command));
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0)
        return fail(Errc::io, std::string("cannot make a pipe: ") + std::strerror(errno));
    const Descriptor read(ends[0]);
    Descriptor write(ends[1]);
    DetachedLaunch launch(image, streams, write.get());
    MCO_TRY(between, start(command, launch));
    reap(between);
    write.close();
    Report report;
    if (::read(read.get(), &report, sizeof report) != sizeof report)
        return fail(Errc::io,
                    "cannot execute " + command.argv.front() + ": it was killed while starting");
    if (report.pid < 0)
        return fail(Errc::io,
                    std::string("cannot start a process: ") + std::strerror(report.error));
    return report.pid;
}

Expected<Descriptor> create_output_file(const std::string& path) {
    Descriptor file(::open(path.c_str(),
                           O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_APPEND | O_CLOEXEC,
                           S_IRUSR | S_IWUSR));
    if (!file)
        return fail(Errc::io, "cannot create " + path + ": " + std::strerror(errno));
    return file;
}

}  // namespace mco::system
