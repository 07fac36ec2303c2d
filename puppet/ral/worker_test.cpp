// The life of workers, with shell scripts in the place of Ruby: what real Puppet answers is the
// business of tests/integration/test_ral_worker.py.
#include "puppet/ral/worker.hpp"

#include "puppet/process_table.hpp"
#include "system/log_sinks.hpp"
#include "system/temporary_directory.hpp"
#include "system/testing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <future>
#include <iterator>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include <sys/stat.h>
#include <unistd.h>

namespace mco::puppet {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

/// The machine's time, and later when a test says so.
class LaterClock final : public system::Clock {
  public:
    std::chrono::seconds later{0};

    TimePoint now() const override { return {}; }

    Monotonic monotonic() const override { return std::chrono::steady_clock::now() + later; }
};

/// Goes on when there is a ticket, which it uses up.
constexpr auto gate = R"(
pass() { until rm $here/gate/$(ls $here/gate | head -1) 2>/dev/null; do sleep 0.01; done; }
)";

constexpr auto hello = R"(
echo '{"ral":1,"puppet":"9.9","ruby":"3","files":[],"folders":["'$here'/lib"]}'
)";

/// Answers every question with a resource of the title that was asked for, but for a few.
constexpr auto answers = R"(
while read -r line; do
  id=${line##*'"id":'} id=${id%'}'}
  title=${line##*'"title":"'} title=${title%%'"'*}
  case "$title" in
    die) echo 'a long story' >&2; kill -9 $$ ;;
    junk) echo JUNK; continue ;;
    long) head -c 17000000 /dev/zero | tr '\0' x ;;
    hang) setsid sleep 1000 & echo $! >$here/child; wait ;;
    wait) pass ;;
    bye) echo '{"bye":"idle"}'; exit 0 ;;
    wrong) echo '{"id":'$id',"ok":false,"error":"Could not find type x"}'; continue ;;
  esac
  echo '{"id":'$id',"ok":true,"resource":{"type":"User","title":"'$title'","parameters":{}},"statuses":[],"rss":'${rss:-1}'}'
done
)";

class WorkerTest : public testing::Test {
  protected:
    WorkerTest() {
        std::filesystem::create_directory(directory_ / "gate");
        settings_.directory = directory_ / "private";
        settings_.ruby = directory_ / "ruby";
        settings_.path = "/usr/bin:/bin";
        script(std::string(hello) + answers);
    }

    /// What runs in the place of Ruby.
    void script(const std::string& body) const {
        const auto path = directory_.write(
            "ruby",
            "#!/bin/sh\nhere=" + directory_.path() + "\necho $$ >>$here/started\n" + gate + body);
        ::chmod(path.c_str(), 0755);
    }

    Worker& worker() {
        if (!worker_)
            worker_ = std::make_unique<Worker>(settings_, puppet_, clock_, log_);
        return *worker_;
    }

    Expected<ral::Resource> find(const std::string& title, std::chrono::milliseconds time = 60s) {
        return worker().find("user", title, clock_.monotonic() + time);
    }

    Expected<ApplyResult> apply(const std::string& title,
                                bool noop,
                                std::chrono::milliseconds time) {
        return worker().apply({{"user", title, {}, {}, false}}, noop, clock_.monotonic() + time);
    }

    bool answers_about(const std::string& title) {
        const auto found = find(title);
        return found && found->title == title;
    }

    std::vector<pid_t> started() const {
        std::istringstream text(directory_.read("started"));
        return {std::istream_iterator<pid_t>(text), {}};
    }

    /// Lets one that waits at the gate go on, or that will.
    void open_gate() { directory_.write("gate/" + std::to_string(++tickets_), ""); }

    template <class Condition>
    static bool comes_true(Condition condition) {
        for (int i = 0; i < 20'000; ++i) {
            if (condition())
                return true;
            ::usleep(1000);
        }
        return false;
    }

    static bool is_gone(pid_t pid) { return !ProcessTable().alive(pid); }

    const system::TemporaryDirectory directory_;
    WorkerSettings settings_;
    LaterClock clock_;
    system::ScriptedRunner runner_;
    system::Log log_{std::make_unique<system::NullSink>(), system::Level::debug};
    LocalPuppet puppet_{Settings(), runner_, log_};
    std::unique_ptr<Worker> worker_;
    int tickets_ = 0;
};

TEST_F(WorkerTest, OneProcessAnswersManyQuestions) {
    EXPECT_EQ(started().size(), 0u) << "none is started before it is needed";
    EXPECT_TRUE(answers_about("root"));
    EXPECT_TRUE(answers_about("daemon"));
    EXPECT_EQ(worker().greeting(clock_.monotonic() + 60s)->puppet, "9.9");
    ASSERT_EQ(started().size(), 1u);
    const auto pid = started().front();
    worker_.reset();
    EXPECT_TRUE(comes_true([&] { return is_gone(pid); })) << "it ends with us";
}

TEST_F(WorkerTest, PuppetsOwnWords) {
    const auto found = find("wrong");
    ASSERT_FALSE(found.has_value());
    EXPECT_EQ(found.error(), (Error{Errc::invalid, "Could not find type x"}));
    EXPECT_TRUE(answers_about("root"));
    EXPECT_EQ(started().size(), 1u);
}

TEST_F(WorkerTest, TheEnvironmentIsNotOurs) {
    ::setenv("RUBYOPT", "-rEVIL", 1);
    ::setenv("LC_ALL", "C", 1);
    script("tr '\\0' '\\n' </proc/$$/environ >$here/env; pwd >$here/pwd;" +
           (std::string(hello) + answers));
    EXPECT_TRUE(answers_about("root"));
    ::unsetenv("RUBYOPT");
    ::unsetenv("LC_ALL");
    std::istringstream text(directory_.read("env"));
    std::vector<std::string> names;
    for (std::string line; std::getline(text, line);)
        names.push_back(line.substr(0, line.find('=')));
    EXPECT_THAT(names, testing::UnorderedElementsAre("PATH", "LANG", "HOME", "APT_CONFIG"));
    EXPECT_EQ(directory_.read("pwd"), "/\n");
}

TEST_F(WorkerTest, DiesInAQuestionAndTheNextOneIsAnsweredByAnother) {
    const auto found = find("die");
    ASSERT_FALSE(found.has_value());
    EXPECT_EQ(found.error().code, Errc::io);
    EXPECT_EQ(found.error().message, "Puppet ended while it answered: a long story");
    EXPECT_TRUE(answers_about("root"));
    EXPECT_EQ(started().size(), 2u);
}

TEST_F(WorkerTest, KilledWhileIdle) {
    EXPECT_TRUE(answers_about("root"));
    ::kill(started().front(), SIGKILL);
    EXPECT_TRUE(comes_true([&] { return is_gone(started().front()); }));
    EXPECT_TRUE(answers_about("root"));
}

TEST_F(WorkerTest, WhatIsNoAnswerEndsIt) {
    for (const auto* title : {"junk", "long"}) {
        const auto found = find(title);
        ASSERT_FALSE(found.has_value());
        EXPECT_EQ(found.error().code, Errc::io);
        EXPECT_TRUE(answers_about("root"));
    }
    EXPECT_TRUE(comes_true([&] { return is_gone(started().at(0)) && is_gone(started().at(1)); }));
}

TEST_F(WorkerTest, OneThatHangsIsEndedWithItsChildren) {
    EXPECT_TRUE(answers_about("root"));
    auto question = std::async(std::launch::async, [this] { return find("hang", 1s); });
    ASSERT_TRUE(comes_true([&] { return directory_.read("child").ends_with('\n'); }));
    const auto child = static_cast<pid_t>(std::stol(directory_.read("child")));
    const auto found = question.get();
    ASSERT_FALSE(found.has_value());
    EXPECT_EQ(found.error().code, Errc::timed_out);
    EXPECT_THAT(found.error().message, HasSubstr("User[hang]"));
    EXPECT_TRUE(comes_true([&] { return is_gone(child) && is_gone(started().front()); }));
    EXPECT_TRUE(answers_about("root"));
}

TEST_F(WorkerTest, ASlowStartGoesOnForWhoeverAsksNext) {
    script("pass;" + (std::string(hello) + answers));
    const auto found = find("root", 50ms);
    ASSERT_FALSE(found.has_value());
    EXPECT_EQ(found.error().code, Errc::timed_out);
    EXPECT_THAT(found.error().message, HasSubstr("still being started"));
    auto next = std::async(std::launch::async, [this] { return answers_about("root"); });
    open_gate();
    EXPECT_TRUE(next.get());
    EXPECT_EQ(started().size(), 1u);
}

TEST_F(WorkerTest, OneThatNeverStartsIsEnded) {
    script("pass");
    EXPECT_EQ(find("root", 50ms).error().code, Errc::timed_out);
    ASSERT_TRUE(comes_true([&] { return started().size() == 1; }));
    clock_.later += 61s;
    EXPECT_THAT(find("root", 50ms).error().message, HasSubstr("within a minute"));
    EXPECT_TRUE(comes_true([&] { return is_gone(started().front()); }));
}

TEST_F(WorkerTest, AfterThreeFailedStartsNobodyTriesForAWhile) {
    script("echo 'no HOME' >&2; exit 1");
    for (int i = 0; i < 5; ++i) {
        const auto found = find("root");
        ASSERT_FALSE(found.has_value());
        EXPECT_EQ(found.error(),
                  (Error{Errc::unavailable, "Puppet could not be started: no HOME"}));
    }
    EXPECT_EQ(started().size(), 3u);
    script(std::string(hello) + answers);
    EXPECT_FALSE(find("root").has_value());
    clock_.later += 10s;
    EXPECT_TRUE(answers_about("root"));
}

TEST_F(WorkerTest, PuppetSaysWhyItCannotStart) {
    script(R"(echo '{"ral":1,"error":"Puppet is not installed here"}')");
    EXPECT_EQ(find("root").error(), (Error{Errc::unavailable, "Puppet is not installed here"}));
}

TEST_F(WorkerTest, NoRuby) {
    std::filesystem::remove(settings_.ruby);
    EXPECT_EQ(find("root").error().code, Errc::unavailable);
}

TEST_F(WorkerTest, OneThatEndsBecauseNobodyAskedIsNoFailure) {
    EXPECT_TRUE(answers_about("root"));
    script(std::string(hello) + answers);
    const auto before = started().size();
    const auto found = find("bye");  // each of them says so instead of reading the question
    EXPECT_EQ(found.error().code, Errc::unavailable);
    EXPECT_EQ(started().size(), before + 2);
    EXPECT_TRUE(answers_about("root"));
}

TEST_F(WorkerTest, AChangeGoesOnAndOthersAreTurnedAwayUntilItEnds) {
    EXPECT_TRUE(answers_about("root"));
    const auto applied = apply("wait", false, 200ms);
    ASSERT_FALSE(applied.has_value());
    EXPECT_EQ(applied.error(), (Error{Errc::timed_out, "Puppet is still applying User[wait]"}));
    const auto found = find("root");
    ASSERT_FALSE(found.has_value());
    EXPECT_EQ(found.error(), (Error{Errc::unavailable, "Puppet is busy applying User[wait]"}));
    worker().refresh();
    EXPECT_FALSE(is_gone(started().front())) << "it is not ended in the middle of a change";
    open_gate();
    EXPECT_TRUE(comes_true([&] { return answers_about("root"); }));
    EXPECT_EQ(started().size(), 2u) << "the refresh comes after the change";
}

TEST_F(WorkerTest, AChangeThatGoesOnForEverIsGivenUp) {
    EXPECT_TRUE(answers_about("root"));
    EXPECT_EQ(apply("hang", false, 200ms).error().code, Errc::timed_out);
    ASSERT_TRUE(comes_true([&] { return directory_.read("child").ends_with('\n'); }));
    const auto child = static_cast<pid_t>(std::stol(directory_.read("child")));
    clock_.later += settings_.write_limit;
    EXPECT_EQ(find("root").error().code, Errc::unavailable) << "the worker may end it itself";
    clock_.later += 5s;
    EXPECT_TRUE(answers_about("root"));
    EXPECT_TRUE(comes_true([&] { return is_gone(child) && is_gone(started().front()); }));
}

TEST_F(WorkerTest, ANoopIsNoChange) {
    EXPECT_TRUE(answers_about("root"));
    EXPECT_EQ(apply("hang", true, 200ms).error().code, Errc::timed_out);
    EXPECT_TRUE(answers_about("root"));
    EXPECT_EQ(started().size(), 2u);
}

TEST_F(WorkerTest, AnOldOneIsRenewed) {
    settings_.most_questions = 2;
    for (int i = 0; i < 5; ++i)
        EXPECT_TRUE(answers_about("root"));
    EXPECT_EQ(started().size(), 3u);
}

TEST_F(WorkerTest, ALargeOneIsRenewed) {
    script("rss=201;" + (std::string(hello) + answers));
    EXPECT_TRUE(answers_about("root"));
    EXPECT_TRUE(comes_true([&] { return is_gone(started().front()); })) << "at once";
    EXPECT_TRUE(answers_about("root"));
    EXPECT_EQ(started().size(), 2u);
}

/// Trap 14.
TEST_F(WorkerTest, ChangedPluginsMakeAnotherOne) {
    EXPECT_TRUE(answers_about("root"));
    directory_.write("lib/puppet/type/new.rb", "");
    EXPECT_TRUE(answers_about("root"));
    EXPECT_TRUE(answers_about("root"));
    EXPECT_EQ(started().size(), 2u);
}

TEST_F(WorkerTest, RefreshEndsIt) {
    EXPECT_TRUE(answers_about("root"));
    worker().refresh();
    EXPECT_TRUE(comes_true([&] { return is_gone(started().front()); }));
    EXPECT_TRUE(answers_about("root"));
    EXPECT_EQ(started().size(), 2u);
    worker().refresh();
    worker().refresh();
}

TEST_F(WorkerTest, RefreshWaitsForTheQuestion) {
    auto question = std::async(std::launch::async, [this] { return answers_about("wait"); });
    ASSERT_TRUE(comes_true([&] { return started().size() == 1; }));
    worker_->refresh();  // whoever asked has the turn, though perhaps no answer yet
    open_gate();
    EXPECT_TRUE(question.get());
    EXPECT_TRUE(answers_about("root"));
    EXPECT_EQ(started().size(), 2u);
}

TEST_F(WorkerTest, EightWaitAndNoMore) {
    worker();
    std::atomic<int> answered = 0, busy = 0;
    std::vector<std::future<void>> questions;
    for (int i = 0; i < 10; ++i) {
        questions.push_back(std::async(std::launch::async, [&] {
            const auto found = find("wait");
            ++(found ? answered : busy);
            EXPECT_TRUE(found || found.error().code == Errc::unavailable);
        }));
    }
    EXPECT_TRUE(comes_true([&] { return busy == 1; }));
    for (int i = 0; i < 9; ++i)
        open_gate();
    for (auto& question : questions)
        question.get();
    EXPECT_EQ(answered, 9);
    EXPECT_EQ(started().size(), 1u);
}

}  // namespace
}  // namespace mco::puppet
