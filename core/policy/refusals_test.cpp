#include "core/policy/refusals.hpp"

#include <gtest/gtest.h>

#include <string>

namespace mco::policy {
namespace {

std::string refused(const std::string& text, const std::string& name = "puppet.policy") {
    std::string all;
    for (const auto& problem : refusals(text, name))
        all += std::to_string(problem.line) + ": " + problem.what + "\n";
    return all;
}

TEST(Refusals, AreEveryLineThatIsNotUnderstood) {
    EXPECT_EQ(refused("policy default deny\nallow\tcert=a\tstatus\t*\t*\n"), "");
    EXPECT_EQ(refused("permit\t*\t*\t*\t*\n# a comment\npolicy default\n"),
              "1: a line begins with allow, deny, policy default, or #\n"
              "3: expected: policy default allow, or: policy default deny\n");
}

TEST(Refusals, AreNotWhatIsOnlyStrange) {
    EXPECT_EQ(refused("allow\t*\t*\t*\t*\ndeny\t*\tstatus\t*\t*\n"), "") << "mco policy lint";
    EXPECT_EQ(refused(""), "");
    EXPECT_EQ(refused("ops cert=a other\no/ps cert=b\n", "groups"), "");
}

TEST(Refusals, DependOnTheNameAndNotOnItsFolders) {
    const std::string groups = "ops cert=alice\n";
    EXPECT_EQ(refused(groups, "groups"), "");
    EXPECT_EQ(refused(groups, "/etc/mcollective/policies/groups"), "");
    EXPECT_EQ(refused(groups, "groups.policy"),
              "1: a line begins with allow, deny, policy default, or #\n");
    EXPECT_EQ(refused("ops trusted:x\n", "uk/groups"),
              "1: an extension is written trusted:NAME=VALUE\n");
}

TEST(Refusals, OfFilterPolicyAreItsActions) {
    const std::string text = "allow\t*\tfact:os data:fstat\t*\t*\nallow\t*\tstatus\t*\t*\npermit\n";
    EXPECT_EQ(refused(text, "filter.policy"),
              "2: 'status' is neither fact:NAME nor data:PLUGIN\n"
              "3: a line begins with allow, deny, policy default, or #\n");
    EXPECT_EQ(refused("allow\t*\tstatus\t*\t*\n", "filters.policy"), "");
}

}  // namespace
}  // namespace mco::policy
