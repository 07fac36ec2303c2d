#include "system/process.hpp"

#include "system/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <csignal>
#include <thread>

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace mco::system {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

Command shell(const std::string& script) {
    Command command;
    command.argv = {"/bin/sh", "-c", script};
    return command;
}

Expected<Finished> run(const Command& command) {
    return RealRunner().run(command);
}

/// Waits, bounded, for what another process will do soon.
template <class Condition>
bool eventually(Condition condition) {
    for (int i = 0; i < 2000; ++i) {
        if (condition())
            return true;
        std::this_thread::yield();
        ::usleep(1000);
    }
    return false;
}

/// Also true for a zombie that its new parent has not collected yet.
bool is_gone(pid_t pid) {
    std::string number, name, state;
    std::ifstream("/proc/" + std::to_string(pid) + "/stat") >> number >> name >> state;
    return state.empty() || state == "Z";
}

TEST(Run, StreamsAndExitCode) {
    const auto finished = run(shell("echo out; echo err >&2; exit 3"));
    ASSERT_TRUE(finished.has_value()) << finished.error().message;
    EXPECT_EQ(finished->exit_code, 3);
    EXPECT_EQ(finished->signal, 0);
    EXPECT_EQ(finished->out, "out\n");
    EXPECT_EQ(finished->err, "err\n");
    EXPECT_FALSE(finished->truncated);
}

TEST(Run, DeathBySignal) {
    const auto finished = run(shell("kill -9 $$"));
    EXPECT_EQ(finished->exit_code, -1);
    EXPECT_EQ(finished->signal, SIGKILL);
}

TEST(Run, InputIsFedAndClosed) {
    auto command = Command{};
    command.argv = {"cat"};
    EXPECT_EQ(run(command)->out, "") << "no input is an empty one";
    command.input = std::string(300'000, 'x') + "end";
    EXPECT_EQ(run(command)->out, command.input);
}

TEST(Run, AChildThatDoesNotReadItsInput) {
    auto command = shell("exec 0<&-; echo fine");
    command.input = std::string(300'000, 'x');
    EXPECT_EQ(run(command)->out, "fine\n");
}

TEST(Run, OutputIsCapped) {
    auto command = shell("head -c 5000000 /dev/zero | tr '\\0' x; echo done >&2");
    command.output_limit = 1000;
    const auto finished = run(command);
    EXPECT_EQ(finished->out, std::string(1000, 'x'));
    EXPECT_EQ(finished->err, "done\n");
    EXPECT_TRUE(finished->truncated);
}

TEST(Run, ArgumentsAreNotInterpreted) {
    Command command;
    command.argv = {"printf", "%s|", "$HOME", "a b", "`id`", "", "x;y"};
    EXPECT_EQ(run(command)->out, "$HOME|a b|`id`||x;y|");
}

TEST(Run, EnvironmentDirectoryAndPriority) {
    const TemporaryDirectory directory;
    auto command = shell("echo \"$MCO_TEST\"; pwd -P; nice");
    command.environment["MCO_TEST"] = "seen";
    command.directory = directory.path();
    command.nice = 5;
    const auto finished = run(command);
    EXPECT_THAT(
        finished->out,
        StartsWith("seen\n" + std::filesystem::canonical(directory.path()).string() + "\n"));
    const auto ours = std::stoi(run(shell("nice"))->out);
    EXPECT_THAT(finished->out, HasSubstr("\n" + std::to_string(std::min(ours + 5, 19)) + "\n"));
}

TEST(Run, ChildrenGetAFewNamesOfOurEnvironmentOnly) {
    ::setenv("NOTIFY_SOCKET", "/run/secret", 1);
    ::setenv("MCOLLECTIVE_EXTRA_OPTS", "-v", 1);
    ::setenv("A_TOKEN", "secret", 1);
    ::setenv("LC_TIME", "C", 1);
    ::setenv("https_proxy", "http://proxy", 1);
    const auto finished = run(shell("env"));
    for (const auto* name : {"NOTIFY_SOCKET", "MCOLLECTIVE_EXTRA_OPTS", "A_TOKEN"})
        EXPECT_THAT(finished->out, ::testing::Not(HasSubstr(name)));
    for (const auto* line : {"LC_TIME=C\n", "https_proxy=http://proxy\n"})
        EXPECT_THAT(finished->out, HasSubstr(line));
    for (const auto* name :
         {"NOTIFY_SOCKET", "MCOLLECTIVE_EXTRA_OPTS", "A_TOKEN", "LC_TIME", "https_proxy"})
        ::unsetenv(name);
}

TEST(Run, ACleanEnvironmentHasWhatIsSaidAndNothingElse) {
    ::setenv("LC_TIME", "C", 1);
    Command command;
    command.argv = {"env"};
    command.clean_environment = true;
    command.environment = {{"LANG", "C.UTF-8"}};
    EXPECT_EQ(run(command)->out, "LANG=C.UTF-8\n");
    ::unsetenv("LC_TIME");
}

TEST(Run, ProgramIsFoundInTheChildsPath) {
    const TemporaryDirectory directory;
    const auto path = directory.write("mco-test-program", "#!/bin/sh\necho found\n");
    ::chmod(path.c_str(), 0755);
    Command command;
    command.argv = {"mco-test-program"};
    EXPECT_EQ(run(command).error().code, Errc::not_found);
    command.environment["PATH"] = "/nowhere:" + directory.path() + ":/usr/bin:/bin";
    EXPECT_EQ(run(command)->out, "found\n");
    command.directory = directory.path();
    command.environment["PATH"] = ":.:/usr/bin";
    EXPECT_EQ(run(command).error().code, Errc::not_found)
        << "the current directory is not searched";
}

TEST(Run, FailuresToStart) {
    const TemporaryDirectory directory;
    Command command;
    EXPECT_EQ(run(command).error().code, Errc::not_found);
    command.argv = {"/no/such/program"};
    EXPECT_EQ(run(command).error().code, Errc::not_found);
    EXPECT_THAT(run(command).error().message, HasSubstr("/no/such/program"));
    command.argv = {directory.write("not-executable", "x")};
    EXPECT_EQ(run(command).error().code, Errc::io);
    command.argv = {"true"};
    command.directory = directory / "none";
    EXPECT_EQ(run(command).error().code, Errc::io);
    EXPECT_THAT(run(command).error().message, HasSubstr(directory / "none"));
}

TEST(Run, ChildrenAndSignalsOfOthersAreLeftAlone) {
    struct sigaction ours {};

    struct sigaction after {};

    ours.sa_sigaction = [](int, siginfo_t*, void*) {};
    ours.sa_flags = SA_SIGINFO;
    ::sigaction(SIGCHLD, &ours, nullptr);
    Command command;
    command.argv = {"true"};
    EXPECT_EQ(run(command)->exit_code, 0);
    command.argv = {"/no/such/program"};
    EXPECT_FALSE(run(command));
    EXPECT_FALSE(RealRunner().start_detached(command));
    ::sigaction(SIGCHLD, nullptr, &after);
    EXPECT_EQ(after.sa_sigaction, ours.sa_sigaction);
    EXPECT_EQ(after.sa_flags & SA_SIGINFO, SA_SIGINFO);
    std::signal(SIGCHLD, SIG_DFL);
    sigset_t blocked;
    ::pthread_sigmask(SIG_SETMASK, nullptr, &blocked);
    EXPECT_EQ(sigismember(&blocked, SIGTERM), 0);
    EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1) << "no child is left";
    EXPECT_EQ(errno, ECHILD);
}

/// What `check` returns in a process whose own standard streams are closed.
template <class Check>
int without_streams(Check check) {
    const pid_t pid = ::fork();
    if (pid == 0) {
        for (int stream = 0; stream < 3; ++stream)
            ::close(stream);
        ::_exit(check());
    }
    int status = -1;
    ::waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(Run, WorksWithoutStandardStreamsOfOurOwn) {
    const TemporaryDirectory directory;
    EXPECT_EQ(without_streams([&] {
                  const auto finished = run(shell("echo out; echo err >&2; cat"));
                  return finished && finished->out == "out\n" && finished->err == "err\n" ? 0 : 1;
              }),
              0);
    Command missing;
    missing.argv = {"/no/such/program"};
    missing.output_file = directory / "output";
    EXPECT_EQ(without_streams([&] {
                  const auto finished = run(missing);
                  return !finished && finished.error().code == Errc::not_found ? 0 : 1;
              }),
              0);
    EXPECT_EQ(without_streams([&] {
                  const auto started = RealRunner().start_detached(missing);
                  return !started && started.error().code == Errc::not_found ? 0 : 1;
              }),
              0);
}

TEST(Run, OnlyStandardStreamsAreInherited) {
    const TemporaryDirectory directory;
    std::FILE* leaked =
        std::fopen((directory / "open").c_str(), "w");  // without close-on-exec, as a library might
    Command command;
    command.argv = {"ls", "-l", "/proc/self/fd"};
    EXPECT_EQ(run(command)->out.find(directory.path()), std::string::npos);
    std::fclose(leaked);
}

TEST(Run, SignalsAreAsUsualInTheChild) {
    const auto before = std::signal(SIGPIPE, SIG_IGN);
    const auto finished = run(shell("kill -PIPE $$; echo survived"));
    std::signal(SIGPIPE, before);
    EXPECT_EQ(finished->signal, SIGPIPE);
}

TEST(Run, AnOverdueGroupIsEnded) {
    const TemporaryDirectory directory;
    auto command = shell("sleep 600 & echo $! > " + (directory / "child") + "; echo $$ > " +
                         (directory / "leader") + "; wait");
    command.timeout = 300ms;
    const auto before = std::chrono::steady_clock::now();
    const auto result = run(command);
    EXPECT_EQ(result.error().code, Errc::timed_out);
    EXPECT_THAT(result.error().message, HasSubstr("did not end within 300 ms"));
    EXPECT_LT(std::chrono::steady_clock::now() - before, 2s) << "SIGTERM is enough here";
    for (const auto* who : {"leader", "child"}) {
        const auto pid = std::stoi(directory.read(who));
        EXPECT_TRUE(eventually([pid] { return is_gone(pid); })) << who;
    }
}

TEST(Run, AGroupThatIgnoresTermIsKilled) {
    const TemporaryDirectory directory;
    auto command =
        shell("trap '' TERM; echo $$ > " + (directory / "leader") + "; while :; do sleep 1; done");
    command.timeout = 200ms;
    command.grace = 100ms;
    EXPECT_EQ(run(command).error().code, Errc::timed_out);
    const auto pid = std::stoi(directory.read("leader"));
    EXPECT_TRUE(eventually([pid] { return is_gone(pid); }));
}

TEST(Run, DoesNotWaitForBackgroundChildren) {
    const TemporaryDirectory directory;
    auto command = shell("sleep 600 & echo $!");
    const auto before = std::chrono::steady_clock::now();
    const auto finished = run(command);
    EXPECT_LT(std::chrono::steady_clock::now() - before, 5s);
    EXPECT_EQ(::kill(std::stoi(finished->out), SIGKILL), 0) << "it is left alone";
}

TEST(Run, ManyThreadsAtOnce) {
    std::vector<std::thread> threads;
    std::vector<int> wrong(8, 0);
    for (std::size_t t = 0; t < wrong.size(); ++t) {
        threads.emplace_back([t, &wrong] {
            for (int i = 0; i < 20; ++i) {
                Command command;
                command.argv = {"cat"};
                command.input = std::to_string(t) + '/' + std::to_string(i);
                const auto finished = RealRunner().run(command);
                if (!finished || finished->out != command.input)
                    ++wrong[t];
            }
        });
    }
    for (auto& thread : threads)
        thread.join();
    EXPECT_THAT(wrong, ::testing::Each(0));
}

TEST(StartDetached, OwnSessionAndNoStreams) {
    const TemporaryDirectory directory;
    const auto command = shell("ls -l /proc/$$/fd > " + (directory / "fd") + "; exec sleep 600");
    const auto pid = RealRunner().start_detached(command);
    ASSERT_TRUE(pid.has_value()) << pid.error().message;
    const auto stat_file = "/proc/" + std::to_string(*pid) + "/stat";
    std::string number, name, state;
    pid_t parent = 0, group = 0, session = 0;
    ASSERT_TRUE(eventually([&] {
        std::ifstream(stat_file) >> number >> name >> state >> parent >> group >> session;
        return name == "(sleep)";
    }));
    EXPECT_EQ(session, *pid);
    EXPECT_NE(parent, ::getpid());
    for (const auto* stream : {"0 -> /dev/null", "2 -> /dev/null"})
        EXPECT_THAT(directory.read("fd"), HasSubstr(stream));
    EXPECT_EQ(::kill(*pid, SIGKILL), 0);
}

TEST(StartDetached, FailuresAreReported) {
    Command command;
    EXPECT_EQ(RealRunner().start_detached(command).error().code, Errc::not_found);
    command.argv = {"/no/such/program"};
    EXPECT_EQ(RealRunner().start_detached(command).error().code, Errc::not_found);
    command.argv = {"/etc"};
    EXPECT_EQ(RealRunner().start_detached(command).error().code, Errc::io);
}

TEST(StartDetached, WritesItsOutputIntoANewFileOfItsOwner) {
    const TemporaryDirectory directory;
    auto command = shell("echo out; echo err >&2; exec cat");
    command.output_file = directory / "output";
    const auto pid = RealRunner().start_detached(command);
    ASSERT_TRUE(pid.has_value()) << pid.error().message;
    EXPECT_TRUE(eventually([&] { return is_gone(*pid); })) << "its input is empty";
    EXPECT_EQ(directory.read("output"), "out\nerr\n");

    struct stat status {};

    ASSERT_EQ(::stat(command.output_file.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777, 0600u);
}

TEST(StartDetached, AppendsToItsOutputFile) {
    const TemporaryDirectory directory;
    auto command = shell("echo one; : > \"$0\"; echo two");
    command.argv.push_back(command.output_file = directory / "output");
    const auto pid = RealRunner().start_detached(command);
    ASSERT_TRUE(pid.has_value()) << pid.error().message;
    EXPECT_TRUE(eventually([&] { return is_gone(*pid); }));
    EXPECT_EQ(directory.read("output"), "two\n") << "no hole where the first line was";
}

TEST(StartDetached, OverwritesNothingWithItsOutput) {
    const TemporaryDirectory directory;
    auto command = shell("echo started > " + (directory / "started"));
    command.output_file = directory.write("file", "precious");
    EXPECT_EQ(RealRunner().start_detached(command).error().code, Errc::io);
    command.output_file = directory / "link";
    ASSERT_EQ(::symlink("nowhere", command.output_file.c_str()), 0);
    EXPECT_EQ(RealRunner().start_detached(command).error().code, Errc::io);
    command.output_file = directory / "no/such/folder";
    EXPECT_EQ(RealRunner().start_detached(command).error().code, Errc::io);
    EXPECT_EQ(directory.read("file"), "precious");
    EXPECT_FALSE(std::filesystem::exists(directory / "nowhere"));
    EXPECT_FALSE(std::filesystem::exists(directory / "started"));
}

TEST(StartDetached, LeavesNoOutputFileOfWhatCouldNotStart) {
    const TemporaryDirectory directory;
    Command command;
    command.argv = {"/no/such/program"};
    command.output_file = directory / "output";
    EXPECT_EQ(RealRunner().start_detached(command).error().code, Errc::not_found);
    EXPECT_FALSE(std::filesystem::exists(command.output_file));
}

TEST(SplitWords, AsAShellQuotes) {
    const struct {
        const char* line;
        std::vector<std::string> words;
    } cases[] = {
        {"", {}},
        {"  \t ", {}},
        {"puppet agent", {"puppet", "agent"}},
        {" a  b\tc\n", {"a", "b", "c"}},
        {"'a b' \"c d\"", {"a b", "c d"}},
        {"a' 'b", {"a b"}},
        {"''", {""}},
        {"\"\" x", {"", "x"}},
        {"a\\ b \\'", {"a b", "'"}},
        {"\"a\\\"b\\\\c\\d\"", {"a\"b\\c\\d"}},
        {"'a\\b'", {"a\\b"}},
        {"$HOME `id` *", {"$HOME", "`id`", "*"}},
    };

    for (const auto& [line, words] : cases)
        EXPECT_EQ(*split_words(line), words) << line;
    for (const auto* line : {"'a", "\"a", "a\\", "\"a\\\""})
        EXPECT_EQ(split_words(line).error().code, Errc::malformed) << line;
}

}  // namespace
}  // namespace mco::system
