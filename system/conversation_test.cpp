#include "system/conversation.hpp"

#include "system/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <string>

#include <unistd.h>

namespace mco::system {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t long_enough = 1u << 20;

Monotonic in(std::chrono::milliseconds time) {
    return std::chrono::steady_clock::now() + time;
}

Conversation with(const std::string& script) {
    Command command;
    command.argv = {"/bin/sh", "-c", script};
    auto started = Conversation::start(command);
    EXPECT_TRUE(started.has_value());
    return *std::move(started);
}

/// The end of a process becomes known a moment after the end of its output.
bool has_ended(const Conversation& talk) {
    const auto until = in(20s);
    while (talk.is_running() && std::chrono::steady_clock::now() < until)
        ::usleep(1000);
    return !talk.is_running();
}

Errc read_error(Conversation& talk, std::chrono::milliseconds time = 20s) {
    const auto line = talk.read_line(long_enough, in(time));
    return line ? Errc::invalid : line.error().code;
}

TEST(Conversation, LineByLine) {
    auto talk = with("while read -r line; do echo \"you said $line\"; done");
    for (const auto* said : {"one", "two", "three"}) {
        ASSERT_TRUE(talk.write(std::string(said) + "\n", in(20s)));
        EXPECT_EQ(talk.read_line(long_enough, in(20s)), std::string("you said ") + said);
    }
    EXPECT_TRUE(talk.is_running());
}

TEST(Conversation, LinesThatCameTogetherAreReadOneByOne) {
    auto talk = with("printf 'a\\n\\nb\\nrest'");
    EXPECT_EQ(talk.read_line(long_enough, in(20s)), "a");
    EXPECT_EQ(talk.read_line(long_enough, in(20s)), "");
    EXPECT_EQ(talk.read_line(long_enough, in(20s)), "b");
    EXPECT_EQ(read_error(talk), Errc::unavailable) << "what has no end is no line";
    EXPECT_EQ(read_error(talk), Errc::unavailable) << "and stays so";
}

TEST(Conversation, MoreThanAPipeHoldsInBothDirections) {
    auto talk = with("head -c 300000 /dev/zero | tr '\\0' e >&2; cat");
    const std::string said(700'000, 'x');
    ASSERT_TRUE(talk.write(said + "\n", in(60s))) << "while it writes to standard error first";
    EXPECT_EQ(talk.read_line(long_enough, in(60s)), said);
    EXPECT_EQ(talk.last_words(), std::string(4096, 'e'));
}

TEST(Conversation, ALineThatIsTooLong) {
    auto talk = with("head -c 300000 /dev/zero | tr '\\0' x; echo");
    EXPECT_EQ(talk.read_line(1000, in(20s)).error().code, Errc::limit);
}

TEST(Conversation, SilenceEndsAtTheDeadlineAndWhatComesLaterCounts) {
    auto talk = with("read -r line; echo late");
    EXPECT_EQ(read_error(talk, 20ms), Errc::timed_out);
    ASSERT_TRUE(talk.write("go on\n", in(20s)));
    EXPECT_EQ(talk.read_line(long_enough, in(20s)), "late");
}

TEST(Conversation, NobodyReads) {
    auto talk = with("exec sleep 1000");
    EXPECT_EQ(talk.write(std::string(300'000, 'x'), in(50ms)).error().code, Errc::timed_out);
    talk.signal(SIGKILL);
    EXPECT_EQ(read_error(talk), Errc::unavailable);
    EXPECT_TRUE(has_ended(talk));
    EXPECT_EQ(talk.write("x", in(20s)).error().code, Errc::unavailable);
}

TEST(Conversation, LastWordsOfOneThatEnded) {
    auto talk = with("echo alas >&2; kill -9 $$");
    EXPECT_EQ(read_error(talk), Errc::unavailable);
    EXPECT_EQ(talk.last_words(), "alas\n");
    EXPECT_TRUE(has_ended(talk));
}

TEST(Conversation, ItsEndIsNoticedThoughAChildKeepsStandardError) {
    auto talk = with("sleep 1000 >/dev/null & echo $!; read -r line");
    const auto child = talk.read_line(long_enough, in(20s));
    ASSERT_TRUE(child.has_value());
    talk.signal(SIGKILL);
    EXPECT_EQ(read_error(talk), Errc::unavailable);
    ::kill(static_cast<pid_t>(std::stol(*child)), SIGKILL);
}

TEST(Conversation, TheProcessFindsItsInputEndedWhenWeAreGone) {
    const TemporaryDirectory directory;
    const auto mark = directory / "mark";
    {
        auto talk = with("cat; echo done > " + mark);
        ASSERT_TRUE(talk.write("x\n", in(20s)));
    }
    for (int i = 0; i < 5000 && directory.read("mark") != "done\n"; ++i)
        ::usleep(1000);
    EXPECT_EQ(directory.read("mark"), "done\n");
}

TEST(Conversation, IsNotOurChildAndLeadsItsSession) {
    auto talk = with("ps -o ppid=,sid= -p $$; read -r line");
    const auto line = talk.read_line(long_enough, in(20s));
    ASSERT_TRUE(line.has_value());
    long parent = 0, session = 0;
    ASSERT_EQ(std::sscanf(line->c_str(), "%ld %ld", &parent, &session), 2);
    EXPECT_NE(parent, ::getpid());
    EXPECT_EQ(session, talk.pid());
}

TEST(Conversation, AProgramThatIsNotThere) {
    Command command;
    command.argv = {"/nowhere/at/all"};
    EXPECT_FALSE(Conversation::start(command).has_value());
}

}  // namespace
}  // namespace mco::system
