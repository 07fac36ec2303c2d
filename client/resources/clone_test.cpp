// Whole clones against simulated nodes: the survey, then the run.
#include "client/resources/clone_run.hpp"
#include "client/resources/clone_survey.hpp"
#include "client/resources/testing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

namespace mco::client {
namespace {

using std::chrono::seconds;
using testing::Answer;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Stage;
using testing::user;
using Names = std::vector<std::string>;

/// What a target is like.
struct Target {
    std::string shell = {};       ///< empty: it has no such user
    std::string would_fail = {};  ///< in the preview
    std::string refuses = {};     ///< to change anything
    std::string fails = {};       ///< when it is to be done
    bool stubborn = false;        ///< it never comes to an end
    bool deaf = false;            ///< it does not answer when it is to be done
};

/// A node with or without the user deploy.
class Node {
  public:
    explicit Node(Target target) : target_(std::make_shared<Target>(std::move(target))) {}

    std::optional<rpc::Output> operator()(const std::string& action, const Map& inputs) const {
        if (action != "apply")
            return rpc::failure("unexpected " + action);
        const bool noop = *inputs.find("noop")->boolean();
        if (!noop && target_->deaf)
            return std::nullopt;
        if (!noop && !target_->refuses.empty())
            return rpc::failure(target_->refuses);
        const auto& wanted = inputs.find("resources")->array()->back();
        const auto& shell = *wanted.find("parameters")->find("shell")->text();
        Map result{{"resource", "User[deploy]"}};
        if (!noop && !target_->fails.empty()) {
            result.set("outcome", "failed");
            result.set("message", target_->fails);
        } else if (target_->shell == shell && !target_->stubborn) {
            result.set("outcome", "unchanged");
        } else {
            result.set("outcome", noop ? "would change" : "changed");
            result.set("differences", differences(shell));
            if (!noop)
                target_->shell = shell;
            else
                add_foreseen(result);
        }
        return testing::good({{"results", Array{std::move(result)}}});
    }

  private:
    void add_foreseen(Map& result) const {
        result.set("would_fail", target_->would_fail);
        result.set("refused", target_->refuses);
    }

    Array differences(const std::string& shell) const {
        if (target_->shell.empty())
            return {Map{{"property", "ensure"}, {"is", "absent"}, {"should", "present"}}};
        return {Map{{"property", "shell"}, {"is", target_->shell}, {"should", shell}}};
    }

    std::shared_ptr<Target> target_;  // copies of it are the same node
};

/// The source, with its groups.
std::optional<rpc::Output> source(const std::string& action, const Map& inputs) {
    if (action == "find" && testing::input_text(inputs, "title") != "deploy")
        return rpc::failure("no such title");
    if (action == "find")
        return testing::good(
            *ral::to_value(
                 user("deploy", {{"ensure", "present"}, {"gid", 10}, {"shell", "/bin/bash"}}))
                 .map());
    if (action == "search")
        return testing::good(
            {{"result", Array{ral::to_value({"group", "wheel", {{"gid", 10}}, {}, false})}}});
    return rpc::failure("unexpected " + action);
}

CloneOrder order_for(const Stage& stage) {
    CloneOrder order;
    order.type = "user";
    order.title = "deploy";
    order.source = "web1";
    order.targets.nodes = stage.names();
    order.request.collective = "mcollective";
    order.plan.limit = seconds(10);
    return order;
}

/// `create web2 web3`, a line for each group.
Names shown(const CloneGroups& groups) {
    Names lines;
    for (const auto& [outcome, nodes] : groups.sorted()) {
        std::string line(name(outcome.verdict));
        for (const auto& node : nodes)
            line += ' ' + node;
        lines.push_back(outcome.text.empty() ? line : line + ": " + outcome.text);
    }
    return lines;
}

std::map<std::string, Answer> fleet() {
    return {{"web1", source},
            {"web2", Node({""})},
            {"web3", Node({""})},
            {"web4", Node({"/bin/bash"})},
            {"web5", Node({"", "", "", "useradd: cannot lock /etc/passwd"})},
            {"web6", Node({"", "gid 10 is taken"})},
            {"web7", [](const std::string&, const Map&) { return std::nullopt; }},
            {"web8", Node({"", "", "type user is not listed in the type whitelist"})},
            {"web9", Node({"/bin/sh"})}};
}

TEST(CloneSurvey, TellsWhatWouldBecomeOfEveryTarget) {
    Stage stage(fleet());
    CloneSurvey survey(order_for(stage));
    ASSERT_TRUE(stage.play(survey, seconds(60)));
    ASSERT_TRUE(survey.plan()) << survey.plan().error().message;
    EXPECT_EQ(survey.plan()->groups.front().title, "wheel");
    EXPECT_THAT(shown(survey.preview()),
                ElementsAre("create web2 web3 web5",
                            "change web9: shell /bin/sh → /bin/bash",
                            "same web4",
                            "refused web8: type user is not listed in the type whitelist",
                            "fails web6: gid 10 is taken",
                            "silent web7"));
    EXPECT_EQ(stage.asked("web1", "apply"), 0u) << "the source is no target";
    for (const auto& question : stage.sent)
        EXPECT_TRUE(question.request.action != "apply" ||
                    *question.request.inputs.find("noop") == Value(true));
    EXPECT_EQ(survey.answers().size(), 7u);
    EXPECT_THAT(survey.take_statistics().silent, ElementsAre("web7"));
}

/// Why a survey ends before anybody else is asked.
std::string why_not(std::map<std::string, Answer> nodes, CloneOrder (*change)(CloneOrder)) {
    nodes.emplace("web2", Node({""}));
    Stage stage(std::move(nodes));
    CloneSurvey survey(change(order_for(stage)));
    EXPECT_TRUE(stage.play(survey, seconds(60)));
    EXPECT_EQ(stage.asked("apply"), 0u);
    return survey.plan() ? "" : survey.plan().error().message;
}

TEST(CloneSurvey, EndsWithTheSource) {
    const auto same = [](CloneOrder order) { return order; };
    const auto titled = [](CloneOrder order) {
        order.title = "nobody";
        return order;
    };
    const auto with_password = [](CloneOrder order) {
        order.wish.password = true;
        return order;
    };
    EXPECT_EQ(
        why_not({{"web1", [](const std::string&, const Map&) { return std::nullopt; }}}, same),
        "web1 did not answer");
    EXPECT_EQ(why_not({{"web1", source}}, titled), "web1: no such title");
    const Answer other = [](const std::string& action, const Map& inputs) {
        auto output = *source(action, inputs);
        if (action == "find")
            output.data.set("title", "root");
        return output;
    };
    EXPECT_EQ(why_not({{"web1", other}}, same), "web1 told of another resource");
    const Answer secretive = [](const std::string& action, const Map& inputs) {
        auto output = *source(action, inputs);
        if (action == "find")
            output.data.find("parameters")->map()->set("password", "[hidden 3fa2c1]");
        return output;
    };
    EXPECT_THAT(why_not({{"web1", secretive}}, with_password),
                HasSubstr("does not tell passwords"));
    const Answer groupless = [](const std::string& action, const Map& inputs) {
        return action == "search" ? rpc::failure("busy") : source(action, inputs);
    };
    EXPECT_EQ(why_not({{"web1", groupless}}, same), "web1: busy");
}

TEST(CloneSurvey, AsksForNothingMoreAfterAnInterrupt) {
    Stage stage(fleet());
    CloneSurvey survey(order_for(stage));
    survey.next(stage.now);
    survey.on_interrupt(stage.now);
    survey.next(stage.now);
    EXPECT_TRUE(survey.finished());
    EXPECT_EQ(survey.plan().error().message, "");
}

CloneRunOrder run_order(const std::vector<CloneTarget>& targets) {
    CloneRunOrder order;
    order.plan.resource = user("deploy", {{"ensure", "present"}, {"shell", "/bin/bash"}});
    order.targets = targets;
    order.request.collective = "mcollective";
    order.call.limit = seconds(10);
    return order;
}

std::vector<CloneTarget> creating(const Names& nodes) {
    std::vector<CloneTarget> targets;
    for (const auto& node : nodes)
        targets.push_back({node, true});
    return targets;
}

TEST(CloneRun, ChangesAndAsksAgain) {
    Stage stage(fleet());
    CloneRun run(run_order({{"web2", true}, {"web4", false}, {"web5", true}, {"web9", false}}));
    ASSERT_TRUE(stage.play(run, seconds(60)));
    EXPECT_THAT(shown(run.outcomes()),
                ElementsAre("changed web2 web9",
                            "unchanged web4",
                            "failed web5: useradd: cannot lock /etc/passwd"));
    EXPECT_EQ(stage.asked("web2", "apply"), 2u);
    EXPECT_EQ(stage.asked("web4", "apply"), 1u) << "nothing was changed there";
    EXPECT_FALSE(run.stopped());
}

TEST(CloneRun, NamesNodesThatNeverComeToAnEnd) {
    Stage stage({{"a", Node({"/bin/sh", "", "", "", true})}});
    CloneRun run(run_order({{"a", false}}));
    ASSERT_TRUE(stage.play(run, seconds(60)));
    EXPECT_THAT(shown(run.outcomes()), ElementsAre("not converged a: shell /bin/bash → /bin/bash"));
}

TEST(CloneRun, CountsSilenceAsFailure) {
    Stage stage({{"a", Node({"", "", "", "", false, true})}, {"b", Node({""})}});
    CloneRun run(run_order(creating({"a", "b"})));
    ASSERT_TRUE(stage.play(run, seconds(60)));
    EXPECT_THAT(shown(run.outcomes()),
                ElementsAre("changed b", "failed a: it did not answer within 10 seconds"));
}

std::map<std::string, Answer> failing_first() {
    return {{"a", Node({"", "", "", "no"})},
            {"b", Node({"", "", "", "no"})},
            {"c", Node({""})},
            {"d", Node({""})},
            {"e", Node({""})}};
}

TEST(CloneRun, StopsBeforeTheNextBatchWhenTooManyFailed) {
    Stage stage(failing_first());
    auto order = run_order(creating(stage.names()));
    order.call.batch.size = {2, false};
    order.max_failures = {1, false};
    CloneRun run(order);
    ASSERT_TRUE(stage.play(run, seconds(60)));
    EXPECT_THAT(shown(run.outcomes()), ElementsAre("failed a b: no", "not tried c d e"));
    EXPECT_TRUE(run.stopped());
    EXPECT_EQ(stage.asked("c", "apply"), 0u);
}

TEST(CloneRun, GoesOnBatchByBatchWhileFewFail) {
    Stage stage(failing_first());
    auto order = run_order(creating(stage.names()));
    order.call.batch = {{2, false}, std::chrono::milliseconds(3000)};
    order.max_failures = {2, false};
    CloneRun run(order);
    const auto begun = stage.now;
    ASSERT_TRUE(stage.play(run, seconds(60)));
    EXPECT_THAT(shown(run.outcomes()), ElementsAre("changed c d e", "failed a b: no"));
    EXPECT_GE(stage.now - begun, seconds(6)) << "two pauses";
    EXPECT_LT(stage.now - begun, seconds(7));
    EXPECT_EQ(stage.sent.size(), 4u) << "three batches and the proof";
}

TEST(CloneRun, CreatesHomesWhereUsersAreCreatedOnly) {
    Stage stage({{"a", Node({""})}, {"b", Node({"/bin/sh"})}});
    auto order = run_order({{"a", true}, {"b", false}});
    order.plan.home = true;
    CloneRun run(order);
    ASSERT_TRUE(stage.play(run, seconds(60)));
    std::map<std::string, bool> homes;
    for (const auto& question : stage.sent)
        if (*question.request.inputs.find("noop") == Value(false))
            for (const auto& node : question.nodes)
                homes[node] = question.request.inputs.find("resources")
                                  ->array()
                                  ->back()
                                  .find("parameters")
                                  ->find("managehome") != nullptr;
    EXPECT_EQ(homes, (std::map<std::string, bool>{{"a", true}, {"b", false}}));
}

TEST(CloneRun, AsksNobodyElseAfterAnInterrupt) {
    Stage stage(failing_first());
    auto order = run_order(creating(stage.names()));
    order.call.batch.size = {1, false};
    order.max_failures = {5, false};
    CloneRun run(order);
    EXPECT_FALSE(stage.play(run, seconds(1))) << "in the first pause";
    run.on_interrupt(stage.now);
    ASSERT_TRUE(stage.play(run, seconds(1)));
    EXPECT_THAT(shown(run.outcomes()), ElementsAre("failed a: no", "not tried b c d e"));
}

/// Whatever the user's filter matches by now.
TEST(CloneRun, NamesItsTargets) {
    Stage stage({{"a", Node({""})}});
    auto order = run_order(creating({"a"}));
    order.request.filter.classes = {"web"};
    order.call.addressing.direct = false;
    CloneRun run(order);
    ASSERT_TRUE(stage.play(run, seconds(60)));
    for (const auto& question : stage.sent) {
        EXPECT_THAT(question.request.filter.identities, ElementsAre("a"));
        EXPECT_THAT(question.request.filter.classes, IsEmpty());
    }
}

TEST(CloneRun, TellsHowFarItIs) {
    Stage stage(failing_first());
    std::vector<CloneProgress> told;
    CloneRun run(run_order(creating(stage.names())),
                 [&](const CloneProgress& progress) { told.push_back(progress); });
    ASSERT_TRUE(stage.play(run, seconds(60)));
    EXPECT_EQ(told.back().targets, 5u);
    EXPECT_EQ(told.back().done, 5u);
    EXPECT_EQ(told.back().failed, 2u);
    EXPECT_TRUE(told.back().proving);
}

}  // namespace
}  // namespace mco::client
