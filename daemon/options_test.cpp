#include "daemon/options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace mco::daemon {
namespace {

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
                               "--version",
                               "--help",
                               "Usage"})
        EXPECT_THAT(screen, HasSubstr(option));
}

}  // namespace
}  // namespace mco::daemon
