#include "puppet/ral/local_ral.hpp"

#include "system/log_sinks.hpp"
#include "system/temporary_directory.hpp"
#include "system/testing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>

namespace mco::puppet {
namespace {

using testing::Contains;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

/// The machine that the tests run on, which is a Debian, as if it had no Puppet.
class LocalRalTest : public testing::Test {
  protected:
    const system::TemporaryDirectory directory_;
    system::ScriptedRunner runner_;
    system::RealClock clock_;
    system::Log log_{std::make_unique<system::NullSink>(), system::Level::fatal};
    config::Config config_;
    LocalPuppet puppet_{without_puppet(), runner_, log_};

    LocalRalTest() {
        runner_.answer = fail(Errc::not_found, "/nonexistent/puppet: not found");
        config_.plugin["puppetral.directory"] = {directory_ / "worker", "test"};
        config_.plugin["puppetral.ruby"] = {"/nonexistent/ruby", "test"};
    }

    static Settings without_puppet() {
        Settings settings;
        settings.command = {"/nonexistent/puppet", "agent"};
        settings.paths_cache.clear();
        return settings;
    }

    std::unique_ptr<LocalRal> ral() {
        auto made = LocalRal::make(config_, puppet_, runner_, clock_, log_);
        EXPECT_TRUE(made) << made.error().message;
        return *std::move(made);
    }

    Monotonic soon() const { return clock_.monotonic() + std::chrono::seconds(20); }
};

TEST_F(LocalRalTest, AsksNobodyAboutWhatIsNoType) {
    const auto ral = this->ral();
    for (const char* type : {"../../../tmp/evil", "", "user\n", "::user", "a:b"}) {
        EXPECT_THAT(ral->find(type, "x", soon()).error().message, HasSubstr("not the name"))
            << type;
        EXPECT_FALSE(ral->search(type, "", soon()));
        EXPECT_FALSE(ral->apply({{"user", "bob", {}, {}}, {type, "x", {}, {}}}, true, soon()));
    }
    EXPECT_THAT(runner_.ran, IsEmpty());
}

TEST_F(LocalRalTest, ReadsWhatItCanWithoutPuppet) {
    const auto ral = this->ral();
    const auto types = ral->types(soon());
    ASSERT_TRUE(types) << types.error().message;
    EXPECT_EQ(types->names, types->native);
    EXPECT_THAT(types->native, Contains("user"));
    EXPECT_EQ(types->puppet_version, "");

    const auto root = ral->find("User", "root", soon());
    ASSERT_TRUE(root) << root.error().message;
    EXPECT_EQ(*root->parameters.find("uid"), 0);
    const auto nobody = ral->find("user", "no such user", soon());
    ASSERT_TRUE(nobody) << nobody.error().message;
    EXPECT_EQ(nobody->parameters, (Map{{"ensure", "absent"}}));
    EXPECT_THAT(ral->group_names().value(), Contains(testing::Pair(0, "root")));
}

TEST_F(LocalRalTest, KnowsThePackagesOfDpkgAndSaysThatThereMayBeMore) {
    const auto ral = this->ral();
    const auto of_system = ral->search("package", "system", soon());
    ASSERT_TRUE(of_system) << of_system.error().message;
    EXPECT_THAT(of_system->resources, Contains(Field(&ral::Resource::title, "dpkg")));
    EXPECT_THAT(of_system->warnings, Not(Contains(HasSubstr("only the packages of dpkg"))));
    const auto all = ral->search("package", "", soon());
    ASSERT_TRUE(all) << all.error().message;
    EXPECT_EQ(all->resources, of_system->resources);
    EXPECT_THAT(all->warnings, Contains(HasSubstr("only the packages of dpkg")));
    EXPECT_EQ(ral->find("package", "no-such-package", soon())->parameters,
              (Map{{"ensure", "purged"}, {"provider", "apt"}}));
}

TEST_F(LocalRalTest, NeedsPuppetForTheRest) {
    const auto ral = this->ral();
    EXPECT_EQ(ral->find("file", "/", soon()).error().code, Errc::unavailable);
    EXPECT_FALSE(ral->apply({{"file", "/", {}, {}}}, true, soon()));
    config_.plugin["puppetral.native"] = {"0", "test"};
    EXPECT_EQ(this->ral()->find("user", "root", soon()).error().code, Errc::unavailable);
}

TEST_F(LocalRalTest, NeedsSettingsThatCanBeUsed) {
    config_.plugin["puppetral.native"] = {"perhaps", "server.cfg:7"};
    const auto made = LocalRal::make(config_, puppet_, runner_, clock_, log_);
    ASSERT_FALSE(made);
    EXPECT_THAT(made.error().message, HasSubstr("puppetral.native"));
}

}  // namespace
}  // namespace mco::puppet
