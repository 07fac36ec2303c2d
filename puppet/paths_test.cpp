#include "puppet/paths.hpp"

#include "system/log_sinks.hpp"
#include "system/temporary_directory.hpp"
#include "system/testing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <future>

#include <sys/stat.h>
#include <unistd.h>

namespace mco::puppet {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string settings_output(const std::string& config) {
    return "agent_catalog_run_lockfile = /s/agent_catalog_run.lock\nagent_disabled_lockfile = "
           "/s/agent_disabled.lock\n"
           "config = " +
           config +
           "\nlastrunfile = /p/last_run_summary.yaml\nlastrunreport = /s/last_run_report.yaml\n"
           "resourcefile = /s/resources.txt\nrundir = /run/puppet\nvardir = /v\nlibdir = "
           "/v/lib\n";
}

Settings with_command(const std::vector<std::string>& command) {
    Settings settings;
    settings.command = command;
    return settings;
}

TEST(PuppetPaths, AreAskedForWithTheWordsThatMoveThem) {
    Settings settings = with_command(
        {"puppet", "agent", "--confdir", "/c", "--server", "s", "--vardir=/v", "--noop"});
    settings.config = "/c/other.conf";
    EXPECT_THAT(settings_query(settings),
                ElementsAre("puppet",
                            "config",
                            "print",
                            "rundir",
                            "agent_catalog_run_lockfile",
                            "agent_disabled_lockfile",
                            "lastrunfile",
                            "lastrunreport",
                            "resourcefile",
                            "config",
                            "vardir",
                            "libdir",
                            "serverport",
                            "basemodulepath",
                            "environmentpath",
                            "environment",
                            "vendormoduledir",
                            "--section",
                            "agent",
                            "--confdir",
                            "/c",
                            "--vardir=/v",
                            "--config",
                            "/c/other.conf"));
}

TEST(PuppetPaths, OfApplyAreThoseOfItsSection) {
    const auto query = settings_query(
        with_command({"puppet", "apply", "--publicdir", "/p", "--config", "/x", "site.pp"}));
    EXPECT_THAT(std::vector<std::string>(query.end() - 6, query.end()),
                ElementsAre("--section", "user", "--publicdir", "/p", "--config", "/x"));
}

TEST(PuppetPaths, AreReadFromPuppetsAnswer) {
    const Paths paths =
        read_paths(parse_answer(settings_output("/c/puppet.conf")), Settings()).value();
    EXPECT_EQ(paths.pidfile, "/run/puppet/agent.pid");
    EXPECT_EQ(paths.run_lock, "/s/agent_catalog_run.lock");
    EXPECT_EQ(paths.disabled_lock, "/s/agent_disabled.lock");
    EXPECT_EQ(paths.last_run_file, "/p/last_run_summary.yaml");
    EXPECT_EQ(paths.last_run_report, "/s/last_run_report.yaml");
    EXPECT_EQ(paths.resources, "/s/resources.txt");
    EXPECT_EQ(paths.config, "/c/puppet.conf");
    EXPECT_EQ(paths.vardir, "/v");
    EXPECT_EQ(paths.libdir, "/v/lib");
    EXPECT_THAT(paths.modules, IsEmpty());
    const Answer answer = parse_answer(settings_output("/c"));
    EXPECT_EQ(read_paths(answer, with_command({"puppet", "apply"}))->pidfile, "");
    EXPECT_THAT(read_paths(parse_answer("rundir = /r\n"), Settings()).error().message,
                HasSubstr("agent_catalog_run_lockfile"));
}

TEST(PuppetPaths, NameTheFoldersOfModules) {
    const Answer answer = parse_answer(settings_output("/c/puppet.conf") +
                                       "basemodulepath = /c/modules:/opt/modules\n"
                                       "environmentpath = /c/environments:relative\n"
                                       "environment = test\nvendormoduledir = /opt/vendor\n");
    EXPECT_THAT(read_paths(answer, Settings())->modules,
                ElementsAre("/c/modules",
                            "/opt/modules",
                            "/c/environments/test/modules",
                            "/c/environments/production/modules",
                            "/opt/vendor"));
    const Settings own = with_command(
        {"puppet", "apply", "--modulepath", "/m:/opt/vendor", "--basemodulepath=/n", "site.pp"});
    EXPECT_THAT(read_paths(answer, own)->modules,
                ElementsAre("/m",
                            "/opt/vendor",
                            "/n",
                            "/c/modules",
                            "/opt/modules",
                            "/c/environments/test/modules",
                            "/c/environments/production/modules"));
}

/// A Puppet whose program, puppet.conf and cache are files of the test.
class PathFinding : public testing::Test {
  protected:
    const system::TemporaryDirectory directory_;
    Settings settings_;
    system::ScriptedRunner runner_;
    std::vector<std::string> lines_;
    system::Log log_{std::make_unique<Lines>(lines_), system::Level::info};

    void SetUp() override {
        make_program("#!/bin/sh\n");
        settings_.environment["PATH"] = "/nowhere::" + directory_.path();
        settings_.paths_cache = directory_ / "paths.json";
        runner_.answer->exit_code = 0;
        runner_.answer->out = settings_output(directory_ / "puppet.conf");
    }

    void make_program(const std::string& content) const {
        chmod(directory_.write("puppet", content).c_str(), 0755);
    }

    /// As after a restart of the daemon.
    std::string asked_anew() {
        const std::size_t before = runner_.ran.size();
        PathFinder finder(settings_, runner_, log_);
        const auto found = finder.paths();
        if (!found)
            return found.error().message;
        EXPECT_EQ((*found)->resources, "/s/resources.txt");
        return runner_.ran.size() > before ? "asked" : "remembered";
    }

  private:
    struct Lines final : system::LogSink {
        explicit Lines(std::vector<std::string>& lines) : lines_(lines) {}

        void write(system::Level, std::string_view message) override {
            lines_.emplace_back(message);
        }

        std::vector<std::string>& lines_;
    };
};

TEST_F(PathFinding, AsksOnceUntilPuppetConfOrPuppetChangesOrItForgets) {
    PathFinder finder(settings_, runner_, log_);
    ASSERT_TRUE(finder.paths());
    ASSERT_TRUE(finder.paths());
    EXPECT_EQ(runner_.ran.size(), 1u);
    directory_.write("puppet.conf", "[main]\n");
    ASSERT_TRUE(finder.paths());
    ASSERT_TRUE(finder.paths());
    EXPECT_EQ(runner_.ran.size(), 2u);
    make_program("#!/bin/sh\n# newer\n");
    ASSERT_TRUE(finder.paths());
    EXPECT_EQ(runner_.ran.size(), 3u);
    finder.forget();
    ASSERT_TRUE(finder.paths());
    EXPECT_EQ(runner_.ran.size(), 4u);
}

TEST_F(PathFinding, SaysWhyPuppetCouldNotBeAskedAndAsksAgain) {
    runner_.answer = system::Finished{1, 0, "", "first\nError: broken\n", false};
    PathFinder finder(settings_, runner_, log_);
    EXPECT_THAT(finder.paths().error().message, HasSubstr("Error: broken"));
    runner_.answer = fail(Errc::not_found, "puppet: no such program");
    EXPECT_EQ(finder.paths().error().code, Errc::not_found);
    EXPECT_EQ(runner_.ran.size(), 2u);
    EXPECT_EQ(directory_.read("paths.json"), "");
}

TEST_F(PathFinding, RemembersAcrossRestartsInAFileOfItsOwn) {
    EXPECT_EQ(asked_anew(), "asked");

    struct stat found {};

    ASSERT_EQ(stat(settings_.paths_cache.c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 07777, 0600u);
    EXPECT_EQ(asked_anew(), "remembered");
    directory_.write("puppet.conf", "[main]\n");
    EXPECT_EQ(asked_anew(), "asked");
    EXPECT_EQ(asked_anew(), "remembered");
    make_program("#!/bin/sh\n# newer\n");
    EXPECT_EQ(asked_anew(), "asked");
    settings_.command = {"puppet", "agent", "--vardir", "/elsewhere"};
    EXPECT_EQ(asked_anew(), "asked");
    EXPECT_EQ(asked_anew(), "remembered");
    PathFinder(settings_, runner_, log_).forget();
    EXPECT_EQ(asked_anew(), "asked");
    EXPECT_THAT(lines_, IsEmpty());
}

TEST_F(PathFinding, BelievesNoFileThatIsBrokenOrThatOthersMayWrite) {
    ASSERT_EQ(asked_anew(), "asked");
    const std::string good = directory_.read("paths.json");
    for (const std::string& broken : {std::string(),
                                      std::string("[]"),
                                      good.substr(0, 40),
                                      std::string("{\"settings\":{}}"),
                                      std::string(100'000, ' ') + good}) {
        directory_.write("paths.json", broken);
        EXPECT_EQ(asked_anew(), "asked") << broken.substr(0, 50);
    }
    directory_.write("paths.json", good);
    chmod(settings_.paths_cache.c_str(), 0620);
    EXPECT_EQ(asked_anew(), "asked");
    std::filesystem::rename(settings_.paths_cache, directory_ / "real.json");
    std::filesystem::create_symlink(directory_ / "real.json", settings_.paths_cache);
    EXPECT_EQ(asked_anew(), "asked");
    if (geteuid() == 0) {
        ASSERT_EQ(asked_anew(), "remembered");
        ASSERT_EQ(chown(settings_.paths_cache.c_str(), 1, 1), 0);
        EXPECT_EQ(asked_anew(), "asked");
    }
}

TEST_F(PathFinding, GoesOnWhereItCannotRemember) {
    settings_.paths_cache = directory_.write("file", "") + "/below a file/paths.json";
    EXPECT_EQ(asked_anew(), "asked");
    EXPECT_THAT(lines_, ElementsAre(HasSubstr("not remembered across restarts")));
    settings_.paths_cache.clear();
    EXPECT_EQ(asked_anew(), "asked");
    EXPECT_EQ(asked_anew(), "asked");
    EXPECT_EQ(lines_.size(), 1u);
}

/// Puppet takes seconds on a loaded machine, and a data plug-in has one.
TEST_F(PathFinding, AsksOnceForManyAndLetsTheImpatientGo) {
    class Slow final : public system::Runner {
      public:
        std::promise<void> begun;
        std::promise<void> allowed;
        system::Finished answer;
        std::atomic<int> runs = 0;

        Expected<system::Finished> run(const system::Command&) override {
            ++runs;
            begun.set_value();
            allowed.get_future().wait();
            return answer;
        }

        Expected<pid_t> start_detached(const system::Command&) override { return pid_t{1}; }
    } runner;

    runner.answer = *runner_.answer;
    PathFinder finder(settings_, runner, log_);
    auto asking = std::async(std::launch::async, [&] { return finder.paths(); });
    runner.begun.get_future().wait();
    EXPECT_EQ(finder.paths(std::chrono::milliseconds(1)).error().code, Errc::timed_out);
    auto waiting = std::async(std::launch::async, [&] { return finder.paths(); });
    runner.allowed.set_value();
    EXPECT_TRUE(asking.get());
    EXPECT_TRUE(waiting.get());
    EXPECT_EQ(runner.runs, 1);
}

/// What was asked before a refresh says nothing about the time after it.
TEST_F(PathFinding, ForgetsAlsoWhatIsJustBeingAsked) {
    class Forgetful final : public system::Runner {
      public:
        PathFinder* finder = nullptr;
        system::Finished answer;
        int runs = 0;

        Expected<system::Finished> run(const system::Command&) override {
            if (++runs == 1)
                finder->forget();
            return answer;
        }

        Expected<pid_t> start_detached(const system::Command&) override { return pid_t{1}; }
    } runner;

    runner.answer = *runner_.answer;
    PathFinder finder(settings_, runner, log_);
    runner.finder = &finder;
    EXPECT_TRUE(finder.paths());
    EXPECT_EQ(directory_.read("paths.json"), "");
    EXPECT_TRUE(finder.paths());
    EXPECT_EQ(runner.runs, 2);
    EXPECT_TRUE(finder.paths());
    EXPECT_EQ(runner.runs, 2);
}

}  // namespace
}  // namespace mco::puppet
