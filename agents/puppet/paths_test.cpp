#include "agents/puppet/paths.hpp"

#include "agents/testing.hpp"
#include "system/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mco::puppet {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string settings_output(const std::string& config) {
    return "agent_catalog_run_lockfile = /s/agent_catalog_run.lock\nagent_disabled_lockfile = "
           "/s/agent_disabled.lock\n"
           "config = " +
           config +
           "\nlastrunfile = /p/last_run_summary.yaml\nlastrunreport = /s/last_run_report.yaml\n"
           "resourcefile = /s/resources.txt\nrundir = /run/puppet\n";
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
    const Paths paths = parse_paths(settings_output("/c/puppet.conf"), Settings()).value();
    EXPECT_EQ(paths.pidfile, "/run/puppet/agent.pid");
    EXPECT_EQ(paths.run_lock, "/s/agent_catalog_run.lock");
    EXPECT_EQ(paths.disabled_lock, "/s/agent_disabled.lock");
    EXPECT_EQ(paths.last_run_file, "/p/last_run_summary.yaml");
    EXPECT_EQ(paths.last_run_report, "/s/last_run_report.yaml");
    EXPECT_EQ(paths.resources, "/s/resources.txt");
    EXPECT_EQ(paths.config, "/c/puppet.conf");
    EXPECT_EQ(parse_paths(settings_output("/c"), with_command({"puppet", "apply"}))->pidfile, "");
    EXPECT_THAT(parse_paths("rundir = /r\n", Settings()).error().message,
                HasSubstr("agent_catalog_run_lockfile"));
}

TEST(PathFinder, AsksOnceUntilPuppetConfChangesOrItForgets) {
    const system::TemporaryDirectory directory;
    const Settings settings;
    agents::ScriptedRunner runner;
    runner.answer->exit_code = 0;
    runner.answer->out = settings_output(directory / "puppet.conf");
    PathFinder finder(settings, runner);
    ASSERT_TRUE(finder.paths());
    ASSERT_TRUE(finder.paths());
    EXPECT_EQ(runner.ran.size(), 1u);
    directory.write("puppet.conf", "[main]\n");
    ASSERT_TRUE(finder.paths());
    ASSERT_TRUE(finder.paths());
    EXPECT_EQ(runner.ran.size(), 2u);
    finder.forget();
    ASSERT_TRUE(finder.paths());
    EXPECT_EQ(runner.ran.size(), 3u);
}

TEST(PathFinder, SaysWhyPuppetCouldNotBeAskedAndAsksAgain) {
    const Settings settings;
    agents::ScriptedRunner runner;
    runner.answer = system::Finished{1, 0, "", "first\nError: broken\n", false};
    PathFinder finder(settings, runner);
    EXPECT_THAT(finder.paths().error().message, HasSubstr("Error: broken"));
    runner.answer = fail(Errc::not_found, "puppet: no such program");
    EXPECT_EQ(finder.paths().error().code, Errc::not_found);
    EXPECT_EQ(runner.ran.size(), 2u);
}

}  // namespace
}  // namespace mco::puppet
