#include "core/policy/lint.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace mco::policy {
namespace {

std::string linted(const std::string& text) {
    const Groups groups = parse_groups("ops cert=a\n", "groups").value();
    const Vocabulary vocabulary{&groups,
                                [](const std::string& name) { return name == "stop"; },
                                [](const std::string& name) { return name == "fstat"; }};
    std::string all;
    for (const auto& problem : lint(parse_policy(text, "f").value(), vocabulary))
        all += std::to_string(problem.line) + ": " + problem.what + "\n";
    return all;
}

TEST(Lint, HasNothingToSayOfGoodPolicies) {
    EXPECT_EQ(linted("policy default deny\nallow\tops\tstop\tos=x\tbase\n"
                     "allow\t*\tstop\tfstat('/x').size>1 and (base or x)\n"),
              "");
    EXPECT_EQ(linted("policy default deny\nallow\tops\tstop\t*\t*\n"), "");
}

TEST(Lint, FindsWhatCannotBeMeant) {
    EXPECT_EQ(linted("allow\t*\t*\t*\t*\ndeny\t*\tstop\t*\t*\npolicy default deny\n"),
              "2: never decides: line 1 fits everything\n"
              "3: never applies: line 1 fits everything\n");
    EXPECT_EQ(linted("allow\t*\tstop\t*\t*\ndeny\t*\tstop\t*\t*\n"),
              "2: never decides: line 1 fits the same calls\n");
    EXPECT_EQ(linted("allow\tpos\tstart\t*\t*\n"),
              "1: there is no group pos\n1: the agent has no action start\n");
    EXPECT_EQ(linted("allow\t*\tstop\tstat('x').size=1\n"),
              "1: no data plug-in stat is known here\n");
    EXPECT_EQ(linted("allow\t*\tstop\ta or b and c\n"),
              "1: 'and' and 'or' go from left to right in policies, unlike in -S: use "
              "parentheses\n");
    EXPECT_EQ(linted("# nothing\n"),
              "1: there is no rule: the setting allow_unconfigured decides\n");
}

/// Issue 12, item 28: such words are taken, and named here.
TEST(Lint, NamesWhatOfGroupsIsNobody) {
    const auto groups = parse_groups("a cert=a\nops cert=a other\no/ps cert=b\n", "groups").value();
    const auto problems = lint(groups);
    ASSERT_EQ(problems.size(), 2U);
    EXPECT_EQ(problems[0].line, 2U);
    EXPECT_THAT(problems[0].what, testing::StartsWith("'other' is nobody"));
    EXPECT_EQ(problems[1].line, 3U);
    EXPECT_THAT(problems[1].what, testing::StartsWith("no policy can name 'o/ps'"));
}

}  // namespace
}  // namespace mco::policy
