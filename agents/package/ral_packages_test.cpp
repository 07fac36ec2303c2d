#include "agents/package/ral_packages.hpp"

#include "agents/package/testing.hpp"
#include "puppet/ral/testing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tuple>
#include <utility>

namespace mco::package {
namespace {

using ::testing::SizeIs;

/// Puppet with one package, and what comes of changing it.
class OnePackage {
  public:
    explicit OnePackage(Map parameters) {
        ral.resources = {{"package", "bash", std::move(parameters), {}, false}};
        ral.outcome.statuses.push_back({"Package[bash]", false, true, false, true, {}});
        ral.while_applied = [this] {
            if (!ral.outcome.statuses[0].failed)
                ral.resources[0].parameters.set("ensure", "4.2.46-35.el7_9");
        };
    }

    const ral::Resource& wanted() const { return ral.applied.at(0).resources.at(0); }

    puppet::FakeRal ral;
};

const Map bash{{"package", "bash"}};

TEST(RalPackages, AreChangedByPuppet) {
    OnePackage puppet({{"ensure", "absent"}, {"provider", "yum"}});
    puppet.ral.outcome.log = {"notice: /Package[bash]/ensure: created"};
    Settings settings;
    settings.parameters = {{"install_options", "--nogpgcheck"}};
    const testing::PackageWorld node(SystemKind::yum, &puppet.ral, settings);
    const auto output = node.call("install", bash);
    EXPECT_EQ(output.status, rpc::Status::ok) << output.message;
    EXPECT_EQ(output.data,
              (Map{{"output", "notice: /Package[bash]/ensure: created"},
                   {"name", "bash"},
                   {"ensure", "4.2.46-35.el7_9"},
                   {"provider", "yum"},
                   {"version", "4.2.46"},
                   {"release", "35.el7_9"},
                   {"epoch", "0"}}));
    ASSERT_THAT(puppet.ral.applied, SizeIs(1));
    EXPECT_FALSE(puppet.ral.applied[0].noop);
    EXPECT_EQ(puppet.wanted().type, "package");
    EXPECT_EQ(puppet.wanted().title, "bash");
    EXPECT_EQ(puppet.wanted().parameters,
              (Map{{"ensure", "present"}, {"install_options", "--nogpgcheck"}}));
}

TEST(RalPackages, AreToldWhatTheyAreToBecome) {
    const std::vector<std::tuple<std::string, Map, std::string>> cases = {
        {"update", bash, "latest"},
        {"uninstall", bash, "absent"},
        {"purge", bash, "purged"},
        {"install", {{"package", "bash"}, {"version", "4.2.46-35"}}, "4.2.46-35"}};
    for (const auto& [action, inputs, ensure] : cases) {
        OnePackage puppet({{"ensure", "4.2.46-34"}, {"provider", "yum"}});
        const testing::PackageWorld node(SystemKind::yum, &puppet.ral);
        node.call(action, inputs);
        ASSERT_THAT(puppet.ral.applied, SizeIs(1)) << action;
        EXPECT_EQ(*puppet.wanted().parameters.find("ensure"), Value(ensure));
    }
}

TEST(RalPackages, TellWhatPuppetComplainsAbout) {
    OnePackage puppet({{"ensure", "purged"}});
    puppet.ral.outcome.statuses[0].failed = true;
    puppet.ral.outcome.log = {"notice: Compiled",
                              "err: Execution of 'yum' returned 1: No such package"};
    const testing::PackageWorld node(SystemKind::yum, &puppet.ral);
    const auto output = node.call("install", bash);
    EXPECT_EQ(output.status, rpc::Status::aborted);
    EXPECT_EQ(output.message,
              "Could not install bash: Execution of 'yum' returned 1: No such package");
    puppet.ral.outcome.statuses[0].events = {
        Map{{"status", "failure"}, {"message", "change from 'purged' to 'present' failed"}}};
    EXPECT_EQ(node.call("install", bash).message,
              "Could not install bash: change from 'purged' to 'present' failed");
    puppet.ral.error = Error{Errc::unavailable, "Puppet is not installed here"};
    EXPECT_EQ(node.call("status", bash).message, "Puppet is not installed here");
}

}  // namespace
}  // namespace mco::package
