#include "system/daemonize.hpp"

#include "system/files.hpp"
#include "system/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <functional>

#include <sys/wait.h>
#include <unistd.h>

namespace mco::system {
namespace {

/// Daemonizes in a child, runs `daemon` in the result, and returns the exit status that the starter
/// saw.
int exit_status_of(const std::function<void(Startup)>& daemon) {
    const pid_t starter = ::fork();
    if (starter == 0) {
        auto startup = daemonize();
        if (startup)
            daemon(std::move(*startup));
        ::_exit(3);
    }
    int status = 0;
    ::waitpid(starter, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(Daemonize, TheStarterWaitsUntilTheDaemonIsReady) {
    const TemporaryDirectory directory;
    const auto file = directory / "seen";
    const pid_t ours = ::getsid(0);
    const auto status = exit_status_of([&](Startup startup) {
        char where[64] = {};
        const bool leader = ::getsid(0) == ::getpid();
        const std::string text = std::string(::getcwd(where, sizeof where)) +
                                 (leader ? " leader" : " follower") +
                                 (::getsid(0) == ours ? "" : " detached");
        static_cast<void>(write_file_atomically(file, text).has_value());
        startup.ready();
        static_cast<void>(write_file_atomically(directory / "late", "").has_value());
        ::_exit(0);
    });
    EXPECT_EQ(status, 0);
    EXPECT_EQ(directory.read("seen"), "/ follower detached");
}

TEST(Daemonize, AFailedStartIsSeen) {
    EXPECT_EQ(exit_status_of([](const Startup&) { ::_exit(0); }), 1);
}

}  // namespace
}  // namespace mco::system
