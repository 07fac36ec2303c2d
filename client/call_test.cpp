#include "client/call.hpp"

#include "client/performing.hpp"
#include "client/testing.hpp"
#include "core/message/request_id.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <tuple>

namespace mco::client {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::Fleet;
using testing::NodePlan;

const DiscoveryPlan quick{milliseconds(300), Listening::until_quiet, milliseconds(30)};

rpc::Output pong(const rpc::CallBody&) {
    return {rpc::Status::ok, "OK", Map{{"pong", 1700000000}}};
}

std::vector<NodePlan> nodes(int count) {
    std::vector<NodePlan> plans;
    for (int i = 1; i <= count; ++i)
        plans.push_back(
            {"n" + std::to_string(i), Map{{"os", i % 2 == 0 ? "RedHat" : "Debian"}}, pong});
    return plans;
}

Request ping() {
    Request request;
    request.agent = "rpcutil";
    request.action = "ping";
    request.filter.agents = {"rpcutil"};
    request.collective = "mcollective";
    return request;
}

/// Calls nodes that are known, and keeps what they say.
Expected<Outcome> perform(Session& session,
                          const Request& request,
                          Targets targets,
                          const CallPlan& plan,
                          Status& status) {
    MCO_TRY(id, message::fresh_request_id());
    Outcome outcome;
    const auto unproven = session.unproven();
    Performing performing(
        request, std::move(targets), plan, std::move(id), status, [&](Result&& result) {
            outcome.results.push_back(std::move(result));
        });
    MCO_CHECK(session.converse(request.collective, request.agent, performing));
    outcome.statistics = performing.take_statistics();
    outcome.statistics.unproven = session.unproven() - unproven;
    return outcome;
}

Expected<Outcome> call(Fleet& fleet, const Request& request, milliseconds limit = seconds(5)) {
    Status status;
    if (auto named = only_named_nodes(request.filter))
        return perform(
            fleet.session(), request, {*std::move(named), true, Seconds{0}}, {limit}, status);
    MCO_TRY(targets, discover(fleet.session(), request.filter, "mcollective", quick, {}, status));
    return perform(fleet.session(), request, std::move(targets), {limit}, status);
}

std::vector<std::string> senders(const Outcome& outcome) {
    std::vector<std::string> names;
    for (const auto& result : outcome.results)
        names.push_back(result.sender);
    std::sort(names.begin(), names.end());
    return names;
}

TEST(Call, ReachesEverybodyWhoMatches) {
    Fleet fleet(nodes(4));
    auto request = ping();
    request.filter.facts = {{"os", "Debian", "=="}};
    const auto outcome = call(fleet, request);
    ASSERT_TRUE(outcome) << outcome.error().message;
    EXPECT_EQ(senders(*outcome), (std::vector<std::string>{"n1", "n3"}));
    EXPECT_EQ(outcome->statistics.passed, 2u);
    EXPECT_GT(outcome->statistics.discovery_time.count(), 0);
    EXPECT_EQ(outcome->statistics.failed, 0u);
}

TEST(Call, IsDirectedToFewNodesAndBroadcastToMany) {
    for (const auto& [count, messages] : {std::pair(10, 10u), std::pair(11, 1u)}) {
        Fleet fleet(nodes(count));
        Status status;
        const auto targets =
            discover(fleet.session(), ping().filter, "mcollective", quick, {}, status);
        ASSERT_TRUE(targets);
        ASSERT_EQ(targets->nodes.size(), static_cast<std::size_t>(count));
        const auto before = fleet.broker().routed();
        const auto outcome = perform(fleet.session(), ping(), *targets, {seconds(5)}, status);
        ASSERT_TRUE(outcome);
        EXPECT_EQ(outcome->results.size(), static_cast<std::size_t>(count));
        EXPECT_EQ(fleet.broker().routed() - before, messages + static_cast<std::size_t>(count));
    }
}

TEST(Call, TakesNamedNodesAtTheirWord) {
    Fleet fleet(nodes(2));
    auto request = ping();
    request.filter.identities = {"n2", "n2"};
    const auto outcome = call(fleet, request);
    ASSERT_TRUE(outcome);
    EXPECT_EQ(senders(*outcome), std::vector<std::string>{"n2"});
    EXPECT_EQ(outcome->statistics.discovery_time, Seconds{0});
    ASSERT_EQ(fleet.seen.size(), 1u);
    EXPECT_TRUE(fleet.seen[0].claims.filter.facts.empty());
}

TEST(Call, ListsTheSilentAndGoesOn) {
    auto plans = nodes(3);
    plans[1].silent = true;
    Fleet fleet(std::move(plans));
    const auto outcome = call(fleet, ping(), milliseconds(100));
    ASSERT_TRUE(outcome);
    EXPECT_EQ(outcome->statistics.silent, std::vector<std::string>{"n2"});
    EXPECT_EQ(outcome->statistics.failed, 0u);
}

TEST(Call, CountsEveryKindOfAnswer) {
    // discovered, answered, failed, whether somebody had to look for them
    using Figures = std::tuple<std::size_t, std::size_t, std::size_t, bool>;
    const auto figures = [](std::vector<NodePlan> plans, const Request& request) -> Figures {
        Fleet fleet(std::move(plans));
        const auto outcome = call(fleet, request, milliseconds(100));
        const auto& counted = outcome.value().statistics;
        return {counted.discovered.size(),
                counted.responses,
                counted.failed,
                counted.discovery_time > Seconds{0}};
    };
    auto silent = nodes(1);
    silent[0].silent = true;
    auto named = ping();
    named.filter.identities = {"n1"};
    auto failing = nodes(2);
    failing[0].behaviour = [](const rpc::CallBody&) { return rpc::failure("no"); };
    EXPECT_EQ(figures(nodes(2), ping()), Figures(2, 2, 0, true));
    EXPECT_EQ(figures({}, ping()), Figures(0, 0, 0, true));
    EXPECT_EQ(figures(std::move(failing), ping()), Figures(2, 2, 1, true));
    EXPECT_EQ(figures(silent, ping()), Figures(1, 0, 0, true));
    EXPECT_EQ(figures(silent, named), Figures(1, 0, 0, false));
}

TEST(Call, DropsAnswersThatNobodyCanProve) {
    auto plans = nodes(2);
    plans[1].key = "another key";
    Fleet fleet(std::move(plans));
    auto request = ping();
    request.filter.identities = {"n1", "n2"};
    const auto outcome = call(fleet, request, milliseconds(100));
    ASSERT_TRUE(outcome);
    EXPECT_EQ(senders(*outcome), std::vector<std::string>{"n1"});
    EXPECT_EQ(outcome->statistics.unproven, 1u);
    EXPECT_FALSE(fleet.session().why_unproven().empty());
}

TEST(Call, UsesAReplyQueueAndAnIdOfItsOwnEveryTime) {
    Fleet fleet(nodes(1));
    ASSERT_TRUE(call(fleet, ping()));
    ASSERT_TRUE(call(fleet, ping()));
    ASSERT_EQ(fleet.seen.size(), 4u);  // two discoveries, two calls
    for (std::size_t i = 1; i < fleet.seen.size(); ++i)
        EXPECT_NE(fleet.seen[i].claims.id, fleet.seen[i - 1].claims.id);
    EXPECT_EQ(fleet.seen[0].claims.id.size(), 32u);
}

TEST(Call, DiscoveryKeepsTheConfiguredTtl) {
    Fleet fleet(nodes(1));
    auto request = ping();
    request.ttl = seconds(7);
    ASSERT_TRUE(call(fleet, request));
    ASSERT_EQ(fleet.seen.size(), 2u);
    EXPECT_EQ(fleet.seen[0].claims.ttl, seconds(60));
    EXPECT_EQ(fleet.seen[1].claims.ttl, seconds(7));
}

TEST(Call, AnInterruptKeepsWhatHasArrived) {
    auto plans = nodes(2);
    plans[1].silent = true;
    Fleet fleet(std::move(plans));
    auto& session = fleet.session();

    class Interrupting final : public Status {
      public:
        explicit Interrupting(Session& session) : session_(session) {}

        void answered(const Result&, std::size_t, Monotonic::duration) override {
            session_.interrupt();
        }

      private:
        Session& session_;
    };

    Interrupting status(session);
    const auto outcome =
        perform(session, ping(), {{"n1", "n2"}, true, Seconds{0}}, {seconds(30)}, status);
    ASSERT_TRUE(outcome);
    EXPECT_TRUE(outcome->statistics.interrupted);
    EXPECT_EQ(senders(*outcome), std::vector<std::string>{"n1"});
    EXPECT_EQ(outcome->statistics.responses, 1u);
    EXPECT_EQ(outcome->statistics.silent, std::vector<std::string>{"n2"});
}

TEST(Call, AnInterruptDuringDiscoveryIsAnErrorWithoutWords) {
    Fleet fleet(nodes(1));
    auto& session = fleet.session();
    session.interrupt();
    const auto outcome = call(fleet, ping());
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().message, "");
}

TEST(Session, SaysThatTheBrokerDoesNotAnswer) {
    Fleet fleet({});
    fleet.broker().set_reachable(false);
    auto connector = fleet.broker().connector("other");
    auto provider = security::PskProvider::create("k", "uid=0");
    const system::RealClock clock;
    Session session({fleet.io, *connector, **provider, clock, "other", false});
    const auto connected = session.connect(milliseconds(50));
    ASSERT_FALSE(connected);
    EXPECT_EQ(connected.error().code, Errc::timed_out);
}

}  // namespace
}  // namespace mco::client
