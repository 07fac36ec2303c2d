#include "system/process.hpp"
#include "system/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <memory>

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace mco::system {
namespace {

using namespace std::chrono_literals;

Command lasting_shell(const std::string& script, const std::string& output = "") {
    Command command;
    command.argv = {"/bin/sh", "-c", script};
    command.output_file = output;
    return command;
}

TEST(LastingProcess, TellsHowItEnded) {
    const TemporaryDirectory directory;
    auto process = RealRunner().start_lasting(
        lasting_shell("echo out; echo err >&2; exit 3", directory / "output"));
    ASSERT_TRUE(process) << process.error().message;
    const auto ended = (*process)->wait(20s);
    ASSERT_TRUE(ended && *ended);
    EXPECT_EQ((*ended)->code, 3);
    EXPECT_EQ(directory.read("output"), "out\nerr\n");
    EXPECT_EQ((*process)->wait(0ms).value()->code, 3) << "as often as it is asked for";

    struct stat status {};

    ASSERT_EQ(::stat((directory / "output").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777u, 0600u);
}

TEST(LastingProcess, GoesOnWhenNobodyWaitsAnyMore) {
    const TemporaryDirectory directory;
    const std::string fifo = directory / "fifo";
    ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
    auto process = RealRunner().start_lasting(
        lasting_shell("read word <" + fifo + "; echo $word; kill -9 $$", directory / "output"));
    ASSERT_TRUE(process) << process.error().message;
    EXPECT_FALSE((*process)->wait(20ms).value().has_value());
    EXPECT_EQ(::getpgid((*process)->pid()), (*process)->pid()) << "signals to our group pass it by";
    std::ofstream(fifo) << "late\n";
    const auto ended = (*process)->wait(20s);
    ASSERT_TRUE(ended && *ended);
    EXPECT_EQ((*ended)->signal, SIGKILL);
    EXPECT_EQ((*ended)->code, -1);
    EXPECT_EQ(directory.read("output"), "late\n");
}

TEST(LastingProcess, OutlivesWhatWatchesIt) {
    const TemporaryDirectory directory;
    const std::string fifo = directory / "fifo";
    ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
    auto process = RealRunner().start_lasting(lasting_shell("read word <" + fifo));
    ASSERT_TRUE(process);
    const pid_t pid = (*process)->pid();
    process->reset();
    EXPECT_EQ(::waitpid(pid, nullptr, WNOHANG), 0) << "it is there";
    std::ofstream(fifo) << "end\n";
    EXPECT_EQ(::waitpid(pid, nullptr, 0), pid);
}

TEST(LastingProcess, LeavesNoOutputBehindIfItCannotBeStarted) {
    const TemporaryDirectory directory;
    Command command;
    command.argv = {"/nonexistent/program"};
    command.output_file = directory / "output";
    EXPECT_EQ(RealRunner().start_lasting(command).error().code, Errc::not_found);
    EXPECT_NE(::access(command.output_file.c_str(), F_OK), 0);
    EXPECT_EQ(RealRunner()
                  .start_lasting(lasting_shell("exit 0", directory.write("taken", "x")))
                  .error()
                  .code,
              Errc::io)
        << "only a new file will do";
    EXPECT_EQ(directory.read("taken"), "x");
}

}  // namespace
}  // namespace mco::system
