#include "daemon/filter_judge.hpp"

#include "core/filter/compound.hpp"
#include "daemon/testing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>

namespace mco::daemon {
namespace {

using message::Gate;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// A request for discovery with a filter of compound expressions.
void ask(TestNode& test, const std::string& key, const std::vector<std::string>& expressions) {
    auto& claims = test.request(key, "discovery", "ping");
    claims.filter.agents = {"discovery"};
    for (const auto& text : expressions)
        claims.filter.compound.push_back(
            filter::to_call_stack(filter::parse_compound(text).value()));
}

class NodeWithCompoundFilters : public testing::Test {
  protected:
    TestNode test_;
    int asked_ = 0;

    NodeWithCompoundFilters() {
        test_.ask_mood = [this](const agents::DataQuery& query) -> Expected<Map> {
            ++asked_;
            if (query.text() == "broken")
                return fail(Errc::io, "out of order");
            if (query.text() == "slow")
                test_.world.clock.time += std::chrono::seconds(2);
            return Map{{"value", query.text()}, {"number", asked_}};
        };
    }

    void SetUp() override {
        auto facts = std::make_shared<facts::Document>();
        facts->complete = true;
        facts->facts = Map{{"os", Map{{"family", "Debian"}}}, {"country", "uk"}};
        test_.node().set_facts(facts);
        test_.node().set_classes({"apache"});
    }

    /// `task`, or the gate and why.
    std::string outcome(const std::vector<std::string>& expressions) {
        const std::string key = "key" + std::to_string(++keys_);
        ask(test_, key, expressions);
        const auto task = test_.triage(key);
        return task ? "task"
                    : std::string(message::name(task.error().gate)) + ": " + task.error().reason;
    }

  private:
    int keys_ = 0;
};

TEST_F(NodeWithCompoundFilters, DecideWhoAnswers) {
    const std::string no = "not_for_us: the filter does not match";
    const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
        {{"apache and os.family=Debian"}, "task"},
        {{"apache and country=de"}, no},
        {{"not nosuch"}, "task"},
        {{"mood('good').value=good"}, "task"},
        {{"mood('good').value=bad"}, no},
        {{"mood('good').value=bad or apache"}, "task"},
        {{"not mood('good').value=bad and mood().number>0"}, "task"},
        {{"Mood_data('good').value=/oo/"}, "task"},
        {{"mood('good').nosuch=1"}, no},
        {{"not mood('good').nosuch=1"}, "task"},
        {{"apache", "mood('good').value=good"}, "task"},
        {{"apache", "mood('good').value=bad"}, no},
        {{"apache", ""}, no}};
    for (const auto& [expressions, expected] : cases)
        EXPECT_EQ(outcome(expressions), expected) << expressions.back();
}

/// Not even negated, and not even where the rest would do (protocol §8.2).
TEST_F(NodeWithCompoundFilters, DoNotMatchWhenAPluginCannotBeAsked) {
    for (const char* text : {"nosuch().x=1",
                             "not nosuch().x=1",
                             "apache or nosuch().x=1",
                             "apache or system('touch /tmp/x').x=1",
                             "apache or not mood('no word').value=1",
                             "apache or collective().member=true"})
        EXPECT_THAT(outcome({text}), HasSubstr("not_for_us: the filter cannot be evaluated: "))
            << text;
    EXPECT_THAT(outcome({"nosuch().x=1"}),
                HasSubstr("Can't find DDL for data plugin 'nosuch_data'"));
    EXPECT_EQ(asked_, 0);
}

TEST_F(NodeWithCompoundFilters, DropWhatCannotBeJudged) {
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"country=/(/", "not_for_us: the filter cannot be evaluated: "},
        {"mood('broken').value=x", "not_for_us: the filter cannot be evaluated: out of order"},
        {"not mood().number=many", "not_for_us: the filter cannot be evaluated: cannot compare"},
        {"not mood('slow').value=x", "expired: The data plugin mood took longer than 1 s"}};
    for (const auto& [text, expected] : cases)
        EXPECT_THAT(outcome({text}), HasSubstr(expected)) << text;
    auto& claims = test_.request("odd", "discovery", "ping");
    claims.filter.compound = {Value(Array{Map{{"not", "not"}}})};
    EXPECT_THAT(test_.triage("odd").error().reason, HasSubstr("cannot be evaluated"));
}

TEST_F(NodeWithCompoundFilters, AskEachQuestionOnceAndNoneInVain) {
    EXPECT_EQ(outcome({"mood('a').value=a and mood('a').number=1", "Mood('a').number<2"}), "task");
    EXPECT_EQ(asked_, 1);
    EXPECT_EQ(outcome({"mood('a').value=a or apache"}), "task");
    EXPECT_EQ(outcome({"mood('a').value=a and nosuchclass"}),
              "not_for_us: the filter does not match");
    EXPECT_EQ(asked_, 1);
}

TEST_F(NodeWithCompoundFilters, CountEachRequestOnce) {
    outcome({"mood('a').value=a"});
    outcome({"mood('a').value=b"});
    outcome({"mood('slow').value=b"});
    outcome({"apache"});
    const auto& counters = test_.node().counters();
    EXPECT_EQ(counters.total.load(), 4u);
    EXPECT_EQ(counters.passed.load(), 2u);
    EXPECT_EQ(counters.at(Gate::not_for_us).load(), 1u);
    EXPECT_EQ(counters.at(Gate::expired).load(), 1u);
}

class Judge : public testing::Test {
  protected:
    asio::io_context io_;
    WorkerPool::Limits limits_{8, 64};
    std::promise<void> go_on_;
    std::shared_future<void> may_go_on_{go_on_.get_future()};
    std::atomic<int> hanging_ = 0;
    std::atomic<bool> told_ = false;  // that nobody waits any more
    TestNode test_;
    std::unique_ptr<WorkerPool> workers_;
    std::unique_ptr<FilterJudge> judge_;
    std::vector<std::string> outcomes_;

    Judge() {
        test_.ask_mood = [this](const agents::DataQuery& query) -> Expected<Map> {
            if (query.text() == "hang") {
                ++hanging_;
                may_go_on_.wait();
                told_ = query.is_overdue();
            }
            if (query.text() == "untiltold") {
                ++hanging_;
                const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
                while (!query.is_overdue() && std::chrono::steady_clock::now() < end)
                    std::this_thread::yield();
                told_ = query.given_up->load();
            }
            return Map{{"value", query.text()}};
        };
    }

    void start() {
        workers_ = std::make_unique<WorkerPool>(limits_);
        judge_ = std::make_unique<FilterJudge>(
            FilterJudge::Parts{io_, test_.node(), *workers_}, [this](message::Triaged<Task> task) {
                outcomes_.push_back(task ? task->request->id
                                         : std::string(message::name(task.error().gate)));
            });
    }

    void TearDown() override {
        if (may_go_on_.wait_for(std::chrono::seconds(0)) != std::future_status::ready)
            go_on_.set_value();
    }

    void judge(const std::string& key, const std::string& expression) {
        ask(test_, key, {expression});
        auto candidate =
            test_.node().triage(message::Delivery{key, "", "client"}, test_.world.clock.time);
        ASSERT_TRUE(candidate) << candidate.error().reason;
        judge_->judge(std::get<Undecided>(std::move(*candidate)));
    }

    void run_until(const std::function<bool()>& done) {
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
        while (!done() && std::chrono::steady_clock::now() < end) {
            io_.restart();
            io_.run_one_for(std::chrono::milliseconds(20));
        }
        EXPECT_TRUE(done());
    }
};

TEST_F(Judge, TellsTheOutcomeLater) {
    start();
    judge("yes", "mood('fine').value=fine");
    EXPECT_THAT(outcomes_, IsEmpty()) << "nothing is asked on this thread";
    run_until([this] { return outcomes_.size() == 1; });
    judge("no", "mood('fine').value=bad");
    run_until([this] { return outcomes_.size() == 2; });
    EXPECT_THAT(outcomes_, ElementsAre("id-yes", "not_for_us"));
}

TEST_F(Judge, WaitsNoLongerThanThePluginDeclares) {
    start();
    const auto begin = std::chrono::steady_clock::now();
    judge("hangs", "mood('hang').value=x");
    run_until([this] { return outcomes_.size() == 1; });
    EXPECT_GE(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(900));
    EXPECT_THAT(outcomes_, ElementsAre("expired"));
    go_on_.set_value();
    run_until([this] { return workers_->idle(); });
    io_.restart();
    io_.poll();
    EXPECT_EQ(outcomes_.size(), 1u) << "one outcome each";
    EXPECT_TRUE(told_);
    EXPECT_EQ(test_.node().counters().at(Gate::expired).load(), 1u);
    EXPECT_EQ(test_.node().counters().passed.load(), 0u);
}

TEST_F(Judge, LeavesMostWorkersToActions) {
    start();
    for (const char* key : {"a", "b", "c", "d"})
        judge(key, "mood('hang').value=x");
    judge("waits", "mood('fine').value=fine");
    run_until([this] { return outcomes_.size() == 5; });
    EXPECT_THAT(outcomes_, testing::Each("expired")) << "the last one, too: it found no worker";
    EXPECT_EQ(hanging_, 2) << "of eight workers";
    go_on_.set_value();
    run_until([this] { return workers_->idle(); });
    judge("after", "mood('fine').value=fine");
    run_until([this] { return outcomes_.size() == 6; });
    EXPECT_EQ(outcomes_.back(), "id-after");
}

TEST_F(Judge, DropsWhatIsTooMuch) {
    limits_ = {1, 64};
    start();
    for (std::size_t i = 0; i <= FilterJudge::most_waiting; ++i)
        judge("hang" + std::to_string(i), "mood('hang').value=x");
    EXPECT_THAT(outcomes_, IsEmpty());
    judge("last", "mood('hang').value=x");
    EXPECT_THAT(outcomes_, ElementsAre("not_for_us"));
    EXPECT_EQ(test_.node().counters().busy.load(), 1u);
}

TEST_F(Judge, DropsWhatThePoolHasNoRoomFor) {
    limits_ = {1, 0};
    start();
    std::promise<void> begun;
    ASSERT_TRUE(workers_->try_post([&] {
        begun.set_value();
        may_go_on_.wait();
    }));
    begun.get_future().wait();
    judge("late", "mood('fine').value=fine");
    EXPECT_THAT(outcomes_, ElementsAre("not_for_us"));
}

TEST_F(Judge, MayGoWhileItAsks) {
    start();
    judge("asks", "mood('untiltold').value=x");
    run_until([this] { return hanging_ == 1; });
    judge_.reset();
    EXPECT_TRUE(told_);
    io_.restart();
    io_.poll();
    EXPECT_THAT(outcomes_, IsEmpty());
}

}  // namespace
}  // namespace mco::daemon
