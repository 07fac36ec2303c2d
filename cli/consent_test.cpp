// Commands that ask whenever no filter says which nodes are meant.
#include "cli/consent.hpp"

#include "cli/agent_call.hpp"
#include "cli/testing.hpp"

#include <gtest/gtest.h>

namespace mco::cli {
namespace {

using client::testing::Fleet;

constexpr const char* asked = "On every node? (y/n): ";

/// Pings all nodes if it may.
Expected<int> ping_all(Context& context) {
    MCO_TRY(agreed, consents_unfiltered(context, asked));
    if (!agreed)
        return 1;
    MCO_TRY(call, check_call(context, "rpcutil", "ping", {}));
    MCO_TRY(outcome, run_call(context, call, {}));
    context.screen.out(std::to_string(outcome.results.size()) + " nodes\n");
    return 0;
}

testing::Shown ping(const std::vector<std::string>& words,
                    const std::optional<std::string>& piped = {},
                    const std::optional<std::string>& answer = {}) {
    const auto pong = [](const rpc::CallBody&) {
        return rpc::Output{rpc::Status::ok, "OK", Map{{"pong", 1}}};
    };
    Fleet fleet({{"node1", {}, pong}, {"node2", {}, pong}});
    const Application application{"ping_all", "Pings", {}, nullptr, nullptr, ping_all};
    const Commands commands(std::vector<Application>{application});
    return testing::run_application(
        fleet, commands, "ping_all", words, {}, client::NodeMemoryFile(""), piped, answer);
}

TEST(ConsentUnfiltered, IsAnyFormOfYes) {
    for (const auto* yes : {"y", "Y", "yes", "YES", "Yes"}) {
        const auto shown = ping({}, {}, yes);
        EXPECT_EQ(shown.code, 0) << yes << shown.err;
        EXPECT_EQ(shown.out, std::string(asked) + "2 nodes\n") << yes;
    }
    for (const auto* no : {"", "n", "no", "yess", " y", "ja"}) {
        const auto shown = ping({}, {}, no);
        EXPECT_EQ(shown.code, 1) << no;
        EXPECT_EQ(shown.out, asked) << no;
        EXPECT_EQ(shown.err, "") << no;
    }
}

TEST(ConsentUnfiltered, IsNotAskedForWhereNodesWereNamedOrItIsGiven) {
    EXPECT_EQ(ping({"-y"}).out, "2 nodes\n");
    EXPECT_EQ(ping({"-I", "node2"}).out, "1 nodes\n");
    EXPECT_EQ(ping({"--limit", "1"}, {}, "n").out, asked) << "a limit names nobody";
}

/// What a pipe is read for is either the answer or the names of nodes.
TEST(ConsentUnfiltered, ReadsAnswersFromPipes) {
    EXPECT_EQ(ping({}, "y\n").out, std::string(asked) + "2 nodes\n")
        << "all nodes, not one named y";
    EXPECT_EQ(ping({}, "").code, 1) << "the end of input is a no";
    const auto names = ping({}, "node1\n");
    EXPECT_EQ(names.code, 1);
    EXPECT_NE(names.err.find("With -y it may name the nodes"), std::string::npos) << names.err;
    EXPECT_EQ(ping({"-y"}, "node1\n").out, "1 nodes\n");
    const auto chosen = ping({"--dm", "stdin"}, "y\n");
    EXPECT_EQ(chosen.code, 1);
    EXPECT_NE(chosen.err.find("confirm with -y"), std::string::npos) << chosen.err;
}

TEST(ConsentUnfiltered, IsAskedForBesideResultsForPrograms) {
    const auto shown = ping({"--json"}, {}, "n");
    EXPECT_EQ(shown.out, "");
    EXPECT_EQ(shown.err, asked);
}

}  // namespace
}  // namespace mco::cli
