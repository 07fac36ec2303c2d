#include "core/policy/parse.hpp"

#include "core/policy/columns.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace mco::policy {
namespace {

using testing::HasSubstr;

std::string split(std::string_view line) {
    const auto parts = columns(line);
    if (!parts)
        return "error";
    std::string joined;
    for (const auto part : *parts)
        joined += "[" + std::string(part) + "]";
    return joined;
}

TEST(Columns, AreSeparatedByTabsOrSpaces) {
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"allow\tcert=a\t*\t*\t*", "[allow][cert=a][*][*][*]"},
        {"allow\t\tcert=a cert=b\t \t*\t*", "[allow][cert=a cert=b][*][*]"},
        {"allow\tcert=a  cert=b\t*\t*\t*\t ", "[allow][cert=a  cert=b][*][*][*]"},
        {"  allow\tcert=a\t*\t*\r", "[allow][cert=a][*][*]"},
        {"allow  cert=a cert=b   start stop  *  *", "[allow][cert=a cert=b][start stop][*][*]"},
        {"allow  cert=a\t*\t*", "[allow  cert=a][*][*]"},
        {"allow cert=a * *", "[allow][cert=a][*][*]"},
        {"allow cert=a * * *  ", "[allow][cert=a][*][*][*]"},
        {"allow cert=a *", "error"},
        {"allow cert=a cert=b * * *", "error"},
    };
    for (const auto& [line, expected] : cases)
        EXPECT_EQ(split(line), expected) << line;
}

TEST(ParsePolicy, ReadsRulesDefaultsAndComments) {
    const auto policy = parse_policy(
                            "# comment\n"
                            "  # another\n"
                            "\n"
                            "policy default allow\n"
                            "deny\tcert=a ops trusted:pp_role=operator\tstop\t*\n"
                            "allow  *  *  os=Debian cpus>=4  /^acme/ base\r\n"
                            "policy\tdefault  deny",
                            "f.policy")
                            .value();
    ASSERT_EQ(policy.rules.size(), 2U);
    const auto& first = policy.rules[0];
    EXPECT_EQ(first.line, 5U);
    EXPECT_FALSE(first.allow);
    ASSERT_EQ(first.callers.size(), 3U);
    EXPECT_EQ(first.callers[0].kind, CallerTest::Kind::id);
    EXPECT_EQ(first.callers[1].kind, CallerTest::Kind::group);
    EXPECT_EQ(first.callers[2].kind, CallerTest::Kind::trusted);
    EXPECT_EQ(first.callers[2].name + "|" + first.callers[2].value, "pp_role|operator");
    EXPECT_EQ(first.actions, std::vector<std::string>{"stop"});
    EXPECT_TRUE(first.facts.anything && first.classes.anything);
    EXPECT_EQ(first.text(), "deny  cert=a ops trusted:pp_role=operator  stop  *");
    EXPECT_EQ(policy.rules[1].facts.terms.size(), 2U);
    ASSERT_TRUE(policy.fallback);
    EXPECT_FALSE(policy.fallback->allow);
    EXPECT_EQ(policy.fallback->line, 7U);
}

TEST(ParsePolicy, UnderstandsTheseLines) {
    for (const char* line : {"allow\tcert=a\t*\tcustomer=acme and base",
                             "allow\tcert=a\tfact:os data:fstat\t*\t*",
                             "allow\tcert=a\t*\tnot customer=acme",
                             "allow\tcert=a\t*\t!(a or b)\t*",
                             "allow\tcert=a\t*\tpuppet().enabled=false",
                             "allow\tcert=a\t*\tos.family=/^(Deb|Ubu)/\t*",
                             "allow\tcert=a\t*\tos=/Deb/ cpus!=3 mem<=4\t*",
                             "allow\tcert=a\t*\t*\t/acme/ and !base",
                             "deny\tuid=0 sshkey=root\trun-once x.y\t*\t*"})
        EXPECT_TRUE(parse_policy(line, "f")) << parse_policy(line, "f").error().message;
}

TEST(ParsePolicy, RefusesTheWholeFileForOneLine) {
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"permit\tcert=a\t*\t*\t*", "begins with allow, deny"},
        {"policy default ALLOW", "expected: policy default allow"},
        {"policy default allow now", "expected: policy default allow"},
        {"policy deny", "expected: policy default allow"},
        {"allow\tcert=a\t*", "four or five columns, not 3"},
        {"allow\tcert=a\t*\t*\t*\t*", "four or five columns, not 6"},
        {"allow cert=a start stop * *", "separate the columns"},
        {"allow cert=a  *  *  *", "first column"},
        {"allow\t* cert=a\t*\t*\t*", "'*' stands alone"},
        {"allow\tcert=a\t* x\t*\t*", "cannot be the name"},
        {"allow\tcert=a\t*\t* x=1\t*", "'*' stands alone"},
        {"allow cert=a cert=b * *", "cannot be the name"},
        {"allow\t/cert=a/\t*\t*\t*", "no caller id"},
        {"allow\ttrusted:pp_role\t*\t*\t*", "trusted:NAME=VALUE"},
        {"allow\ttrusted:=x\t*\t*\t*", "trusted:NAME=VALUE"},
        {"allow\tcert=a\t*\tcustomer=acme environment=production", "column of classes"},
        {"allow\tcert=a\t*\tapache\t*", "no comparison"},
        {"allow\tcert=a\t*\t*\tos=Debian", "is a comparison"},
        {"allow\tcert=a\t*\t*\t/acme", "ends with a slash"},
        {"allow\tcert=a\t*\t*\t/(/", "invalid pattern"},
        {"allow\tcert=a\t*\tos=/(/\t*", "invalid pattern"},
        {"allow\tcert=a\t*\tf('x').y=/(/", "invalid pattern"},
        {"allow\tcert=a\t*\tos=\t*", "no comparison"},
        {"allow\tcert=a\t*\ta and\t*", "missing"},
        {"allow\tcert=a\t*\t(a or b", "not closed"},
        {std::string("allow\tcert=a\0b\t*\t*\t*", 20), "control character"},
    };
    for (const auto& [line, reason] : cases) {
        const auto policy = parse_policy("policy default allow\n" + line + "\n", "x.policy");
        ASSERT_FALSE(policy) << line;
        EXPECT_THAT(policy.error().message, testing::StartsWith("x.policy:2: ")) << line;
        EXPECT_THAT(policy.error().message, HasSubstr(reason)) << line;
    }
}

TEST(ParsePolicy, TellsEveryProblemToThoseWhoAsk) {
    std::vector<Problem> problems;
    const auto policy = read_policy("nonsense\nallow\t*\t*\t*\t*\nmore\n", "f", problems);
    EXPECT_EQ(policy.rules.size(), 1U);
    ASSERT_EQ(problems.size(), 2U);
    EXPECT_EQ(problems[1].line, 3U);
}

TEST(ParsePolicy, IsBounded) {
    EXPECT_FALSE(parse_policy(std::string(max_policy_text + 1, '\n'), "f"));
    EXPECT_TRUE(parse_policy(std::string(max_policy_text, '\n'), "f"));
}

TEST(ParseGroups, ReadsNamesAndMembers) {
    const auto groups = parse_groups(
                            "# c\nops cert=a  cert=b\ttrusted:pp_role=op\n"
                            "empty\nops.2-x uid=0\nempty\n",
                            "groups")
                            .value();
    EXPECT_EQ(groups.groups.size(), 2U);
    EXPECT_EQ(groups.groups.at("ops").members.size(), 3U);
    EXPECT_EQ(groups.groups.at("ops").members[2].kind, CallerTest::Kind::trusted);
    EXPECT_EQ(groups.groups.at("ops.2-x").line, 4U);
}

/// Issue 12, item 28.
TEST(ParseGroups, TakesAnyWordWhichIsNobody) {
    const auto groups =
        parse_groups("o/ps cert=a\nops other * cert=a,cert=b cert=c\nnone /x/\n", "groups").value();
    EXPECT_EQ(groups.groups.size(), 3U);
    EXPECT_EQ(groups.groups.at("o/ps").members.size(), 1U);
    ASSERT_EQ(groups.groups.at("ops").members.size(), 1U);
    EXPECT_EQ(groups.groups.at("ops").members[0].name, "cert=c");
    EXPECT_EQ(groups.groups.at("ops").nobody,
              (std::vector<std::string>{"other", "*", "cert=a,cert=b"}));
    EXPECT_TRUE(groups.groups.at("none").members.empty());
}

TEST(ParseGroups, RefusesWhatIsNone) {
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"ops trusted:pp_role", "trusted:NAME=VALUE"}, {"ops trusted:=x", "trusted:NAME=VALUE"}};
    for (const auto& [line, reason] : cases) {
        const auto groups = parse_groups(line, "groups");
        ASSERT_FALSE(groups) << line;
        EXPECT_THAT(groups.error().message, testing::StartsWith("groups:1: "));
        EXPECT_THAT(groups.error().message, HasSubstr(reason));
    }
}

}  // namespace
}  // namespace mco::policy
