#include "agents/package/ral_packages.hpp"

#include "agents/package/testing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mco::package {
namespace {

using ::testing::SizeIs;

/// Puppet as it would answer for one package.
class OnePackage final : public puppet::Ral {
  public:
    Map parameters;
    puppet::ApplyResult result;
    std::vector<ral::Resource> applied;

    Expected<ral::Resource> find(const std::string& type,
                                 const std::string& title,
                                 Monotonic) override {
        return ral::Resource{type, title, parameters, {}, false};
    }

    Expected<puppet::Listed> search(const std::string&, const std::string&, Monotonic) override {
        return puppet::Listed{};
    }

    Expected<Types> types(Monotonic) override { return Types{}; }

    Expected<puppet::ApplyResult> apply(const std::vector<ral::Resource>& resources,
                                        bool noop,
                                        Monotonic) override {
        EXPECT_FALSE(noop);
        applied.insert(applied.end(), resources.begin(), resources.end());
        if (!result.statuses.empty() && !result.statuses[0].failed)
            parameters.set("ensure", "4.2.46-35.el7_9");
        return result;
    }

    Expected<ral::GroupNames> group_names() const override { return ral::GroupNames{}; }

    void refresh() override {}
};

const Map bash{{"package", "bash"}};

TEST(RalPackages, AreChangedByPuppet) {
    OnePackage puppet;
    puppet.parameters = {{"ensure", "absent"}, {"provider", "yum"}};
    puppet.result.statuses.push_back({"Package[bash]", false, true, false, true, {}});
    puppet.result.log = {"notice: /Package[bash]/ensure: created"};
    Settings settings;
    settings.parameters = {{"install_options", "--nogpgcheck"}};
    const testing::PackageWorld node(SystemKind::yum, &puppet, settings);
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
    ASSERT_THAT(puppet.applied, SizeIs(1));
    EXPECT_EQ(puppet.applied[0].type, "package");
    EXPECT_EQ(puppet.applied[0].title, "bash");
    EXPECT_EQ(puppet.applied[0].parameters,
              (Map{{"ensure", "present"}, {"install_options", "--nogpgcheck"}}));
}

TEST(RalPackages, AreToldWhatTheyAreToBecome) {
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"update", "latest"}, {"uninstall", "absent"}, {"purge", "purged"}};
    for (const auto& [action, ensure] : cases) {
        OnePackage puppet;
        puppet.parameters = {{"ensure", "4.2.46-34"}, {"provider", "yum"}};
        puppet.result.statuses.push_back({"Package[bash]", false, true, false, true, {}});
        const testing::PackageWorld node(SystemKind::yum, &puppet);
        node.call(action, bash);
        ASSERT_THAT(puppet.applied, SizeIs(1)) << action;
        EXPECT_EQ(*puppet.applied[0].parameters.find("ensure"), Value(ensure));
    }
    OnePackage puppet;
    puppet.parameters = {{"ensure", "4.2.46-34"}};
    const testing::PackageWorld node(SystemKind::yum, &puppet);
    node.call("install", {{"package", "bash"}, {"version", "4.2.46-35"}});
    ASSERT_THAT(puppet.applied, SizeIs(1));
    EXPECT_EQ(*puppet.applied[0].parameters.find("ensure"), Value("4.2.46-35"));
}

TEST(RalPackages, TellWhatPuppetComplainsAbout) {
    OnePackage puppet;
    puppet.parameters = {{"ensure", "purged"}};
    puppet.result.statuses.push_back({"Package[bash]", true, false, false, true, {}});
    puppet.result.log = {"notice: Compiled", "err: Execution of 'yum' returned 1: No such package"};
    const testing::PackageWorld node(SystemKind::yum, &puppet);
    const auto output = node.call("install", bash);
    EXPECT_EQ(output.status, rpc::Status::aborted);
    EXPECT_EQ(output.message,
              "Could not install bash: Execution of 'yum' returned 1: No such package");
}

}  // namespace
}  // namespace mco::package
