#include "client/resources/clone_outcomes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mco::client {
namespace {

using ::testing::ElementsAre;

const ral::Resource deploy = {"user", "deploy", {}, {}, false};

Value difference(const std::string& property, Value is, Value should) {
    return Map{{"property", property}, {"is", std::move(is)}, {"should", std::move(should)}};
}

Value part(const std::string& reference, const std::string& outcome, Array differences = {}) {
    return Map{{"resource", reference},
               {"outcome", outcome},
               {"differences", std::move(differences)},
               {"message", ""}};
}

Result reply(Array results) {
    return {"n", 0, "OK", Map{{"results", std::move(results)}}};
}

Value with(Value value, const std::string& key, const std::string& text) {
    value.map()->set(key, text);
    return value;
}

TEST(Preview, TellsCreationFromChange) {
    const auto creation = difference("ensure", "absent", "present");
    EXPECT_EQ(read_preview(reply({part("Group[wheel]", "would change", {creation}),
                                  part("User[deploy]", "would change", {creation})}),
                           deploy),
              (CloneOutcome{CloneVerdict::create, ""}));
    EXPECT_EQ(read_preview(reply({part("Group[wheel]", "unchanged"),
                                  part("User[deploy]",
                                       "would change",
                                       {difference("shell", "/bin/sh", "/bin/bash")})}),
                           deploy),
              (CloneOutcome{CloneVerdict::change, "shell /bin/sh → /bin/bash"}));
    EXPECT_EQ(read_preview(reply({part("Group[wheel]", "would change", {creation}),
                                  part("User[deploy]", "unchanged")}),
                           deploy),
              (CloneOutcome{CloneVerdict::change, "group wheel: ensure absent → present"}));
    EXPECT_EQ(read_preview(reply({part("User[deploy]", "unchanged")}), deploy),
              (CloneOutcome{CloneVerdict::same, ""}));
}

/// Nodes may be told to show them; screens are not.
TEST(Preview, TellsNoSecrets) {
    EXPECT_EQ(read_preview(reply({part("User[deploy]",
                                       "would change",
                                       {difference("password", "$6$old", "[hidden 3fa2c1]")})}),
                           deploy),
              (CloneOutcome{CloneVerdict::change, "password [hidden] → [hidden 3fa2c1]"}));
    EXPECT_EQ(difference_text(difference("password", nullptr, "$6$new")),
              "password absent → [hidden]");
}

TEST(Preview, TellsRemovalAsAChange) {
    EXPECT_EQ(read_preview(reply({part("User[deploy]",
                                       "would change",
                                       {difference("ensure", "present", "absent")})}),
                           deploy),
              (CloneOutcome{CloneVerdict::change, "ensure present → absent"}));
}

TEST(Preview, TellsWhatWouldFail) {
    const auto fine = part("User[deploy]", "would change");
    EXPECT_EQ(
        read_preview(
            reply({with(part("Group[wheel]", "would change"), "would_fail", "gid 998 is taken"),
                   fine}),
            deploy),
        (CloneOutcome{CloneVerdict::fails, "group wheel: gid 998 is taken"}));
    EXPECT_EQ(
        read_preview(reply({with(part("User[deploy]", "failed"), "message", "no such shell")}),
                     deploy),
        (CloneOutcome{CloneVerdict::fails, "no such shell"}));
    EXPECT_EQ(read_preview(reply({part("User[deploy]", "skipped")}), deploy),
              (CloneOutcome{CloneVerdict::fails, "skipped"}));
}

TEST(Preview, TakesRefusalsAndNonsenseForNoAgreement) {
    EXPECT_EQ(
        read_preview({"n", 1, "type user is not listed in the type whitelist", {}}, deploy),
        (CloneOutcome{CloneVerdict::refused, "type user is not listed in the type whitelist"}));
    EXPECT_EQ(read_preview(reply({}), deploy).verdict, CloneVerdict::refused);
    EXPECT_EQ(read_preview({"n", 0, "OK", {}}, deploy).verdict, CloneVerdict::refused);
}

/// Failures are status 1, with the results beside it.
TEST(Preview, ReadsResultsOfFailures) {
    auto answer = reply({with(part("User[deploy]", "failed"), "message", "no such shell")});
    answer.status = 1;
    answer.message = "User[deploy]: no such shell";
    EXPECT_EQ(read_preview(answer, deploy), (CloneOutcome{CloneVerdict::fails, "no such shell"}));
    EXPECT_EQ(read_applied(answer, deploy), (CloneOutcome{CloneVerdict::failed, "no such shell"}));
}

TEST(Preview, TellsWhatTheNodeWouldRefuse) {
    const auto refusing = [](const char* reference, const char* outcome, const char* why) {
        return with(part(reference, outcome), "refused", why);
    };
    EXPECT_EQ(read_preview(reply({refusing("Group[wheel]", "would change", "no groups"),
                                  refusing("User[deploy]", "would change", "no users")}),
                           deploy),
              (CloneOutcome{CloneVerdict::refused, "no users"}));
    EXPECT_EQ(read_preview(reply({refusing("Group[wheel]", "unchanged", "no groups"),
                                  with(part("User[deploy]", "would change"), "would_fail", "x")}),
                           deploy),
              (CloneOutcome{CloneVerdict::refused, "group wheel: no groups"}))
        << "it would refuse all of it";
    EXPECT_EQ(read_preview(reply({refusing("Group[wheel]", "unchanged", "no groups"),
                                  refusing("User[deploy]", "unchanged", "no users")}),
                           deploy),
              (CloneOutcome{CloneVerdict::same, ""}))
        << "nobody has to allow what is there";
    EXPECT_EQ(read_preview(reply({refusing("User[deploy]", "would change", "")}), deploy).verdict,
              CloneVerdict::change);
}

TEST(Applied, TellsWhatWasDone) {
    EXPECT_EQ(
        read_applied(reply({part("Group[wheel]", "unchanged"), part("User[deploy]", "changed")}),
                     deploy),
        (CloneOutcome{CloneVerdict::changed, ""}));
    EXPECT_EQ(read_applied(reply({part("User[deploy]", "unchanged")}), deploy),
              (CloneOutcome{CloneVerdict::unchanged, ""}));
    EXPECT_EQ(read_applied(reply({with(part("Group[wheel]", "failed"), "message", "is locked"),
                                  part("User[deploy]", "skipped")}),
                           deploy),
              (CloneOutcome{CloneVerdict::failed, "group wheel: is locked"}));
    EXPECT_EQ(read_applied({"n", 1, "busy", {}}, deploy),
              (CloneOutcome{CloneVerdict::failed, "busy"}));
    EXPECT_EQ(read_applied(reply({}), deploy).verdict, CloneVerdict::failed);
}

TEST(Diff, SpeaksThePreviewsWords) {
    const auto answer = [](Map data) { return Result{"n", 0, "OK", std::move(data)}; };
    EXPECT_EQ(read_diff(answer({{"in_sync", true}})).verdict, CloneVerdict::same);
    EXPECT_EQ(
        read_diff(answer({{"in_sync", false},
                          {"differences", Array{difference("groups", Array{"a", "b"}, nullptr)}}})),
        (CloneOutcome{CloneVerdict::change, "groups a, b → absent"}));
    EXPECT_EQ(read_diff(answer({{"in_sync", false},
                                {"differences", Array{difference("groups", Array{"a"}, "")}}})),
              (CloneOutcome{CloneVerdict::change, "groups a → none"}));
    EXPECT_EQ(read_diff(answer({{"in_sync", false},
                                {"differences", Array{difference("ensure", "purged", "1.0")}}}))
                  .verdict,
              CloneVerdict::create);
    EXPECT_EQ(read_diff(answer({{"in_sync", false}, {"would_fail", "no candidate"}})),
              (CloneOutcome{CloneVerdict::fails, "no candidate"}));
    EXPECT_EQ(read_diff(answer({})).verdict, CloneVerdict::failed);
    EXPECT_EQ(read_diff({"n", 2, "Unknown action", {}}).verdict, CloneVerdict::failed);
}

TEST(Groups, HoldEqualOutcomesOnce) {
    CloneGroups groups;
    groups.add({CloneVerdict::same, ""}, "a");
    groups.add({CloneVerdict::change, "shell x → y"}, "b");
    groups.add({CloneVerdict::create, ""}, "c");
    groups.add({CloneVerdict::change, "shell z → y"}, "d");
    groups.add({CloneVerdict::change, "shell z → y"}, "e");
    std::vector<std::string> shown;
    for (const auto& [outcome, nodes] : groups.sorted())
        shown.push_back(std::string(name(outcome.verdict)) + ' ' + nodes.front());
    EXPECT_THAT(shown, ElementsAre("create c", "change d", "change b", "same a"));
    EXPECT_EQ(groups.count(CloneVerdict::change), 3u);
    EXPECT_THAT(groups.nodes(CloneVerdict::change), ElementsAre("b", "d", "e"));
}

}  // namespace
}  // namespace mco::client
