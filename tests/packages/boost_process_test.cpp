// system/spawn.cpp starts processes with Boost.Process 1.74 and leaves these parts of it aside.
#include "system/asio.hpp"

#include <boost/process/child.hpp>
#include <boost/process/error.hpp>
#include <boost/process/exe.hpp>
#include <boost/process/extend.hpp>
#include <boost/process/pipe.hpp>
#include <boost/process/start_dir.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <system_error>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace mco {
namespace {

namespace process = boost::process;

TEST(BoostProcess, StartsTheProgramElsewhereWhenItsDirectoryIsMissing) {
    std::error_code error;
    process::child child(
        process::exe = "/bin/true", process::start_dir = "/no/such/directory", error);
    child.wait();
    EXPECT_FALSE(error);
    EXPECT_EQ(child.exit_code(), 0);
}

struct Remember : process::extend::handler {
    explicit Remember(pid_t& pid) : pid_(&pid) {}

    template <class Executor>
    void on_error(Executor& executor, const std::error_code& /*error*/) const {
        *pid_ = executor.pid;
    }

    pid_t* pid_;
};

TEST(BoostProcess, LeavesAZombieOfWhatCannotBeExecuted) {
    pid_t pid = -1;
    std::error_code error;
    const process::child child(process::exe = "/no/such/program", error, Remember(pid));
    EXPECT_TRUE(error);
    EXPECT_EQ(::waitpid(pid, nullptr, 0), pid) << "nobody else had waited for it";
}

TEST(BoostProcess, ChangesHowSignalsAreHandledWhileItWaits) {
    struct sigaction ours {};

    struct sigaction after {};

    ours.sa_sigaction = [](int, siginfo_t*, void*) {};
    ours.sa_flags = SA_SIGINFO;
    ASSERT_EQ(::sigaction(SIGCHLD, &ours, nullptr), 0);
    process::child child(process::exe = "/bin/true");
    child.wait_for(std::chrono::minutes(1));
    ::sigaction(SIGCHLD, nullptr, &after);
    EXPECT_EQ(after.sa_flags & SA_SIGINFO, 0) << "our handler is called without what it needs";
    std::signal(SIGCHLD, SIG_DFL);
}

TEST(BoostProcess, MakesPipesThatOtherChildrenInherit) {
    const process::pipe pipe;
    for (const int end : {pipe.native_source(), pipe.native_sink()})
        EXPECT_EQ(::fcntl(end, F_GETFD) & FD_CLOEXEC, 0);
}

}  // namespace
}  // namespace mco
