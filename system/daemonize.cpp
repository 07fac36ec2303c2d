#include "system/daemonize.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace mco::system {

namespace {

auto failure(const char* what) {
    return fail(Errc::io, std::string("cannot ") + what + ": " + std::strerror(errno));
}

/// In the starting process. _exit: destructors and buffers belong to the daemon now.
[[noreturn]] void wait_for_daemon(const Descriptor& from_daemon) {
    char ready = 0;
    ssize_t got = 0;
    do
        got = ::read(from_daemon.get(), &ready, 1);
    while (got < 0 && errno == EINTR);
    ::_exit(got == 1 ? 0 : 1);
}

}  // namespace

void Startup::ready() {
    std::fflush(nullptr);
    const Descriptor null(::open("/dev/null", O_RDWR | O_CLOEXEC));
    if (null) {
        for (const int stream : {0, 1, 2})
            ::dup2(null.get(), stream);
    }
    constexpr char sign = '1';
    static_cast<void>(::write(to_starter_.get(), &sign, 1) == 1);
    to_starter_.close();
}

Expected<Startup> daemonize() {
    std::fflush(nullptr);
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0)
        return failure("make a pipe");
    Descriptor from_daemon(ends[0]), to_starter(ends[1]);
    const pid_t child = ::fork();
    if (child < 0)
        return failure("start a process");
    if (child > 0) {
        to_starter.close();
        ::waitpid(child, nullptr, 0);
        wait_for_daemon(from_daemon);
    }
    from_daemon.close();
    if (::setsid() < 0)
        return failure("begin a session");
    // not a session leader any more: a terminal that is opened later cannot become ours
    const pid_t grandchild = ::fork();
    if (grandchild < 0)
        return failure("start a process");
    if (grandchild > 0)
        ::_exit(0);
    if (::chdir("/") != 0)
        return failure("enter /");
    return Startup(std::move(to_starter));
}

}  // namespace mco::system
