#include "daemon/options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace mco::daemon {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Options, AreThoseOfTheOriginalWithTheirPrefixes) {
    const auto parsed =
        parse_options({"--pid=/run/m.pid", "--conf", "/etc/m.cfg", "--no-daemonize"}).value();
    EXPECT_EQ(parsed.config, "/etc/m.cfg");
    EXPECT_EQ(parsed.pidfile, "/run/m.pid");
    EXPECT_EQ(parsed.daemonize, false);
    EXPECT_EQ(parsed.status_file, std::nullopt);
    EXPECT_EQ(parse_options({"--status-file", "/run/m.json"})->status_file, "/run/m.json");
    EXPECT_EQ(parse_options({"--status-file", "m.json"})->status_file,
              (std::filesystem::current_path() / "m.json").string())
        << "in the background the working directory is another";
    EXPECT_EQ(parsed.task, Options::Task::serve);
    EXPECT_EQ(parse_options({"-c", "x", "-p", "y"})->pidfile, "y");
    EXPECT_EQ(parse_options({"--daemonize"})->daemonize, true);
    EXPECT_EQ(parse_options({})->daemonize, std::nullopt);
    EXPECT_EQ(parse_options({"--check-config"})->task, Options::Task::check_config);
    EXPECT_EQ(parse_options({"--print-config"})->task, Options::Task::print_config);
    EXPECT_EQ(parse_options({"--version"})->task, Options::Task::show_version);
    EXPECT_EQ(parse_options({"-h"})->task, Options::Task::show_help);
}

TEST(Options, NameFilesThatAreToBeJudged) {
    const auto policies = parse_options({"--check-policy", "groups=new", "p.policy"}).value();
    EXPECT_EQ(policies.task, Options::Task::check_policy);
    EXPECT_THAT(policies.policies, ElementsAre("groups=new", "p.policy"));
    EXPECT_THAT(parse_options({"--check-policy"}).error().message, HasSubstr("[NAME=]FILE"));
    EXPECT_EQ(parse_options({"--check-policy", "--help", "--version"})->task,
              Options::Task::show_help);

    const auto checked =
        parse_options({"--check-config", "--plugin-file", "a=/f=g", "--plugin-file=b.cfg=h"})
            .value();
    EXPECT_EQ(checked.task, Options::Task::check_config);
    EXPECT_THAT(checked.plugin_files,
                ElementsAre(system::PluginFile{"a.cfg", "/f=g"}, system::PluginFile{"b.cfg", "h"}));
    for (const char* wrong : {"a", "=f", "a=", "../a=f", "a-b.cfg=f"})
        EXPECT_FALSE(parse_options({"--check-config", "--plugin-file", wrong})) << wrong;
    EXPECT_THAT(parse_options({"--plugin-file", "a=f"}).error().message,
                HasSubstr("goes with --check-config"));
}

TEST(Options, RefuseWhatTheyDoNotKnow) {
    EXPECT_THAT(parse_options({"--frobnicate"}).error().message, HasSubstr("--frobnicate"));
    EXPECT_THAT(parse_options({"server.cfg"}).error().message, HasSubstr("server.cfg"));
    EXPECT_FALSE(parse_options({"--config"}));
}

TEST(Options, AreAllOnTheHelpScreen) {
    const std::string screen = help_screen("3.0.0");
    for (const char* option : {"--config",
                               "--pidfile",
                               "--status-file",
                               "daemonize",
                               "--check-config",
                               "--print-config",
                               "--plugin-file",
                               "--check-policy",
                               "--version",
                               "--help",
                               "Usage"})
        EXPECT_THAT(screen, HasSubstr(option));
}

}  // namespace
}  // namespace mco::daemon
