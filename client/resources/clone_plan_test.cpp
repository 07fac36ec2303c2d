#include "client/resources/clone_plan.hpp"

#include "core/text/ruby.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mco::client {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// As `find` answers it.
CloneSource deploy() {
    return {{"user",
             "deploy",
             {{"ensure", "present"},
              {"home", "/srv/deploy"},
              {"uid", 1001},
              {"gid", 1002},
              {"comment", "Über \xef\xbf\xbd"},
              {"shell", "/bin/sh"},
              {"password", "[hidden 3fa2c1]"},
              {"password_max_age", 99999},
              {"groups", Array{"wheel"}},
              {"expiry", nullptr}},
             {"user", "deploy"},
             false},
            {{1002, "deploy"}, {10, "wheel"}, {0, "root"}},
            {}};
}

std::vector<std::string> names(const ClonePlan& plan) {
    std::vector<std::string> all;
    for (const auto& one : plan.not_copied)
        all.push_back(one.name + (one.hint.empty() ? "" : " " + one.hint));
    return all;
}

std::string parameters(const ral::Resource& resource) {
    return text::inspect(resource.parameters);
}

TEST(ClonePlan, TakesAUserWithItsGroupsAndWithoutNumbersAndSecrets) {
    const auto plan = plan_clone(deploy(), {});
    ASSERT_TRUE(plan) << plan.error().message;
    EXPECT_EQ(
        parameters(plan->resource),
        R"({"ensure"=>"present", "home"=>"/srv/deploy", "shell"=>"/bin/sh", )"
        R"("password_max_age"=>99999, "groups"=>["wheel"], "gid"=>"deploy", "membership"=>"inclusive"})");
    ASSERT_EQ(plan->groups.size(), 2u);
    EXPECT_EQ(plan->groups[0].reference(), "Group[deploy]");
    EXPECT_EQ(parameters(plan->groups[0]), R"({"ensure"=>"present"})");
    EXPECT_EQ(plan->groups[1].title, "wheel");
    EXPECT_THAT(
        names(*plan),
        ElementsAre("uid --ids", "gid --ids", "comment not UTF-8", "password --with-password"));
}

TEST(ClonePlan, TakesAwayWhatTheSourceHasNot) {
    const CloneSource bare{{"user", "bare", {{"ensure", "present"}}, {"user", "bare"}, false}};
    EXPECT_EQ(parameters(plan_clone(bare, {})->resource),
              R"({"ensure"=>"present", "comment"=>"", "groups"=>[], "membership"=>"inclusive"})");
}

TEST(ClonePlan, SendsGroupsBeforeTheUser) {
    const auto resources = plan_clone(deploy(), {})->resources(true);
    ASSERT_EQ(resources.size(), 3u);
    EXPECT_EQ(*resources[0].find("type"), Value("group"));
    EXPECT_EQ(*resources[2].find("title"), Value("deploy"));
    EXPECT_EQ(resources[2].find("parameters")->find("managehome"), nullptr);
}

TEST(ClonePlan, CreatesHomesOnlyWithTheUserAndWhenAskedTo) {
    const auto plan = plan_clone(deploy(), {.home = true});
    const auto changed = plan->resources(false);
    EXPECT_EQ(changed.back().find("parameters")->find("managehome"), nullptr);
    const auto resources = plan->resources(true);
    EXPECT_EQ(*resources.back().find("parameters")->find("managehome"), Value(true));
}

TEST(ClonePlan, TakesNumbersWhenTheyAreWished) {
    const auto plan = plan_clone(deploy(), {.ids = true});
    EXPECT_EQ(*plan->resource.parameters.find("uid"), Value(1001));
    EXPECT_EQ(*plan->resource.parameters.find("gid"), Value("deploy"));
    EXPECT_EQ(*plan->groups[0].parameters.find("gid"), Value(1002));
    EXPECT_EQ(*plan->groups[1].parameters.find("gid"), Value(10));
}

TEST(ClonePlan, NeverSendsWhatIsHidden) {
    const auto hidden = plan_clone(deploy(), {.password = true});
    EXPECT_EQ(hidden.error().code, Errc::denied);
    EXPECT_THAT(hidden.error().message, HasSubstr("plugin.puppetral.show_secrets"));
    auto shown = deploy();
    shown.resource.parameters.set("password", "$6$x");
    EXPECT_EQ(*plan_clone(shown, {.password = true})->resource.parameters.find("password"),
              Value("$6$x"));
    EXPECT_EQ(plan_clone(shown, {})->resource.parameters.find("password"), nullptr);
}

TEST(ClonePlan, NeedsANameForThePrimaryGroup) {
    auto source = deploy();
    source.groups.clear();
    EXPECT_EQ(plan_clone(source, {}).error().message, "its primary group 1002 has no name there");
    source.resource.parameters.set("gid", "staff");
    EXPECT_EQ(plan_clone(source, {})->groups.front().title, "staff");
}

TEST(ClonePlan, RefusesWhatIsAbsentUnlessRemovalIsMeant) {
    const CloneSource gone{{"user", "x", {{"ensure", "absent"}}, {}, false}};
    EXPECT_THAT(plan_clone(gone, {}).error().message, HasSubstr("--allow-removal"));
    const auto plan = plan_clone(gone, {.removal = true});
    EXPECT_EQ(parameters(plan->resource), R"({"ensure"=>"absent"})");
    EXPECT_THAT(plan->groups, IsEmpty());
}

TEST(ClonePlan, NeverTouchesTypesThatActByThemselves) {
    EXPECT_THAT(plan_clone({{"exec", "/bin/true", {}, {}, false}}, {}).error().message,
                HasSubstr("act even when they are only looked at"));
}

TEST(ClonePlan, TakesPackagesInAnyVersion) {
    const CloneSource hello{{"package",
                             "hello",
                             {{"ensure", "2.10-3"}, {"mark", "none"}, {"provider", "apt"}},
                             {},
                             false}};
    EXPECT_EQ(parameters(plan_clone(hello, {})->resource),
              R"({"ensure"=>"present", "provider"=>"apt"})");
    EXPECT_THAT(names(*plan_clone(hello, {})), ElementsAre("version --same-version"));
    EXPECT_EQ(parameters(plan_clone(hello, {.same_version = true})->resource),
              R"({"ensure"=>"2.10-3", "provider"=>"apt"})");
}

TEST(ClonePlan, TakesOfServicesWhetherTheyRun) {
    const CloneSource ssh{{"service",
                           "ssh",
                           {{"ensure", "running"}, {"enable", "true"}, {"provider", "systemd"}},
                           {},
                           false}};
    EXPECT_EQ(parameters(plan_clone(ssh, {})->resource),
              R"({"ensure"=>"running", "enable"=>"true"})");
}

TEST(ClonePlan, LeavesTheTargetOfHosts) {
    const CloneSource host{{"host",
                            "db",
                            {{"ensure", "present"}, {"ip", "10.0.0.1"}, {"target", "/etc/hosts"}},
                            {},
                            false}};
    const auto plan = plan_clone(host, {});
    EXPECT_EQ(parameters(plan->resource), R"({"ensure"=>"present", "ip"=>"10.0.0.1"})");
    EXPECT_THAT(names(*plan), ElementsAre("target"));
}

/// Who took over the source knows how Puppet empties a directory.
TEST(ClonePlan, TakesStatesAndNothingThatDoesMore) {
    const CloneSource etc{{"file",
                           "/etc",
                           {{"ensure", "directory"},
                            {"mode", "0755"},
                            {"recurse", true},
                            {"purge", true},
                            {"force", true},
                            {"source", "http://evil/"}},
                           {},
                           false}};
    EXPECT_EQ(parameters(plan_clone(etc, {})->resource),
              R"({"ensure"=>"directory", "mode"=>"0755"})");
    auto user = deploy();
    for (const char* name : {"purge_ssh_keys", "allowdupe", "managehome", "membership"})
        user.resource.parameters.set(name, "true");
    EXPECT_EQ(parameters(plan_clone(user, {})->resource),
              parameters(plan_clone(deploy(), {})->resource));
}

TEST(ClonePlan, TakesFilesWithTheirContent) {
    CloneSource file{{"file",
                      "/etc/motd",
                      {{"ensure", "file"},
                       {"content", "{md5}x"},
                       {"mode", "0644"},
                       {"mtime", "2026-01-01"},
                       {"type", "file"}},
                      {},
                      false}};
    EXPECT_THAT(plan_clone(file, {}).error().message, HasSubstr("does not tell the content"));
    file.content = "hello\n";
    EXPECT_EQ(parameters(plan_clone(file, {})->resource),
              R"({"ensure"=>"file", "mode"=>"0644", "content"=>"hello\n"})");
    file.resource.parameters.set("ensure", "directory");
    file.content.reset();
    EXPECT_TRUE(plan_clone(file, {}));
}

}  // namespace
}  // namespace mco::client
