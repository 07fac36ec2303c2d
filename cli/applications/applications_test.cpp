// Whole screens of applications against simulated nodes.
#include "cli/commands.hpp"
#include "cli/render/printable.hpp"
#include "cli/testing.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <regex>

namespace mco::cli {
namespace {

using client::testing::Fleet;
using client::testing::NodePlan;

/// One run of an application, with times that are always the same.
testing::Shown run(Fleet& fleet,
                   std::string_view name,
                   std::vector<std::string> words,
                   const config::Config& config = {}) {
    const auto commands = make_commands();
    if (commands.find(name)->groups.rpc)
        words.emplace_back("--np");
    auto shown = testing::run_application(fleet, commands, name, std::move(words), config);
    const std::regex times(R"(\d+\.\d\d ms)");
    shown.out = std::regex_replace(shown.out, times, "T ms");
    return shown;
}

rpc::Output answer(const rpc::CallBody& call) {
    if (call.action == "ping")
        return {rpc::Status::ok, "OK", Map{{"pong", 1700000000}}};
    if (call.action == "get_fact")
        return {
            rpc::Status::ok, "OK", Map{{"fact", *call.inputs.find("fact")}, {"value", "Debian"}}};
    if (call.action == "collective_info")
        return {rpc::Status::ok,
                "OK",
                Map{{"main_collective", "mcollective"}, {"collectives", Array{"mcollective"}}}};
    return rpc::failure("cannot do that");
}

Fleet three() {
    return Fleet({{"node1", {}, answer}, {"node2", {}, answer}, {"node3", {}, answer}});
}

TEST(Rpc, ShowsResultsAndStatistics) {
    auto fleet = three();
    const auto shown = run(fleet, "rpc", {"rpcutil", "ping", "--sort"});
    EXPECT_EQ(shown.code, 0) << shown.err;
    EXPECT_EQ(shown.err, "Discovering hosts using the mc method for 2 second(s) .... 3\n");
    std::string blocks;
    for (const auto* node : {"node1", "node2", "node3"})
        blocks += node + std::string(36, ' ') + "\n   Timestamp: 1700000000\n\n";
    EXPECT_EQ(shown.out, "\n" + blocks + "\n\nFinished processing 3 / 3 hosts in T ms\n\n");
}

TEST(Rpc, ShowsJson) {
    auto fleet = three();
    const auto shown = run(fleet, "rpc", {"rpcutil", "ping", "-j", "-I", "node2"});
    EXPECT_EQ(shown.err, "");
    EXPECT_EQ(
        shown.out,
        R"([{"agent":"rpcutil","action":"ping","sender":"node2","statuscode":0,"statusmsg":"OK",)"
        R"("data":{"pong":1700000000}}])"
        "\n");
}

TEST(Rpc, ReportsFailures) {
    auto fleet = three();
    const auto shown = run(fleet, "rpc", {"rpcutil", "get_config_item", "item=x", "-I", "node1"});
    EXPECT_EQ(shown.code, 2);
    EXPECT_NE(shown.out.find("Request Aborted\n   cannot do that\n"), std::string::npos)
        << shown.out;
}

TEST(Rpc, SaysThatNobodyWasFound) {
    auto fleet = three();
    const auto shown = run(fleet, "rpc", {"rpcutil", "ping", "-C", "nosuchclass", "--dt", "0"});
    EXPECT_EQ(shown.code, 1);
    EXPECT_EQ(shown.out, "\n\n");
    EXPECT_EQ(shown.err,
              "Discovering hosts using the mc method .... 0\n\nNo request sent, we did not "
              "discover any nodes.");
}

TEST(Rpc, NamesTheSilent) {
    Fleet fleet({{"node1", {}, answer}, {.identity = "node2", .silent = true}});
    const auto shown =
        run(fleet, "rpc", {"rpcutil", "get_fact", "fact=os", "-I", "node2", "-t", "0"});
    EXPECT_EQ(shown.code, 4);
    EXPECT_EQ(shown.out,
              "\n\nSummary of Value:\n\n     No aggregate summary could be computed\n\n"
              "\nFinished processing 0 / 1 hosts in T ms\n\n\nNo response from:\n\n    node2" +
                  std::string(87, ' ') + "\n\n");
    EXPECT_TRUE(shown.log.empty()) << "once is enough";
    EXPECT_EQ(shown.err.find("node2"), shown.err.rfind("node2"));
    EXPECT_NE(shown.err.find("\nMissing:\n\n    node2"), std::string::npos) << shown.err;
}

/// What a hostile node may put into every text of its replies.
rpc::Output hostile(const rpc::CallBody& call) {
    const std::string bad =
        "\x1b]0;owned\x07\x1b[2J\x1b[31m\r\xc2\x9b"
        "1m\xe2\x80\xae\x9b\x7f";
    const Map data{{"fact", bad},
                   {"value", Array{bad, Map{{bad, bad}}}},
                   {"main_collective", bad},
                   {"collectives", Array{bad}},
                   {"message", bad},
                   {"status", bad},
                   {"enabled", bad},
                   {"facts", Map{{bad, bad}}},
                   {"classes", Array{bad}},
                   {"agents", Array{bad}},
                   {"version", bad},
                   {bad, bad}};
    if (call.action == "inventory")
        return {rpc::Status::aborted, bad, data};
    return {rpc::Status::ok, bad, data};
}

bool obeyed_by_terminals(std::string_view text) {
    for (const std::string_view sign : {"\x1b", "\x07", "\r", "\xc2\x9b", "\xe2\x80\xae", "\x7f"})
        if (text.find(sign) != std::string_view::npos)
            return true;
    return false;
}

TEST(Screens, ShowNothingThatATerminalObeys) {
    const auto commands = make_commands();
    const std::vector<std::pair<std::string, std::vector<std::string>>> calls = {
        {"rpc", {"rpcutil", "get_fact", "fact=os"}},
        {"rpc", {"rpcutil", "inventory"}},
        {"facts", {"os"}},
        {"find", {"-v"}},
        {"ping", {}},
        {"inventory", {"node1"}},
        {"inventory", {"--list-collectives"}},
        {"puppet", {"status"}},
        {"puppet", {"count"}},
        {"puppet", {"summary"}},
        {"puppet", {"disable"}}};
    for (const auto& [name, words] : calls)
        for (const auto* form : {"-v", "--json", "--jsonl", "--table", "--group-by-result", "-q"}) {
            Fleet fleet({{"node1", {}, hostile}});
            auto all = words;
            all.insert(all.end(), {form, "--np"});
            const auto shown = testing::run_application(fleet, commands, name, all);
            const auto screen = render::screen_text(shown.out) + render::screen_text(shown.err);
            EXPECT_FALSE(obeyed_by_terminals(screen)) << name << ' ' << form << '\n' << screen;
            EXPECT_NE(screen, "") << name << ' ' << form;
        }
}

struct BadCall {
    std::vector<std::string> words;
    std::string error;
};

/// `mco rpc puppet enable` on so many nodes, by somebody at a terminal who says `answer`.
testing::Shown enable(Fleet& fleet, std::vector<std::string> more, std::string answer) {
    std::vector<std::string> words = {"puppet", "enable", "--np", "--json"};
    words.insert(words.end(), more.begin(), more.end());
    return testing::run_application(
        fleet, make_commands(), "rpc", words, {}, client::NodeMemoryFile(""), {}, answer);
}

Fleet many(int count) {
    std::vector<NodePlan> plans;
    for (int i = 0; i < count; ++i)
        plans.push_back({fmt::format("node{}", i), {}, [](const rpc::CallBody&) {
                             return rpc::Output{rpc::Status::ok, "OK", {}};
                         }});
    return Fleet(std::move(plans));
}

std::size_t called(const Fleet& fleet) {
    return static_cast<std::size_t>(
        std::count_if(fleet.seen.begin(), fleet.seen.end(), [](const auto& seen) {
            return seen.claims.agent == "puppet";
        }));
}

TEST(Rpc, AsksBeforeItChangesVeryManyNodesThatNoFilterChose) {
    auto fleet = many(21);
    const auto refused = enable(fleet, {}, "");
    EXPECT_EQ(refused.code, 1);
    EXPECT_EQ(called(fleet), 0u);
    EXPECT_NE(refused.err.find("puppet#enable goes to all 21 that were found, node"),
              std::string::npos)
        << refused.err;
    EXPECT_NE(refused.err.find(" and 11 more.\nGo on? [y/N] Nothing was sent"), std::string::npos)
        << refused.err;
    EXPECT_EQ(enable(fleet, {}, "y").code, 0);
    EXPECT_EQ(called(fleet), 21u);
}

TEST(Rpc, AsksNobodyWhoHasSaidWhatIsMeant) {
    for (const auto& words : std::vector<std::vector<std::string>>{
             {"-y"}, {"-C", "base"}, {"--limit", "21"}, {"-A", "puppet"}}) {
        auto fleet = many(21);
        EXPECT_EQ(enable(fleet, words, "").code, 0) << words[0];
        EXPECT_EQ(called(fleet), 21u) << words[0];
    }
    auto fleet = many(20);
    EXPECT_EQ(enable(fleet, {}, "").code, 0) << "these are few";
}

TEST(Rpc, RefusesBadCallsBeforeAnythingIsSent) {
    const std::vector<BadCall> cases = {
        {{}, "No agent, action and arguments specified\n"},
        {{"rpcutil"}, "No agent, action and arguments specified\n"},
        {{"rpcutil", "ping", "foo"}, "Could not parse --arg foo; did you mean -I foo?\n"},
        {{"rpcutil", "get_fact", "fact="}, "Could not parse --arg fact=\n"},
        {{"-a", "rpcutil", "--action", "get_fact", "--arg", "foo"},
         "Validation of arguments failed: Could not parse --arg foo should be of the form "
         "key=val\n"},
        {{"nosuchagent", "ping"}, "Can't find DDL for agent plugin 'nosuchagent'"},
        {{"rpcutil", "nosuchaction"}, "nosuchaction"},
        {{"rpcutil", "get_fact"}, "fact"},
        {{"rpcutil", "get_fact", "fact=/etc/passwd"}, "Cannot validate input fact: "},
        {{"puppet", "runonce", "noop=perhaps"}, "perhaps"},
        {{"rpcutil", "ping", "-T", "mars"}, "Unknown collective 'mars'"},
    };
    auto fleet = three();
    for (const auto& [words, error] : cases) {
        const auto shown = run(fleet, "rpc", words);
        EXPECT_EQ(shown.code, 1) << error;
        EXPECT_NE(shown.err.find(error), std::string::npos) << shown.err;
        EXPECT_EQ(shown.connections, 0) << error;
    }
    EXPECT_TRUE(fleet.seen.empty());
}

TEST(Rpc, RefusesWordsBesideBothOptions) {
    auto fleet = three();
    const auto shown = run(fleet, "rpc", {"-a", "rpcutil", "--action", "ping", "k=v"});
    EXPECT_EQ(shown.code, 1);
    EXPECT_NE(shown.err.find("'k=v'"), std::string::npos) << shown.err;
    EXPECT_EQ(shown.connections, 0);
}

TEST(Rpc, ConvertsInputsByTheDdl) {
    auto fleet = three();
    run(fleet,
        "rpc",
        {"puppet",
         "runonce",
         "force=yes",
         "splaylimit=30",
         "undeclared=x",
         "--allow-undeclared",
         "-I",
         "node1"});
    ASSERT_FALSE(fleet.seen.empty());
    const auto* data = fleet.seen.back().claims.body.find("data");
    EXPECT_EQ(*data->find("force"), Value(true));
    EXPECT_EQ(*data->find("splaylimit"), Value(30));
    EXPECT_EQ(*data->find("undeclared"), Value("x"));
}

TEST(Rpc, RefusesUnknownDiscoveryMethods) {
    auto fleet = three();
    config::Config config;
    config.default_discovery_method = "registry";
    const auto shown = run(fleet, "rpc", {"rpcutil", "ping"}, config);
    EXPECT_EQ(shown.code, 1);
    EXPECT_EQ(shown.err, "Unknown discovery method registry");
}

TEST(Find, ListsNodes) {
    auto fleet = three();
    const auto shown = run(fleet, "find", {});
    EXPECT_EQ(shown.code, 0);
    EXPECT_EQ(shown.out, "node1\nnode2\nnode3\n");
    EXPECT_EQ(shown.err, "");
}

TEST(Find, EchoesNamesWithoutAskingAnybody) {
    auto fleet = three();
    const auto shown = run(fleet, "find", {"-I", "nosuchnode"});
    EXPECT_EQ(shown.code, 0);
    EXPECT_EQ(shown.out, "nosuchnode\n");
    EXPECT_EQ(shown.connections, 0);
}

TEST(Find, FailsWhenNobodyMatches) {
    auto fleet = three();
    const auto shown = run(fleet, "find", {"-F", "os=Plan9", "--dt", "0"});
    EXPECT_EQ(shown.code, 1);
    EXPECT_EQ(shown.out, "");
}

TEST(Facts, CountsValues) {
    auto fleet = three();
    const auto shown = run(fleet, "facts", {"os"});
    EXPECT_EQ(shown.code, 0) << shown.err;
    EXPECT_EQ(
        shown.out,
        "Report for fact: os\n\n        Debian                                   found 3 times\n"
        "\nFinished processing 3 / 3 hosts in T ms\n\n");
    EXPECT_EQ(run(fleet, "facts", {}).err, "Please specify a fact to report for");
}

TEST(Ping, ShowsEverybody) {
    auto fleet = three();
    const auto shown = run(fleet, "ping", {"--dt", "0", "-t", "1"});
    EXPECT_EQ(shown.code, 0) << shown.err;
    for (const auto* node : {"node1", "node2", "node3"})
        EXPECT_NE(shown.out.find(node + std::string(35, ' ') + " time=T ms\n"), std::string::npos)
            << shown.out;
    EXPECT_NE(shown.out.find("\n\n---- ping statistics ----\n3 replies max: "), std::string::npos);
}

TEST(Ping, FailsWithoutAnswers) {
    Fleet fleet({});
    const auto shown = run(fleet, "ping", {"-t", "0"});
    EXPECT_EQ(shown.code, 4);
    EXPECT_EQ(shown.out, "\n\n---- ping statistics ----\nNo responses received\n");
    EXPECT_EQ(shown.err, "");
}

std::chrono::steady_clock::duration ping_time(const std::vector<std::string>& words,
                                              const client::NodeMemoryFile& memory) {
    Fleet fleet({{"node1"}, {"node2"}});
    fleet.session();
    const auto begin = std::chrono::steady_clock::now();
    const auto shown = testing::run_application(fleet, make_commands(), "ping", words, {}, memory);
    const auto time = std::chrono::steady_clock::now() - begin;
    EXPECT_EQ(shown.code, 0) << shown.err;
    EXPECT_NE(shown.out.find(" replies max: "), std::string::npos);
    return time;
}

/// In one of some runs: this machine may be busy with something else.
bool can_end_within(std::chrono::milliseconds limit,
                    const std::vector<std::string>& words,
                    const client::NodeMemoryFile& memory) {
    for (int i = 0; i < 20; ++i)
        if (ping_time(words, memory) < limit)
            return true;
    return false;
}

TEST(Applications, PingEndsWhenAllWhoAreExpectedHaveAnswered) {
    constexpr std::chrono::milliseconds usual(500);  // after the last answer
    client::NodeMemoryFile memory("");
    EXPECT_GE(ping_time({}, memory), usual) << "nobody knows who is there";
    memory.memory().discovered(
        {"", "mcollective"}, client::text_of({}), {"node1", "node2"}, TimePoint());
    EXPECT_TRUE(can_end_within(usual, {}, memory));
    EXPECT_TRUE(can_end_within(usual, {"-I", "node2"}, client::NodeMemoryFile(""))) << "named";
    memory.memory().discovered(
        {"", "mcollective"}, client::text_of({}), {"node1", "node2", "node3"}, TimePoint());
    EXPECT_GE(ping_time({}, memory), usual) << "somebody is missing";
}

TEST(Inventory, NeedsANode) {
    auto fleet = three();
    EXPECT_EQ(run(fleet, "inventory", {}).code, 1);
    const auto shown = run(fleet, "inventory", {"node9", "-t", "0"});
    EXPECT_EQ(shown.code, 1);
    EXPECT_EQ(shown.err, "Did not receive any results from node node9\n");
}

TEST(Inventory, SaysWhyANodeRefuses) {
    auto fleet = three();
    const auto shown = run(fleet, "inventory", {"node1"});
    EXPECT_EQ(shown.code, 2);
    EXPECT_EQ(shown.err, "Failed to retrieve daemon_stats from node1: cannot do that\n");
}

TEST(Inventory, ListsCollectives) {
    auto fleet = three();
    const auto shown = run(fleet, "inventory", {"--lc"});
    EXPECT_EQ(shown.code, 0);
    EXPECT_NE(shown.out.find(
                  "   mcollective                    3\n\n                     Total nodes: 3\n\n"),
              std::string::npos);
}

TEST(Plugin, ListsAndShowsDocumentation) {
    auto fleet = three();
    const auto list = run(fleet, "plugin", {"doc"});
    EXPECT_EQ(list.code, 0);
    EXPECT_EQ(list.out.find("Please specify a plugin. Available plugins are:\n\nAgents:\n"), 0u);
    EXPECT_NE(list.out.find("  rpcutil                   "), std::string::npos);
    const auto shown = run(fleet, "plugin", {"doc", "agent/rpcutil"});
    EXPECT_EQ(shown.code, 0);
    EXPECT_EQ(shown.out.find("rpcutil\n=======\n\n"), 0u) << shown.out;
    EXPECT_EQ(run(fleet, "plugin", {"doc", "rpcutil"}).out, shown.out);
}

TEST(Plugin, SaysWhatItDoesNotKnow) {
    auto fleet = three();
    const std::vector<BadCall> cases = {
        {{}, "No action specified"},
        {{"package"}, "Invalid action package"},
        {{"doc", "nosuch"},
         "Could not find a plugin named 'nosuch' in any supported plugin type\n"},
        {{"doc", "agent/nosuch"}, "Could not find a 'agent' plugin named 'nosuch'\n"},
        {{"doc", "nosuch/rpcutil"}, "Could not find a 'nosuch' plugin named 'rpcutil'\n"},
    };
    for (const auto& [words, error] : cases) {
        const auto shown = run(fleet, "plugin", words);
        EXPECT_EQ(shown.code, 1) << error;
        EXPECT_EQ(shown.err.find(error), 0u) << shown.err;
    }
}

TEST(Help, ListsCommands) {
    auto fleet = three();
    const auto shown = run(fleet, "help", {});
    EXPECT_EQ(shown.code, 0);
    const auto commands = make_commands();
    for (const auto& application : commands.all())
        EXPECT_NE(shown.out.find("  " + std::string(application.name) + " "), std::string::npos);
    EXPECT_EQ(run(fleet, "help", {"nosuch"}).code, 1);
    EXPECT_NE(run(fleet, "help", {"rpc"}).out.find("--agent AGENT"), std::string::npos);
}

}  // namespace
}  // namespace mco::cli
