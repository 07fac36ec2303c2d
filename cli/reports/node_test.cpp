#include "cli/reports/node.hpp"

#include "cli/reports/graph.hpp"
#include "core/serializer/json.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace mco::reports {
namespace {

using client::Result;

Result web1() {
    return {"web1",
            0,
            "OK",
            Map{{Symbol{"version"}, "2.12.5"},
                {Symbol{"agents"}, Array{"rpcutil", "discovery"}},
                {Symbol{"data_plugins"}, Array{"fact_data", "agent_data"}},
                {Symbol{"classes"}, Array{"web", "base"}},
                {Symbol{"collectives"}, Array{"mcollective", "eu"}},
                {Symbol{"main_collective"}, "mcollective"},
                {Symbol{"facts"},
                 Map{{"os", Map{{"name", "Debian"}, {"family", "Linux"}}}, {"cpus", "4"}}}}};
}

TEST(Node, IsSortedByName) {
    EXPECT_EQ(serializer::encode_json(node_value(web1())),
              R"({"identity":"web1","version":"2.12.5","main_collective":"mcollective",)"
              R"("collectives":["eu","mcollective"],"agents":["discovery","rpcutil"],)"
              R"("data_plugins":["agent","fact"],"classes":["base","web"],)"
              R"("facts":{"cpus":"4","os":{"family":"Linux","name":"Debian"}}})");
}

TEST(Node, MayHaveSaidNothing) {
    EXPECT_EQ(serializer::encode_json(node_value({"web1", 0, "OK", {}})),
              R"({"identity":"web1","version":null,"main_collective":null,"collectives":[],)"
              R"("agents":[],"data_plugins":[],"classes":[],"facts":{}})");
}

TEST(Node, LooksToScriptsAsItAnswered) {
    const auto names = script_names(web1(), "now");
    EXPECT_EQ(*names.find("identity"), Value("web1"));
    EXPECT_EQ(*names.find("time"), Value("now"));
    EXPECT_EQ(*names.find("classes"), Value(Array{"web", "base"}));
}

TEST(Node, CannotChooseItsIdentity) {
    const auto names = script_names({"web1", 0, "OK", Map{{"identity", "db1"}}}, "now");
    EXPECT_EQ(*names.find("identity"), Value("web1"));
}

TEST(ReportValue, CountsNodesAndWhatTheyHave) {
    client::Outcome outcome;
    auto second = web1();
    second.sender = "db1";
    outcome.results = {web1(), {"odd", 1, "denied", {}}, second};
    outcome.statistics.silent = {"z", "a"};
    const TimePoint time{std::chrono::seconds(1935655872)};
    const auto value = report_value(outcome, {time, "mcollective"}, FactList::yes);
    EXPECT_EQ(*value.find("time_utc"), Value("2031-05-04T10:11:12Z"));
    EXPECT_EQ(*value.find("missing"), Value(Array{"a", "z"}));
    EXPECT_EQ(serializer::encode_json(*value.find("failed")),
              R"([{"identity":"odd","message":"denied"}])");
    EXPECT_EQ(serializer::encode_json(*value.find("totals")),
              R"({"nodes":2,"missing":2,"failed":1,)"
              R"("collectives":[{"name":"eu","count":2},{"name":"mcollective","count":2}],)"
              R"("agents":[{"name":"discovery","count":2},{"name":"rpcutil","count":2}],)"
              R"("data_plugins":[{"name":"agent","count":2},{"name":"fact","count":2}],)"
              R"("classes":[{"name":"base","count":2},{"name":"web","count":2}]})");
    const auto& nodes = *value.find("nodes")->array();
    ASSERT_EQ(nodes.size(), 2U);
    EXPECT_EQ(*nodes[0].find("identity"), Value("db1"));
    EXPECT_EQ(serializer::encode_json(*nodes[1].find("fact_list")),
              R"([{"name":"cpus","value":"4"},{"name":"os.family","value":"Linux"},)"
              R"({"name":"os.name","value":"Debian"}])");
}

TEST(Membership, IsSortedByName) {
    const auto found = membership({{"b", 0, "OK", Map{{"collectives", Array{"mcollective", "eu"}}}},
                                   {"a", 0, "OK", Map{{"collectives", Array{"mcollective"}}}},
                                   {"c", 1, "denied", {}}});
    EXPECT_EQ(serializer::encode_json(membership_value(found)),
              R"({"collectives":[{"name":"eu","nodes":["b"]},)"
              R"({"name":"mcollective","nodes":["a","b"]}],"total_nodes":2})");
    EXPECT_EQ(graph(found),
              "graph {\n"
              "   subgraph \"eu\" {\n"
              "      \"b\" -- \"eu\"\n"
              "   }\n"
              "   subgraph \"mcollective\" {\n"
              "      \"a\" -- \"mcollective\"\n"
              "      \"b\" -- \"mcollective\"\n"
              "   }\n"
              "}\n");
    EXPECT_EQ(graph({}), "graph {\n}\n");
}

TEST(Graph, EscapesNames) {
    EXPECT_EQ(dot_name("a\"b\\"), R"("a\"b\\")");
    EXPECT_EQ(dot_name("a\nb\x7f"), R"("a?b?")");
    EXPECT_EQ(dot_name("\xff"), "\"\xef\xbf\xbd\"");
}

}  // namespace
}  // namespace mco::reports
