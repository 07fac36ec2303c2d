#include "daemon/policy_check.hpp"

#include "system/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace mco::daemon {
namespace {

using ::testing::HasSubstr;

class CheckPolicies : public ::testing::Test {
  protected:
    /// What is wrong with the words; empty when nothing is.
    static std::string wrong(const std::vector<std::string>& words) {
        const auto checked = check_policies(words);
        return checked ? std::string() : checked.error().message;
    }

    system::TemporaryDirectory directory_;
    const std::string good_ = directory_.write("puppet.policy", "allow\tcert=a\tstatus\t*\t*\n");
    const std::string groups_ = directory_.write("new-groups", "ops cert=alice cert=bob\n");
};

TEST_F(CheckPolicies, NameWhatKeepsAFileFromBeingUsed) {
    EXPECT_EQ(wrong({good_}), "");
    const auto bad = directory_.write("bad.policy", "policy default deny\nallow\tx\n\npermit\n");
    EXPECT_EQ(wrong({bad}),
              bad +
                  ":2: a rule has four or five columns, not 2: verb, callers, actions, facts, "
                  "and classes\n" +
                  bad + ":4: a line begins with allow, deny, policy default, or #");
}

TEST_F(CheckPolicies, TakeTheNameThatTheFileWillHave) {
    EXPECT_THAT(wrong({groups_}), HasSubstr(groups_ + ":1: "));
    EXPECT_EQ(wrong({"groups=" + groups_}), "");
    EXPECT_EQ(wrong({"groups=" + groups_, "uk/puppet.policy=" + good_}), "");
    EXPECT_EQ(wrong({"filter.policy=" + good_}),
              "filter.policy:1: 'status' is neither fact:NAME nor data:PLUGIN");
    EXPECT_THAT(wrong({"puppet.policy=" + groups_}), HasSubstr("puppet.policy:1: "));
}

TEST_F(CheckPolicies, TakeAPathWithAnEqualsSignForAPath) {
    const auto file = directory_.write("a=b/puppet.policy", "permit\n");
    EXPECT_THAT(wrong({file}), HasSubstr(file + ":1: "));
    const auto here = std::filesystem::relative(file).string();
    EXPECT_THAT(wrong({"./" + here}), HasSubstr("./" + here + ":1: "));
}

TEST_F(CheckPolicies, DoNotPassOverWhatCannotBeRead) {
    const auto missing = wrong({"puppet.policy=" + (directory_ / "none"), good_});
    EXPECT_THAT(missing, HasSubstr(directory_ / "none"));
    EXPECT_NE(wrong({directory_.path()}), "");
    const auto large = directory_.write("large", std::string((1U << 20U) + 1, '#'));
    EXPECT_THAT(wrong({"puppet.policy=" + large}), HasSubstr(large));
}

TEST_F(CheckPolicies, HeedNoRightsOfACandidate) {
    std::filesystem::permissions(good_, std::filesystem::perms::all);
    EXPECT_EQ(wrong({good_}), "") << "--check-config looks at what is in place";
}

}  // namespace
}  // namespace mco::daemon
