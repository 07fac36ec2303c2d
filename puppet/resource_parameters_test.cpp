#include "puppet/resource_parameters.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace mco::puppet {
namespace {

using testing::HasSubstr;

Map passed(const ResourceName& name, const Map& given, bool may_name = false) {
    const auto checked = checked_parameters(name, given, may_name);
    EXPECT_TRUE(checked) << checked.error().message;
    return checked.value_or(Map());
}

std::string refusal(const ResourceName& name, const Map& given) {
    const auto checked = checked_parameters(name, given, false);
    return checked ? "" : checked.error().message;
}

TEST(ResourceParameters, ArePlainAndFollowedByTheName) {
    EXPECT_EQ(passed({"user", "bob"},
                     {{Symbol{"ensure"}, Symbol{"present"}},
                      {"name", "bob"},
                      {"uid", 1005},
                      {"groups", Array{Symbol{"adm"}, "audio"}}}),
              (Map{{"ensure", "present"},
                   {"uid", 1005},
                   {"groups", Array{"adm", "audio"}},
                   {"name", "bob"}}));
}

TEST(ResourceParameters, OfTypesThatAreKnownNeedNoSecondName) {
    EXPECT_EQ(passed({"file", "/f"}, {{"recurse", true}}), (Map{{"recurse", true}}))
        << "what is below would be taken for the same file";
    EXPECT_EQ(passed({"sshkey", "web@ssh-rsa"}, {{"type", "ssh-rsa"}}), (Map{{"type", "ssh-rsa"}}));
    EXPECT_EQ(passed({"exec", "label"}, {{"command", "/bin/x"}}, true),
              (Map{{"command", "/bin/x"}}));
}

TEST(ResourceParameters, MakeNoOtherResourceOfIt) {
    EXPECT_THAT(refusal({"user", "bob"}, {{"name", "root"}}), HasSubstr("name cannot be given"));
    EXPECT_THAT(refusal({"user", "bob"}, {{Symbol{"name"}, "root"}}), HasSubstr("cannot be"));
    EXPECT_THAT(refusal({"user", "bob"}, {{"name", Array{"root"}}}), HasSubstr("cannot be"));
    EXPECT_THAT(refusal({"user", "bob"}, {{"title", "bob"}}), HasSubstr("title cannot be"));
    EXPECT_THAT(refusal({"user", "bob"}, {{"alias", "root"}}), HasSubstr("alias cannot be"));
    EXPECT_THAT(refusal({"file", "/f"}, {{"path", "/etc/shadow"}}), HasSubstr("path cannot be"));
    EXPECT_THAT(refusal({"exec", "x"}, {{"command", "/bin/y"}}), HasSubstr("command cannot be"));
    EXPECT_EQ(passed({"vcsrepo", "/srv/a"}, {{"path", "/etc"}}),
              (Map{{"path", "/etc"}, {"name", "/srv/a"}}))
        << "the name comes last, and wins";
}

TEST(ResourceParameters, LoadNoProviderFromElsewhere) {
    for (const char* provider : {"../../../../tmp/evil", "a/b", "", "a.b", "a b", "apt\n"})
        EXPECT_THAT(refusal({"package", "x"}, {{"provider", provider}}), HasSubstr("one word"))
            << provider;
    EXPECT_THAT(refusal({"package", "x"}, {{"provider", Array{"../evil"}}}), HasSubstr("one word"));
    EXPECT_EQ(refusal({"package", "x"}, {{"provider", "puppet_gem"}}), "");
}

TEST(ResourceParameters, AreNothingThatPuppetCouldTakeForMore) {
    const Map call{{"__ptype", "Deferred"}, {"name", "file"}};
    for (const Value& value : {Value(call),
                               Value(Array{call}),
                               Value(Array{Array()}),
                               Value(),
                               Value("\xff"),
                               Value(Regexp{"x", 0}),
                               Value(std::numeric_limits<double>::infinity())})
        EXPECT_THAT(refusal({"file", "/f"}, {{"content", value}}), HasSubstr("should be text"));
    for (const char* key : {"__ptype", "", "Ensure", "a-b", "1a", "a\n", "\xc3\xa9"})
        EXPECT_THAT(refusal({"file", "/f"}, {{key, "x"}}), HasSubstr("no Puppet parameter")) << key;
}

TEST(ResourceParameters, OfRequestsHoldNoCommands) {
    const auto refused = [](const char* type, const char* parameter) {
        return !check_no_commands({type, "x"}, {{"ensure", "present"}, {parameter, "touch /f"}});
    };
    for (const char* parameter : {"status", "start", "stop", "restart", "binary", "path"})
        EXPECT_TRUE(refused("service", parameter)) << parameter;
    for (const char* parameter : {"command", "source", "install_options", "uninstall_options"})
        EXPECT_TRUE(refused("package", parameter)) << parameter;
    for (const char* parameter : {"onlyif", "unless", "refresh", "path", "environment", "cwd"})
        EXPECT_TRUE(refused("exec", parameter)) << parameter;
    EXPECT_TRUE(refused("file", "validate_cmd"));
    EXPECT_FALSE(refused("file", "content"));
    EXPECT_FALSE(refused("cron", "command")) << "that is what a cron job is";
    EXPECT_FALSE(refused("service", "enable"));
}

TEST(ResourceParameters, ReachNothingElse) {
    for (const Value& all : {Value(true), Value("true"), Value("remote"), Value(1)}) {
        EXPECT_FALSE(check_no_reach({"file", "/f"}, {{"recurse", all}}));
        EXPECT_FALSE(check_no_reach({"file", "/f"}, {{"force", all}}));
        EXPECT_FALSE(check_no_reach({"tidy", "/f"}, {{"recurse", all}}));
        EXPECT_FALSE(check_no_reach({"resources", "user"}, {{"purge", all}}));
        EXPECT_TRUE(check_no_reach({"mount", "/f"}, {{"recurse", all}}));
    }
    EXPECT_TRUE(check_no_reach({"file", "/f"}, {{"recurse", false}, {"force", "no"}}));
    EXPECT_FALSE(check_no_reach({"host", "db"}, {{"target", "/etc/cron.d/x"}}));
    EXPECT_TRUE(check_no_reach({"file", "/l"}, {{"target", "/f"}})) << "where a link leads";
}

TEST(ResourceParameters, OfSomeTellWhatIsInAFile) {
    EXPECT_TRUE(tells_content("k5login", {}));
    EXPECT_TRUE(tells_content("mailalias", {{"target", "/etc/shadow"}}));
    EXPECT_FALSE(tells_content("mailalias", {{"recipient", "root"}}));
    EXPECT_FALSE(tells_content("file", {{"target", "/f"}}));
}

TEST(ResourceTitles, AreOneLineOfText) {
    EXPECT_TRUE(is_title("/srv/\xc3\xa9 [x]"));
    for (const char* title : {"a\nb", "\xff", "\x1b[0m", "\x7f"})
        EXPECT_FALSE(is_title(title)) << title;
}

}  // namespace
}  // namespace mco::puppet
