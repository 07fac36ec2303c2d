// Issue 12, 22: a check of the configuration tries what the daemon would open.
#include "daemon/trial.hpp"

#include "core/config/read.hpp"
#include "system/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace mco::daemon {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class TryFiles : public ::testing::Test {
  protected:
    config::Config with(const std::string& lines) const {
        config::Diagnostics ignored;
        auto config = config::parse({directory_ / "server.cfg", kept_here() + lines}, {}, ignored);
        EXPECT_TRUE(config) << config.error().message;
        config->identity = "n1";
        return *std::move(config);
    }

    /// What would otherwise be looked for in this machine's own directories.
    std::string kept_here() const {
        return "\nplugin.daemon.accepted = " + directory_ / "state/accepted" +
               "\nplugin.puppet.runs = " + directory_ / "state/runs" +
               "\nplugin.puppet.paths_cache = 0\nclassesfile = " + directory_ / "none" + "\n";
    }

    std::vector<std::string> warnings(const std::string& lines) const {
        const auto trial = try_files(with(lines), std::nullopt);
        EXPECT_THAT(trial.problems, IsEmpty());
        return trial.warnings;
    }

    system::TemporaryDirectory directory_;
};

TEST_F(TryFiles, SaysNothingOfWhatCanBeOpenedAndMakesNothing) {
    const auto facts = directory_.write("facts.yaml", "os: Debian\n");
    const auto trial =
        try_files(with("logfile = " + directory_ / "the.log" +
                       "\nrpcaudit = 1\nrpcauditprovider = logfile\nplugin.rpcaudit.logfile = " +
                       directory_ / "audit.log" + "\nplugin.yaml = " + facts),
                  directory_ / "the.pid");
    EXPECT_THAT(trial.warnings, IsEmpty());
    EXPECT_THAT(trial.problems, IsEmpty());
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(directory_.path()), {}), 1);
}

TEST_F(TryFiles, NamesThePathAndTheSetting) {
    const auto missing = directory_ / "no/file";
    EXPECT_THAT(warnings("logfile = " + missing),
                ElementsAre(AllOf(HasSubstr("(logfile)"), HasSubstr(directory_ / "no"))));
    EXPECT_THAT(warnings("plugin.yaml = " + missing),
                ElementsAre(AllOf(HasSubstr("(plugin.yaml)"), HasSubstr(missing))));
    EXPECT_THAT(
        warnings("rpcaudit = 1\nrpcauditprovider = logfile\nplugin.rpcaudit.logfile = " + missing),
        ElementsAre(HasSubstr("Calls are not audited")));
    EXPECT_THAT(warnings("rpcauthorization = 1"), ElementsAre(HasSubstr(directory_ / "policies")));
    std::filesystem::create_directory(directory_ / "policies");
    EXPECT_THAT(warnings("rpcauthorization = 1"), ElementsAre(HasSubstr("there is none in")));
    directory_.write("policies/puppet.policy", "policy default deny\n");
    EXPECT_THAT(warnings("rpcauthorization = 1"), IsEmpty());
    std::filesystem::permissions(directory_ / "policies/puppet.policy",
                                 std::filesystem::perms::others_write,
                                 std::filesystem::perm_options::add);
    EXPECT_THAT(warnings("rpcauthorization = 1"), ElementsAre(HasSubstr("puppet.policy")));
    const auto half = directory_.write("half.yaml", "os: Debian\nkernel");
    EXPECT_THAT(warnings("plugin.yaml = " + half), ElementsAre(HasSubstr("half.yaml")));
    EXPECT_THAT(warnings("plugin.daemon.accepted = " + half + "/accepted"),
                ElementsAre(HasSubstr("(plugin.daemon.accepted)")));
    EXPECT_THAT(warnings("plugin.puppet.runs = " + half + "/runs"),
                ElementsAre(HasSubstr("(plugin.puppet.runs)")));
    EXPECT_THAT(warnings("plugin.puppet.runs = " + half + "/runs\nactivate_agents = 0"), IsEmpty());
}

TEST_F(TryFiles, TellsWhatKeepsTheDaemonFromStarting) {
    const auto pid = try_files(with(""), directory_ / "no/file");
    EXPECT_THAT(pid.problems, ElementsAre(HasSubstr("--pidfile")));
    const auto audit = try_files(
        with("rpcaudit = 1\nrpcauditprovider = logfile\nplugin.rpcaudit.on_failure = refuse\n"
             "plugin.rpcaudit.logfile = " +
             directory_ / "no/audit.log"),
        std::nullopt);
    EXPECT_THAT(audit.problems, ElementsAre(HasSubstr("plugin.rpcaudit.on_failure = refuse")));
}

}  // namespace
}  // namespace mco::daemon
