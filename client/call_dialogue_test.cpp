#include "client/call_dialogue.hpp"

#include "client/testing.hpp"
#include "core/message/request_id.hpp"
#include "system/log_sinks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <set>

namespace mco::client {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using testing::NodePlan;
using ::testing::UnorderedElementsAre;

rpc::Output echo(const rpc::CallBody& call) {
    return {rpc::Status::ok, "OK", call.inputs};
}

std::string node(int number) {
    return "n" + std::to_string(number);
}

/// Every other one is of the role `web`.
std::vector<NodePlan> nodes(int count) {
    std::vector<NodePlan> plans;
    for (int i = 0; i < count; ++i)
        plans.push_back({node(i), Map{{"role", i % 2 == 0 ? "web" : "db"}}, echo});
    return plans;
}

/// What happens, a word each.
class Words final : public Status {
  public:
    void discovering(std::string_view, seconds) override { words.emplace_back("discovering"); }

    void discovered(std::size_t found) override {
        words.push_back("discovered " + std::to_string(found));
    }

    void nobody_found() override { words.emplace_back("nobody"); }

    void waiting_for(std::size_t all) override {
        words.push_back("waiting " + std::to_string(all));
    }

    void answered(const Result& result, std::size_t answers, Monotonic::duration) override {
        words.push_back(result.sender + ' ' + std::to_string(answers));
        if (on_answer)
            on_answer();
    }

    void gave_up_on(const std::vector<std::string>& silent) override {
        words.push_back("gave up on " + std::to_string(silent.size()));
    }

    void finished(bool batched) override {
        words.emplace_back(batched ? "finished batches" : "finished");
    }

    std::vector<std::string> words;
    std::function<void()> on_answer;
};

class CallDialogues : public ::testing::Test {
  protected:
    CallDialogues() { settings_.collective = "mcollective"; }

    /// A call, and what came of it.
    struct Call {
        Words status;
        std::vector<Result> results;
        std::unique_ptr<CallDialogue> dialogue;
        Switchboard::Ticket ticket = 0;
        int ends = 0;
        std::optional<Expected<Outcome>> outcome;
        std::function<void()> on_end;

        std::vector<std::string> senders() const {
            std::vector<std::string> names;
            for (const auto& result : results)
                names.push_back(result.sender);
            return names;
        }
    };

    CallDialogue::Order order(int number, std::optional<Targets> targets) const {
        CallDialogue::Order order;
        order.request.agent = number % 2 == 0 ? "rpcutil" : "puppet";
        order.request.action = "echo";
        order.request.inputs.set("number", number);
        order.request.filter.agents = {order.request.agent};
        order.request.collective = "mcollective";
        order.id = message::fresh_request_id().value();
        order.targets = std::move(targets);
        order.plan.limit = seconds(30);
        return order;
    }

    Call& prepare(CallDialogue::Order order) {
        auto& call = *calls_.emplace_back(std::make_unique<Call>());
        call.dialogue = std::make_unique<CallDialogue>(
            estate_, settings_, clock_, std::move(order), call.status, [&call](Result&& result) {
                call.results.push_back(std::move(result));
            });
        return call;
    }

    void start(Switchboard& board, Call& call, const std::string& agent) {
        call.ticket =
            board.start("mcollective", agent, *call.dialogue, [&call](Expected<Ended> ended) {
                ++call.ends;
                call.outcome = call.dialogue->outcome(ended);
                if (call.on_end)
                    call.on_end();
            });
    }

    /// Through the session, as `mco` does it.
    Expected<Outcome> converse(testing::Fleet& fleet, Call& call) const {
        const auto ended = fleet.session().converse("mcollective", "rpcutil", *call.dialogue);
        return call.dialogue->outcome(ended);
    }

    static Targets named(std::vector<std::string> names) {
        return {std::move(names), true, Seconds{0}};
    }

    system::RealClock clock_;
    config::Config config_;
    Catalogue catalogue_{{}};
    NodeMemoryFile memory_{""};
    system::MemorySink::Lines lines_;
    system::Log log_{std::make_unique<system::MemorySink>(lines_), system::Level::info};
    Estate estate_{config_, catalogue_, memory_, log_, {}};
    CallSettings settings_;
    std::vector<std::unique_ptr<Call>> calls_;
};

std::vector<std::string> missing(const Outcome& outcome) {
    std::vector<std::string> names;
    for (const auto& one : outcome.missing)
        names.push_back(one.node + ' ' + std::string(name(one.absence)));
    return names;
}

TEST_F(CallDialogues, FindTheNodesAndCallThem) {
    testing::Fleet fleet(nodes(4));
    auto wanted = order(0, {});
    wanted.request.filter.facts = {{"role", "web", "=="}};
    auto& call = prepare(std::move(wanted));
    const auto outcome = converse(fleet, call);
    ASSERT_TRUE(outcome) << outcome.error().message;
    EXPECT_THAT(call.senders(), UnorderedElementsAre("n0", "n2"));
    EXPECT_THAT(
        call.status.words,
        ElementsAre("discovering", "discovered 2", "waiting 2", "n0 1", "n2 2", "finished"));
    EXPECT_GT(outcome->statistics.discovery_time, Seconds{0});
    EXPECT_EQ(outcome->statistics.passed, 2u);
    EXPECT_EQ(outcome->statistics.asked, 2u);
    EXPECT_TRUE(outcome->missing.empty());
    EXPECT_TRUE(outcome->results.empty()) << "they went to the sink";
}

TEST_F(CallDialogues, CountTheFirstAnswerOfANodeOnly) {
    auto plans = nodes(2);
    plans[0].copies = 5;
    testing::Fleet fleet(std::move(plans));
    auto& call = prepare(order(0, named({"n0", "n1"})));
    const auto outcome = converse(fleet, call);
    ASSERT_TRUE(outcome);
    EXPECT_THAT(call.senders(), UnorderedElementsAre("n0", "n1"));
    EXPECT_EQ(outcome->statistics.responses, 2u);
    EXPECT_GE(outcome->statistics.repeated.size(), 1u) << "as many as came before the end";
    for (const auto& node : outcome->statistics.repeated)
        EXPECT_EQ(node, "n0");
}

TEST_F(CallDialogues, KeepSoManyBytesAndNameWhoseWereTooMany) {
    auto plans = nodes(3);
    plans[1].behaviour = [](const rpc::CallBody&) {
        return rpc::Output{rpc::Status::ok, "OK", Map{{"text", std::string(100'000, 'x')}}};
    };
    testing::Fleet fleet(std::move(plans));
    auto wanted = order(0, named({"n0", "n1", "n2"}));
    wanted.plan.max_reply_bytes = 20'000;
    auto& call = prepare(std::move(wanted));
    ASSERT_TRUE(converse(fleet, call));
    EXPECT_THAT(call.senders(), UnorderedElementsAre("n0", "n1", "n2"));
    for (const auto& result : call.results) {
        EXPECT_EQ(result.status, result.sender == "n1" ? 5 : 0) << result.message;
        EXPECT_EQ(
            result.message.find("those of one call may take 20000 bytes") != std::string::npos,
            result.sender == "n1");
    }
}

TEST_F(CallDialogues, SendNothingToNobody) {
    testing::Fleet fleet(nodes(1));
    auto& call = prepare(order(0, Targets{{}, false, Seconds{1}}));
    const auto outcome = converse(fleet, call);
    ASSERT_TRUE(outcome);
    EXPECT_THAT(call.status.words, ElementsAre("nobody", "finished"));
    EXPECT_TRUE(fleet.seen.empty());
}

TEST_F(CallDialogues, AskInBatchesWithOneIdAndPausesBetween) {
    testing::Fleet fleet(nodes(5));
    auto wanted = order(0, named({"n0", "n1", "n2", "n3", "n4"}));
    wanted.plan.batch = {{2}, milliseconds(30)};
    auto& call = prepare(std::move(wanted));
    const auto begin = std::chrono::steady_clock::now();
    const auto outcome = converse(fleet, call);
    ASSERT_TRUE(outcome);
    EXPECT_GE(std::chrono::steady_clock::now() - begin, milliseconds(60));
    EXPECT_THAT(call.senders(), ElementsAre("n0", "n1", "n2", "n3", "n4"));
    std::set<std::string> ids;
    for (const auto& seen : fleet.seen)
        ids.insert(seen.claims.id);
    EXPECT_EQ(ids.size(), 1u);
    EXPECT_EQ(call.status.words.back(), "finished batches");
    EXPECT_EQ(outcome->statistics.asked, 5u);
}

TEST_F(CallDialogues, SayWhyTheSilentAreMissing) {
    auto plans = nodes(3);
    plans[1].silent = true;
    testing::Fleet fleet(std::move(plans));
    auto wanted = order(0, named({"n0", "n1", "gone"}));
    wanted.plan.limit = milliseconds(50);
    auto& call = prepare(std::move(wanted));
    const auto outcome = converse(fleet, call);
    ASSERT_TRUE(outcome);
    EXPECT_THAT(missing(*outcome), ElementsAre("gone never_seen", "n1 timed_out"));
    EXPECT_THAT(outcome->statistics.silent, ElementsAre("n1", "gone"));
    EXPECT_THAT(call.status.words, ElementsAre("waiting 3", "n0 1", "gave up on 2", "finished"));
}

TEST_F(CallDialogues, KeepWhatArrivedBeforeAnInterrupt) {
    testing::Fleet fleet(nodes(4));
    auto wanted = order(0, named({"n0", "n1", "n2", "n3"}));
    wanted.plan.batch = {{2}, seconds(30)};
    auto& call = prepare(std::move(wanted));
    call.status.on_answer = [&] { fleet.session().interrupt(); };
    const auto outcome = converse(fleet, call);
    ASSERT_TRUE(outcome);
    EXPECT_TRUE(outcome->statistics.interrupted);
    EXPECT_EQ(outcome->statistics.asked, 2u);
    EXPECT_THAT(call.senders(), ElementsAre("n0"));
    EXPECT_THAT(
        missing(*outcome),
        ::testing::AllOf(::testing::Contains("n2 not_asked"), ::testing::Contains("n3 not_asked")));
}

TEST_F(CallDialogues, EndWithoutAWordWhenInterruptedBeforeTheNodesAreKnown) {
    testing::Fleet fleet(nodes(1));
    fleet.session().interrupt();
    auto& call = prepare(order(0, {}));
    const auto outcome = converse(fleet, call);
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().message, "");
    EXPECT_TRUE(fleet.seen.empty());
}

/// Many of them on one connection.
class ManyCalls : public CallDialogues {
  protected:
    static std::vector<NodePlan> fleet_of_twenty() {
        auto plans = nodes(20);
        plans[18].silent = true;
        plans[19].key = "another key";
        return plans;
    }

    void SetUp() override { board_.open({}); }

    /// Answers of its nodes only, and to its own question only.
    static void expect_own(const Call& call, int number, const std::vector<std::string>& names) {
        EXPECT_THAT(call.senders(), ::testing::UnorderedElementsAreArray(names)) << number;
        for (const auto& result : call.results)
            EXPECT_EQ(*result.data.find("number"), Value(number));
    }

    void run() {
        fleet_.io.restart();
        fleet_.io.run_for(seconds(60));
        EXPECT_EQ(board_.conversations(), 0u);
        EXPECT_EQ(board_.awaited(), 0u);
    }

    testing::Fleet fleet_{fleet_of_twenty()};
    std::unique_ptr<transport::Connector> connector_ =
        fleet_.broker().connector("console.lab.test");
    Expected<std::unique_ptr<security::PskProvider>> provider_ =
        security::PskProvider::create("shared key", "uid=0");
    Switchboard board_{{fleet_.io, *connector_, **provider_, clock_, "console.lab.test", false}};
};

TEST_F(ManyCalls, FiftyAtOnceOnOneConnectionDoNotDisturbEachOther) {
    constexpr int many = 50;
    constexpr int batched = 7;
    constexpr int silent = 11;
    constexpr int unprovable = 13;
    constexpr int discovering = 20;
    const auto cancelled = [](int i) { return i % 10 == 4; };
    const auto targets = [](int i) {
        return std::vector<std::string>{node(i % 18), node((i + 5) % 18), node((i + 8) % 18)};
    };
    std::size_t most = 0;
    for (int i = 0; i < many; ++i) {
        auto wanted = order(i, named(targets(i)));
        if (i == batched)
            wanted.plan.batch = {{1}, milliseconds(5)};
        if (i == discovering) {
            wanted.targets.reset();
            wanted.request.filter.identities = {"/^n[0-3]$/"};
        }
        if (i == silent || i == unprovable) {
            wanted.targets = named({i == silent ? "n18" : "n19", "n0"});
            wanted.plan.limit = milliseconds(300);
        }
        if (cancelled(i))
            wanted.targets->nodes.emplace_back("n18");  // never complete by itself
        const auto agent = wanted.request.agent;
        auto& call = prepare(std::move(wanted));
        call.status.on_answer = [this, i, &call, &most, cancelled] {
            most = std::max(most, board_.conversations());
            if (cancelled(i) && call.results.empty())
                board_.cancel(call.ticket);
        };
        start(board_, call, agent);
    }
    run();
    EXPECT_EQ(most, static_cast<std::size_t>(many));
    for (int i = 0; i < many; ++i) {
        const auto& call = *calls_[static_cast<std::size_t>(i)];
        ASSERT_TRUE(call.outcome && *call.outcome) << i;
        EXPECT_EQ(call.ends, 1) << i;
        const auto& statistics = (*call.outcome)->statistics;
        EXPECT_EQ(statistics.interrupted, cancelled(i)) << i;
        EXPECT_EQ(statistics.unproven, i == unprovable ? 1u : 0u) << i;
        if (cancelled(i))
            expect_own(call, i, {call.senders().at(0)});
        else if (i == silent || i == unprovable)
            expect_own(call, i, {"n0"});
        else if (i == discovering)
            expect_own(call, i, {"n0", "n1", "n2", "n3"});
        else
            expect_own(call, i, targets(i));
    }
    EXPECT_THAT(missing(**calls_[silent]->outcome), ElementsAre("n18 timed_out"));
    EXPECT_THAT(missing(**calls_[unprovable]->outcome), ElementsAre("n19 not_provable"));
    EXPECT_EQ(calls_[batched]->status.words.back(), "finished batches");
}

TEST_F(ManyCalls, AConnectionThatIsLostDuringTheProbeLeavesTheResults) {
    auto wanted = order(0, named({"n0", "n18"}));
    wanted.plan.limit = milliseconds(50);
    auto& call = prepare(std::move(wanted));
    auto& other = prepare(order(2, named({"n18"})));
    start(board_, call, "rpcutil");
    start(board_, other, "rpcutil");
    const auto lose_it = [&] {
        for (const auto& seen : fleet_.seen)
            if (seen.claims.agent == "discovery")
                return true;
        return false;
    };
    const auto deadline = std::chrono::steady_clock::now() + seconds(60);
    while (!lose_it() && std::chrono::steady_clock::now() < deadline) {
        fleet_.io.restart();
        fleet_.io.run_one_until(deadline);
    }
    fleet_.broker().set_reachable(false);
    board_.close(milliseconds(1), [] {});
    run();
    ASSERT_TRUE(call.outcome && *call.outcome);
    EXPECT_THAT(call.senders(), ElementsAre("n0"));
    EXPECT_EQ((*call.outcome)->missing.size(), 1u);
    ASSERT_TRUE(other.outcome);
    ASSERT_FALSE(*other.outcome);
    EXPECT_EQ(other.outcome->error().code, Errc::unavailable);
}

}  // namespace
}  // namespace mco::client
