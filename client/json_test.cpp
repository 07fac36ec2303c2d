#include "client/json.hpp"

#include <gtest/gtest.h>

namespace mco::client {
namespace {

const Called ping{"rpcutil", "ping"};

Outcome one_of_two() {
    Outcome outcome;
    outcome.results = {{"web1.lab.test", 0, "OK", Map{{Symbol{"pong"}, 1700000000}}}};
    outcome.missing = {{"web2.lab.test", Absence::timed_out, "seen 3 minutes ago"}};
    outcome.statistics.discovered = {"web1.lab.test", "web2.lab.test"};
    outcome.statistics.responses = 1;
    outcome.statistics.passed = 1;
    outcome.statistics.discovery_time = Seconds(0.25);
    outcome.statistics.agent_time = Seconds(1.5);
    return outcome;
}

const std::string reply =
    R"({"agent":"rpcutil","action":"ping","sender":"web1.lab.test","statuscode":0,"statusmsg":"OK",)"
    R"("data":{"pong":1700000000}})";
const std::string missing =
    R"({"agent":"rpcutil","action":"ping","missing":"web2.lab.test","reason":"timed_out",)"
    R"("message":"seen 3 minutes ago"})";

TEST(ResultJson, IsTheOriginalsListWhenEverybodyAnswered) {
    auto outcome = one_of_two();
    outcome.missing.clear();
    EXPECT_EQ(result_json(outcome, ping, false), "[" + reply + "]\n");
    EXPECT_EQ(result_json(outcome, ping, true),
              "[\n  {\n    \"agent\": \"rpcutil\",\n    \"action\": \"ping\",\n    \"sender\": "
              "\"web1.lab.test\",\n"
              "    \"statuscode\": 0,\n    \"statusmsg\": \"OK\",\n    \"data\": {\n      "
              "\"pong\": 1700000000\n    }\n"
              "  }\n]\n");
}

TEST(ResultJson, EndsWithTheMissingNodes) {
    EXPECT_EQ(result_json(one_of_two(), ping, false), "[" + reply + "," + missing + "]\n");
    EXPECT_EQ(missing.find("sender"), std::string::npos);
}

TEST(ResultJson, IsAnEmptyListForNobody) {
    EXPECT_EQ(result_json({}, ping, false), "[]\n");
    EXPECT_EQ(result_json({}, ping, true), "[]\n");
}

TEST(ResultJson, IndentsLayoutAndNotText) {
    Outcome outcome;
    outcome.results = {{"n1", 0, "OK", Map{{"out", "one\ntwo"}}}, {"n2", 1, "a\nb", Map{}}};
    const auto text = result_json(outcome, ping, true);
    EXPECT_NE(text.find("      \"out\": \"one\\ntwo\"\n    }\n  },\n  {\n"), std::string::npos)
        << text;
    EXPECT_NE(text.find("    \"statusmsg\": \"a\\nb\",\n    \"data\": {}\n  }\n]\n"),
              std::string::npos)
        << text;
}

/// The texts are what the original's generator writes for the same values.
TEST(ResultJson, WritesNumbersAndTextsAsTheOriginalDoes) {
    const std::vector<std::pair<Value, std::string>> cases = {
        {1e15, "1.0e+15"},
        {1e14, "100000000000000.0"},
        {123456789012345680.0, "1.2345678901234568e+17"},
        {0.0001, "0.0001"},
        {1e-5, "1.0e-05"},
        {0.1 + 0.2, "0.30000000000000004"},
        {5e-324, "5.0e-324"},
        {100.0, "100.0"},
        {-0.0, "-0.0"},
        {-7, "-7"},
        {Value(), "null"},
        {"\x7f\u2028/\x01\b\x1b<>&\u00e9\U0001f600\"\\",
         "\"\x7f\u2028/\\u0001\\b\\u001b<>&\u00e9\U0001f600\\\"\\\\\""},
        {Map{{1, 2}, {Value(), 3}, {Symbol{"a"}, Symbol{"b"}}, {Array{1}, 5}},
         R"({"1":2,"":3,"a":"b","[1]":5})"}};
    for (const auto& [value, text] : cases)
        EXPECT_EQ(json_line(value), text + "\n");
}

TEST(JsonLines, AreRepliesMissingNodesAndASummary) {
    auto outcome = one_of_two();
    EXPECT_EQ(json_line(reply_object(outcome.results[0], ping)), reply + "\n");
    outcome.statistics.unexpected = {"stranger"};
    outcome.statistics.interrupted = true;
    outcome.summaries = {{"pong", "Timestamp", {"1700000000 = 1"}, ""},
                         {"x", "x", {}, "there is nothing to average"}};
    EXPECT_EQ(
        closing_lines(outcome, ping),
        missing + "\n" +
            R"({"agent":"rpcutil","action":"ping","summary":{"discovered":2,"replies":1,"passed":1,)"
            R"("failed":0,"missing":1,"unexpected":["stranger"],"unproven":0,"interrupted":true,)"
            R"("discovery_time":0.25,"agent_time":1.5,"aggregates":[{"output":"pong",)"
            R"("label":"Timestamp","lines":["1700000000 = 1"]},{"output":"x","label":"x",)"
            R"("failure":"there is nothing to average"}]}})"
            "\n");
}

TEST(JsonLines, OfNobodyAreASummary) {
    EXPECT_EQ(closing_lines({}, ping),
              R"({"agent":"rpcutil","action":"ping","summary":{"discovered":0,"replies":0,)"
              R"("passed":0,"failed":0,"missing":0,"unexpected":[],"unproven":0,)"
              R"("interrupted":false,"discovery_time":0.0,"agent_time":0.0,"aggregates":[]}})"
              "\n");
}

TEST(MissingObject, BelongsToNoActionUnlessOneIsNamed) {
    EXPECT_EQ(json_line(missing_object(Missing{"n1", Absence::never_seen, "why"})),
              R"({"missing":"n1","reason":"never_seen","message":"why"})"
              "\n");
}

}  // namespace
}  // namespace mco::client
