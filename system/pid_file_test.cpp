#include "system/pid_file.hpp"

#include "system/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include <sys/wait.h>
#include <unistd.h>

namespace mco::system {
namespace {

using ::testing::HasSubstr;

bool exists(const std::string& path) {
    return std::filesystem::exists(path);
}

TEST(PidFile, HoldsOurNumberWhileItLives) {
    const TemporaryDirectory directory;
    {
        auto file = PidFile::create(directory / "pid");
        ASSERT_TRUE(file.has_value()) << file.error().message;
        EXPECT_EQ(directory.read("pid"), std::to_string(::getpid()) + "\n");
        const auto moved = *std::move(file);
        EXPECT_TRUE(exists(directory / "pid"));
    }
    EXPECT_FALSE(exists(directory / "pid"));
}

TEST(PidFile, ALiveDaemonIsRespected) {
    const TemporaryDirectory directory;
    const pid_t other = ::fork();
    if (other == 0)
        for (;;)
            ::pause();
    const auto text = std::to_string(other) + "\n";
    directory.write("pid", text);
    const auto file = PidFile::create(directory / "pid");
    ASSERT_FALSE(file.has_value());
    EXPECT_EQ(file.error().code, Errc::unavailable);
    EXPECT_THAT(file.error().message,
                HasSubstr("already running as process " + std::to_string(other)));
    EXPECT_EQ(directory.read("pid"), text);
    ::kill(other, SIGKILL);
    ::waitpid(other, nullptr, 0);
}

TEST(PidFile, AnotherProgramWithTheNumberIsNot) {
    const TemporaryDirectory directory;
    directory.write("pid", "1\n");
    EXPECT_TRUE(PidFile::create(directory / "pid").has_value());
}

TEST(PidFile, StaleContentIsReplaced) {
    const pid_t dead = ::fork();
    if (dead == 0)
        ::_exit(0);
    ::waitpid(dead, nullptr, 0);
    for (const auto& content : {std::to_string(dead),
                                std::string("rubbish"),
                                std::string(),
                                std::string("-1"),
                                std::string("0")}) {
        const TemporaryDirectory directory;
        directory.write("pid", content);
        EXPECT_TRUE(PidFile::create(directory / "pid").has_value()) << content;
    }
}

TEST(PidFile, SomebodyElsesFileStays) {
    const TemporaryDirectory directory;
    {
        const auto file = PidFile::create(directory / "pid");
        directory.write("pid", "1\n");
    }
    EXPECT_TRUE(exists(directory / "pid"));
}

TEST(PidFile, UnwritableFolder) {
    EXPECT_EQ(PidFile::create("/no/such/folder/pid").error().code, Errc::io);
}

}  // namespace
}  // namespace mco::system
