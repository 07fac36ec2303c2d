#include "client/rollout/conductor.hpp"

#include "client/testing.hpp"
#include "core/rpc/body.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <functional>

namespace mco::client {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;
using Lines = std::vector<std::string>;

rpc::Output ok(Map data) {
    return {rpc::Status::ok, "OK", std::move(data)};
}

std::string text(const Map& inputs, std::string_view key) {
    const auto* value = inputs.find(key);
    return value != nullptr && value->text() != nullptr ? *value->text() : std::string();
}

/// Everything that a watcher is told, as lines.
class Notes final : public RolloutWatcher {
  public:
    void on_scheduled(const std::string& node, const std::string& said) override {
        scheduled.push_back(node + ": " + said);
    }

    void on_output(const std::string& node, const std::string& line) override {
        output.push_back(node + ": " + line);
    }

    void on_end(const NodeRun& run, const Map& data) override {
        ended.push_back(run.node + ": " + std::string(name(run.verdict)));
        last = data;
        report = run.report;
    }

    Lines scheduled, output, ended;
    Map last;
    RunReport report;
};

/// A node in invented time: `answer` gives nothing for a question that is lost.
struct FakeNode {
    using Answer =
        std::function<std::optional<rpc::Output>(const std::string& action, const Map& inputs)>;
    Answer answer;
    milliseconds delay{5};
};

/// Nodes and the one who asks them, in invented time.
class Stage {
  public:
    explicit Stage(std::map<std::string, FakeNode> nodes) : nodes_(std::move(nodes)) {}

    RunOrder order() const {
        RunOrder order;
        order.runonce.agent = "puppet";
        order.runonce.action = "runonce";
        order.runonce.collective = "mcollective";
        for (const auto& [name, node] : nodes_)
            order.nodes.push_back(name);
        return order;
    }

    /// Until it is finished, or for so long. Whether it is finished.
    bool play(Conductor& conductor, seconds limit) {
        for (const auto end = now + limit; now < end; now += milliseconds(10)) {
            for (const auto& question : conductor.next(now))
                put(question);
            if (conductor.finished())
                return true;
            for (; !replies_.empty() && replies_.begin()->first <= now;
                 replies_.erase(replies_.begin())) {
                const auto& [mark, reply] = replies_.begin()->second;
                conductor.on_reply(mark, reply, now);
            }
        }
        return false;
    }

    std::size_t asked(const std::string& node, const std::string& action) const {
        return static_cast<std::size_t>(std::count(
            questions.begin(), questions.end(), std::pair<std::string, std::string>(node, action)));
    }

    Monotonic now{seconds(1000)};
    std::vector<std::pair<std::string, std::string>> questions;  // node and action
    std::size_t requests = 0;

  private:
    void put(const Question& question) {
        ++requests;
        for (const auto& name : question.nodes) {
            questions.emplace_back(name, question.request.action);
            const auto& node = nodes_.at(name);
            const auto output = node.answer(question.request.action, question.request.inputs);
            if (!output)
                continue;
            message::Reply reply;
            reply.sender = name;
            reply.body = rpc::reply_body(*output);
            replies_.emplace(now + node.delay, std::pair(question.mark, reply));
        }
    }

    std::map<std::string, FakeNode> nodes_;
    std::multimap<Monotonic, std::pair<std::uint64_t, message::Reply>> replies_;
};

/// A node of ours: a run is over after so many questions. It prints a line for each.
class OurNode {
  public:
    explicit OurNode(int polls, std::string outcome = "changed", std::string name = "r1")
        : left_(polls), outcome_(std::move(outcome)), name_(std::move(name)) {}

    std::optional<rpc::Output> operator()(const std::string& action, const Map& inputs) {
        if (action == "runonce")
            return ok({{"summary", "Started a Puppet run"}, {"initiated_at", 500}, {"run", name_}});
        if (action != "run_result" || text(inputs, "run") != name_)
            return rpc::failure("unexpected");
        if (left_ > 0)
            printed_.push_back("line " + std::to_string(printed_.size() + 1));
        Map data{{"state", --left_ > 0 ? "running" : "finished"},
                 {"outcome", left_ > 0 ? "" : outcome_},
                 {"total_resources", 10},
                 {"changed_resources", 2},
                 {"failed_resources", outcome_ == "failed" ? 1 : 0},
                 {"duration", 1.5},
                 {"environment", "production"},
                 {"errors", outcome_ == "failed" ? Array{"File[/x]: no\x1b[31m way"} : Array{}}};
        add_output(inputs, data);
        return ok(std::move(data));
    }

  private:
    void add_output(const Map& inputs, Map& data) const {
        const auto* since = inputs.find("since");
        if (since == nullptr)
            return;
        const auto from = static_cast<std::size_t>(*since->integer());
        // No more than two at a time, so that some are left when the run is over.
        const auto end = std::min(printed_.size(), from + 2);
        Array lines;
        for (auto i = from; i < end; ++i)
            lines.emplace_back(printed_[i]);
        data.set("output", std::move(lines));
        data.set("next", static_cast<std::int64_t>(end));
    }

    int left_;
    std::string outcome_;
    std::string name_;
    Lines printed_;
};

/// A node of the original: no names of runs, no `run_result`.
class OriginalNode {
  public:
    explicit OriginalNode(int polls, std::int64_t failed = 0) : left_(polls), failed_(failed) {}

    std::optional<rpc::Output> operator()(const std::string& action, const Map& inputs) {
        if (action == "runonce")
            return ok({{"summary", "Started a Puppet run"}, {"initiated_at", 500}});
        if (action == "status")
            return status();
        if (action != "last_run_summary" || inputs.find("logs") == nullptr)
            return rpc::failure("Unknown action", rpc::Status::unknown_action);
        const Map good{{"level", "notice"}, {"source", "Puppet"}, {"msg", "Applied"}};
        const Map bad{{"level", "err"}, {"source", "/Stage[main]/Exec[x]"}, {"msg", "it failed"}};
        return ok({{"total_resources", 7},
                   {"changed_resources", 0},
                   {"failed_resources", failed_},
                   {"total_time", 2.25},
                   {"lastrun", 503},
                   {"logs", Array{good, bad}}});
    }

  private:
    rpc::Output status() {
        const bool applying = --left_ > 0;
        return ok({{"applying", applying}, {"enabled", true}, {"lastrun", applying ? 100 : 503}});
    }

    int left_;
    std::int64_t failed_;
};

std::optional<rpc::Output> silent(const std::string&, const Map&) {
    return std::nullopt;
}

TEST(Conductor, TellsHowRunsEnd) {
    Stage stage({{"n1", {OurNode(3)}}, {"n2", {OurNode(5, "failed", "r2")}}});
    Notes notes;
    Conductor conductor(stage.order(), notes);
    ASSERT_TRUE(stage.play(conductor, seconds(60)));
    EXPECT_THAT(notes.scheduled,
                UnorderedElementsAre("n1: Started a Puppet run", "n2: Started a Puppet run"));
    EXPECT_THAT(notes.ended, ElementsAre("n1: changed", "n2: failed"));
    EXPECT_THAT(notes.report.errors, ElementsAre("File[/x]: no\\x1b[31m way"));
    EXPECT_EQ(*notes.last.find("environment"), Value("production"));
    EXPECT_EQ(stage.asked("n1", "runonce"), 1u);
    EXPECT_THAT(notes.output, IsEmpty());
    EXPECT_EQ(stage.asked("n1", "run_result"), 3u);
}

TEST(Conductor, StartsEverybodyWithOneRequest) {
    Stage stage({{"n1", {OurNode(1)}}, {"n2", {OurNode(1)}}, {"n3", {OurNode(1)}}});
    Notes notes;
    Conductor conductor(stage.order(), notes);
    ASSERT_TRUE(stage.play(conductor, seconds(60)));
    EXPECT_EQ(stage.requests, 2u);  // they call their runs the same, so the second is shared, too
}

TEST(Conductor, HandsOutEveryLineOnceAndInOrder) {
    Stage stage({{"n1", {OurNode(7)}}});
    auto order = stage.order();
    order.follow = true;
    Notes notes;
    Conductor conductor(order, notes);
    ASSERT_TRUE(stage.play(conductor, seconds(60)));
    ASSERT_EQ(notes.output.size(), 7u);
    for (std::size_t i = 0; i < notes.output.size(); ++i)
        EXPECT_EQ(notes.output[i], "n1: line " + std::to_string(i + 1));
    EXPECT_EQ(notes.last.find("output"), nullptr);
}

TEST(Conductor, TakesLateAnswersButNoLineTwice) {
    // Every answer comes when the same was asked again already.
    Stage stage({{"n1", {OurNode(12), milliseconds(1000)}}});
    auto order = stage.order();
    order.follow = true;
    Notes notes;
    Conductor conductor(order, notes);
    ASSERT_TRUE(stage.play(conductor, seconds(60)));
    EXPECT_THAT(notes.ended, ElementsAre("n1: changed"));
    ASSERT_EQ(notes.output.size(), 12u);
    for (std::size_t i = 0; i < notes.output.size(); ++i)
        EXPECT_EQ(notes.output[i], "n1: line " + std::to_string(i + 1));
}

TEST(Conductor, DoesNotLoseANodeWhoseAnswersAreAlwaysLate) {
    Stage stage({{"n1", {OurNode(20), seconds(6)}}});
    Notes notes;
    Conductor conductor(stage.order(), notes);
    ASSERT_TRUE(stage.play(conductor, seconds(600)));
    EXPECT_THAT(notes.ended, ElementsAre("n1: changed"));
}

TEST(Conductor, DrawsOnStatusForNodesOfTheOriginal) {
    Stage stage({{"n1", {OriginalNode(4)}}, {"n2", {OriginalNode(4, 1)}}});
    Notes notes;
    Conductor conductor(stage.order(), notes);
    ASSERT_TRUE(stage.play(conductor, seconds(60)));
    EXPECT_THAT(notes.ended, UnorderedElementsAre("n1: unchanged", "n2: failed"));
    EXPECT_THAT(notes.report.errors, ElementsAre("/Stage[main]/Exec[x]: it failed"));
    EXPECT_EQ(notes.report.total, 7);
    EXPECT_DOUBLE_EQ(notes.report.duration, 2.25);
    EXPECT_EQ(*notes.last.find("total_resources"), Value(7));
    EXPECT_EQ(stage.asked("n1", "run_result"), 0u);
}

TEST(Conductor, DrawsOnStatusWhereRunResultIsUnknown) {
    Stage stage(
        {{"n1",
          {[original = OriginalNode(2)](const auto& action,
                                        const Map& inputs) mutable -> std::optional<rpc::Output> {
              if (action == "runonce")
                  return ok({{"summary", "x"}, {"initiated_at", 500}, {"run", "r1"}});
              return original(action, inputs);
          }}}});
    Notes notes;
    Conductor conductor(stage.order(), notes);
    ASSERT_TRUE(stage.play(conductor, seconds(60)));
    EXPECT_THAT(notes.ended, ElementsAre("n1: unchanged"));
    EXPECT_EQ(stage.asked("n1", "run_result"), 1u);
}

TEST(Conductor, DoesWithoutLogsThatANodeCannotRead) {
    Stage stage(
        {{"n1",
          {[original = OriginalNode(2, 1)](
               const auto& action, const Map& inputs) mutable -> std::optional<rpc::Output> {
              if (action != "last_run_summary")
                  return original(action, inputs);
              if (inputs.find("logs") != nullptr)
                  return rpc::failure("Tried to load unspecified class", rpc::Status::failed);
              return ok({{"total_resources", 7}, {"failed_resources", 1}, {"lastrun", 503}});
          }}}});
    Notes notes;
    Conductor conductor(stage.order(), notes);
    ASSERT_TRUE(stage.play(conductor, seconds(60)));
    EXPECT_THAT(notes.ended, ElementsAre("n1: failed"));
    EXPECT_EQ(stage.asked("n1", "last_run_summary"), 2u);
}

TEST(Conductor, TakesNoOlderRunForTheOneItStarted) {
    // The last run ended in the very second in which this one was started, and that is known.
    Stage stage({{"n1", {[](const auto& action, const Map&) -> std::optional<rpc::Output> {
                      if (action == "runonce")
                          return ok({{"summary", "x"}, {"initiated_at", 500}});
                      return ok({{"applying", false}, {"enabled", true}, {"lastrun", 500}});
                  }}}});
    auto order = stage.order();
    order.plan.wait_for_busy = true;
    Notes notes;
    Conductor conductor(order, notes);
    conductor.know("n1", Map{{"applying", false}, {"lastrun", 500}}, stage.now);
    ASSERT_TRUE(stage.play(conductor, seconds(600)));
    EXPECT_THAT(notes.ended, ElementsAre("n1: not_started"));
    EXPECT_EQ(stage.asked("n1", "last_run_summary"), 0u);
}

TEST(Conductor, GivesUpARunThatVanished) {
    Stage stage(
        {{"n1", {[polls = 0](const auto& action, const Map&) mutable -> std::optional<rpc::Output> {
              if (action == "runonce")
                  return ok({{"summary", "x"}, {"initiated_at", 500}});
              return ok({{"applying", ++polls < 4}, {"lastrun", 100}});
          }}}});
    Notes notes;
    Conductor conductor(stage.order(), notes);
    ASSERT_TRUE(stage.play(conductor, seconds(60)));
    EXPECT_THAT(notes.ended, ElementsAre("n1: no_report"));
}

TEST(Conductor, AsksSilentNodesSeldomAndLosesThem) {
    Stage stage({{"n1", {[](const auto& action, const Map&) -> std::optional<rpc::Output> {
                      if (action == "runonce")
                          return ok({{"summary", "x"}, {"initiated_at", 500}, {"run", "r1"}});
                      return std::nullopt;
                  }}},
                 {"n2", {silent}}});
    Notes notes;
    Conductor conductor(stage.order(), notes);
    const auto begin = stage.now;
    ASSERT_TRUE(stage.play(conductor, seconds(60)));
    EXPECT_THAT(notes.ended, UnorderedElementsAre("n1: lost", "n2: lost"));
    EXPECT_GE(stage.now - begin, seconds(30));
    EXPECT_LE(stage.asked("n1", "run_result"), 12u);
    EXPECT_EQ(stage.asked("n2", "runonce"), 1u);
    EXPECT_TRUE(notes.last.empty());
}

TEST(Conductor, AsksLessOftenTheLongerARunTakes) {
    const auto asked_within = [](seconds time) {
        Stage stage({{"n1", {OurNode(1'000'000, "changed")}}});
        Notes notes;
        Conductor conductor(stage.order(), notes);
        EXPECT_FALSE(stage.play(conductor, time));
        return stage.asked("n1", "run_result");
    };
    const auto minute = asked_within(seconds(60));
    EXPECT_GE(minute, 150u);
    EXPECT_LE(asked_within(seconds(1800)) - asked_within(seconds(1200)), 310u);
}

TEST(Conductor, WaitsForBusyNodes) {
    Stage stage(
        {{"n1",
          {[own = OurNode(2), polls = 0](const auto& action,
                                         const Map& inputs) mutable -> std::optional<rpc::Output> {
              if (action == "status")
                  return ok({{"applying", ++polls < 3}, {"lastrun", 100}});
              if (action == "runonce" && polls == 0)
                  return rpc::failure("Puppet is currently applying a catalog, cannot run now");
              return own(action, inputs);
          }}}});
    auto order = stage.order();
    order.plan.wait_for_busy = true;
    Notes notes;
    Conductor conductor(order, notes);
    ASSERT_TRUE(stage.play(conductor, seconds(60)));
    EXPECT_THAT(notes.scheduled,
                ElementsAre(HasSubstr("currently applying"), "n1: Started a Puppet run"));
    EXPECT_THAT(notes.ended, ElementsAre("n1: changed"));
    EXPECT_EQ(stage.asked("n1", "status"), 3u);
}

TEST(Conductor, KeepsToTheConcurrency) {
    std::map<std::string, FakeNode> nodes;
    std::size_t running = 0;
    std::size_t most = 0;
    for (int i = 0; i < 8; ++i)
        nodes["n" + std::to_string(i)] = {
            [&, own = OurNode(3), left = 3](const auto& action, const Map& inputs) mutable {
                if (action == "runonce")
                    most = std::max(most, ++running);
                else if (--left == 0)
                    --running;
                return own(action, inputs);
            }};
    Stage stage(std::move(nodes));
    auto order = stage.order();
    order.plan.concurrency = 2;
    Notes notes;
    Conductor conductor(order, notes);
    ASSERT_TRUE(stage.play(conductor, seconds(120)));
    EXPECT_EQ(notes.ended.size(), 8u);
    EXPECT_EQ(most, 2u);
}

TEST(Conductor, RetriesWhatANodeIsTooBusyFor) {
    Stage stage(
        {{"n1",
          {[own = OurNode(2), polls = 0](const auto& action,
                                         const Map& inputs) mutable -> std::optional<rpc::Output> {
              if (action == "run_result" && ++polls < 3)
                  return rpc::failure("The node is busy", rpc::Status::failed);
              return own(action, inputs);
          }}}});
    Notes notes;
    Conductor conductor(stage.order(), notes);
    ASSERT_TRUE(stage.play(conductor, seconds(60)));
    EXPECT_THAT(notes.ended, ElementsAre("n1: changed"));
}

TEST(Conductor, TakesTheWordOfANodeThatForgotTheRun) {
    Stage stage({{"n1", {[](const auto& action, const Map&) -> std::optional<rpc::Output> {
                      if (action == "runonce")
                          return ok({{"summary", "x"}, {"initiated_at", 500}, {"run", "r1"}});
                      return rpc::failure("No run r1 is known here");
                  }}}});
    Notes notes;
    Conductor conductor(stage.order(), notes);
    ASSERT_TRUE(stage.play(conductor, seconds(60)));
    EXPECT_THAT(notes.ended, ElementsAre("n1: no_report"));
    EXPECT_THAT(notes.report.errors, ElementsAre("No run r1 is known here"));
}

TEST(Conductor, SurvivesWhatNodesMayThinkUp) {
    const Array deep{Array{Map{{"a", Array{}}}}, nullptr, 1e300};
    Array many(100'000, Value("x"));
    const std::vector<Map> thoughts = {
        {},
        {{"state", 7}, {"output", "text"}, {"next", "text"}, {"errors", 5}},
        {{"state", "running"}, {"next", std::int64_t{-5}}, {"output", deep}},
        {{"state", "finished"}, {"outcome", deep}, {"next", INT64_MAX}, {"duration", 1e308}},
        {{"state", "finished"},
         {"errors", many},
         {"total_resources", -1e300},
         {"failed_resources", deep}},
        {{"state", "running"}, {"output", Array{"a\x1b[2J\nb"}}, {"next", 0}}};
    for (const auto& thought : thoughts) {
        Stage stage({{"n1", {[&](const auto& action, const Map&) -> std::optional<rpc::Output> {
                          if (action == "runonce")
                              return ok({{"summary", deep}, {"initiated_at", "x"}, {"run", "r1"}});
                          return ok(thought);
                      }}}});
        auto order = stage.order();
        order.follow = true;
        order.plan.run_limit = seconds(20);
        Notes notes;
        Conductor conductor(order, notes);
        EXPECT_TRUE(stage.play(conductor, seconds(60)));
        EXPECT_EQ(notes.ended.size(), 1u);
        EXPECT_LE(notes.report.errors.size(), 10u);
        for (const auto& line : notes.output)
            EXPECT_EQ(line, "n1: a\\x1b[2J\\nb");
        EXPECT_LE(notes.output.size(), 1u);
    }
}

TEST(Conductor, NamesNoRunThatCannotBeOne) {
    Stage stage({{"n1", {[](const auto& action, const Map&) -> std::optional<rpc::Output> {
                      if (action == "runonce")
                          return ok({{"summary", "x"}, {"initiated_at", 500}, {"run", "../etc"}});
                      return std::nullopt;
                  }}}});
    Notes notes;
    Conductor conductor(stage.order(), notes);
    stage.play(conductor, seconds(5));
    EXPECT_EQ(stage.asked("n1", "run_result"), 0u);
    EXPECT_GT(stage.asked("n1", "status"), 0u);
}

TEST(Conductor, StopsWhenItIsInterrupted) {
    Stage stage({{"n1", {OurNode(1000)}}, {"n2", {OurNode(1000)}}});
    auto order = stage.order();
    order.plan.concurrency = 1;
    Notes notes;
    Conductor conductor(order, notes);
    EXPECT_FALSE(stage.play(conductor, seconds(2)));
    conductor.on_interrupt(stage.now);
    EXPECT_TRUE(stage.play(conductor, seconds(1)));
    EXPECT_THAT(notes.ended, ElementsAre("n2: not_run"));
    EXPECT_EQ(conductor.rollout().count(Phase::running), 1u);
    EXPECT_EQ(stage.asked("n2", "runonce"), 0u);
}

TEST(Conductor, StaysBelowItsRateWithManyNodes) {
    std::map<std::string, FakeNode> nodes;
    for (int i = 0; i < 1000; ++i)
        nodes["n" + std::to_string(i)] = {OurNode(1000)};
    Stage stage(std::move(nodes));
    Notes notes;
    Conductor conductor(stage.order(), notes);
    stage.play(conductor, seconds(1));
    const auto before = stage.questions.size();
    stage.play(conductor, seconds(5));
    const auto asked = stage.questions.size() - before;
    EXPECT_LE(asked, 7'700u);
    EXPECT_GE(asked, 3'000u);  // nobody is forgotten
    EXPECT_EQ(conductor.rollout().count(Phase::running), 1000u);
}

TEST(Conductor, NamesNodesInTheFilterWhereTheyCannotBeAddressed) {
    Notes notes;
    RunOrder order;
    order.runonce.agent = "puppet";
    order.direct = false;
    for (int i = 0; i < 450; ++i)
        order.nodes.push_back("n" + std::to_string(i));
    Conductor conductor(order, notes);
    const auto questions = conductor.next(Monotonic(seconds(1)));
    ASSERT_EQ(questions.size(), 3u);
    EXPECT_EQ(questions[2].request.filter.identities.size(), 50u);
    EXPECT_EQ(questions[0].route, Route::broadcast);
    EXPECT_THAT(questions[0].request.filter.agents, ElementsAre("puppet"));
}

TEST(Conductor, TalksToNodesOnABroker) {
    const auto behaviour = [](OurNode node) {
        return
            [node](const rpc::CallBody& call) mutable { return *node(call.action, call.inputs); };
    };
    testing::Fleet fleet({{"n1", {}, behaviour(OurNode(2))},
                          {"n2", {}, behaviour(OurNode(1, "unchanged"))},
                          {"n3", {}, behaviour(OurNode(1)), true}});
    RunOrder order;
    order.runonce.agent = "puppet";
    order.runonce.action = "runonce";
    order.runonce.collective = "mcollective";
    order.nodes = {"n1", "n2", "n3"};
    order.plan.lost_after = seconds(1);
    Notes notes;
    Conductor conductor(order, notes);
    const auto ended = fleet.session().converse("mcollective", "puppet", conductor);
    ASSERT_TRUE(ended) << ended.error().message;
    EXPECT_EQ(*ended, Ended::complete);
    EXPECT_THAT(notes.ended, UnorderedElementsAre("n1: changed", "n2: unchanged", "n3: lost"));
}

}  // namespace
}  // namespace mco::client
