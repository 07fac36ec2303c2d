#include "cli/render/facts.hpp"

#include "client/json.hpp"

#include <gtest/gtest.h>

namespace mco::render {
namespace {

using client::Result;

std::vector<Result> replies(const std::vector<std::pair<std::string, Value>>& values) {
    std::vector<Result> results;
    for (const auto& [sender, value] : values)
        results.push_back({sender, 0, "OK", Map{{Symbol{"value"}, value}}});
    return results;
}

TEST(Facts, AreCountedInOrder) {
    const auto values = fact_values(
        replies({{"n2", "RedHat"}, {"n3", "Debian"}, {"n4", Value()}, {"n1", "Debian"}}));
    EXPECT_EQ(fact_report("os", values, false),
              "Report for fact: os\n\n"
              "        Debian                                   found 2 times\n"
              "        RedHat                                   found 1 times\n");
    EXPECT_EQ(fact_report("os", values, true),
              "Report for fact: os\n\n"
              "        Debian                                   found 2 times\n"
              "\n            n1\n            n3\n\n"
              "        RedHat                                   found 1 times\n"
              "\n            n2\n\n");
    EXPECT_EQ(fact_report("os", {}, false), "No values found for fact os\n");
}

TEST(Facts, OfAnyTypeAreShown) {
    const auto values = fact_values(replies({{"n1", 7},
                                             {"n2", "7"},
                                             {"n3", Array{"eth0", 1, Value()}},
                                             {"n4", Map{{"family", "Debian"}}},
                                             {"n5", false},
                                             {"n6", 1.5},
                                             {"n7", Symbol{"x"}}}));
    std::vector<std::string> texts;
    for (const auto& value : values)
        texts.push_back(value.text);
    EXPECT_EQ(texts,
              (std::vector<std::string>{
                  "1.5", "7", R"(["eth0", 1, nil])", "false", "x", R"({"family"=>"Debian"})"}));
    EXPECT_EQ(values[1].nodes, (std::vector<std::string>{"n1", "n2"}));
}

TEST(Facts, WidenTheirColumnForALongValue) {
    const std::string wide(45, 'x');
    const auto report = fact_report("f", fact_values(replies({{"a", wide}, {"b", "y"}})), false);
    EXPECT_EQ(report,
              "Report for fact: f\n\n        " + wide + " found 1 times\n        y" +
                  std::string(44, ' ') + " found 1 times\n");
}

TEST(Facts, AreObjectsForPrograms) {
    const auto values = fact_values(replies({{"n2", Map{{"a", 1}}}, {"n1", Map{{"a", 1}}}}));
    ASSERT_EQ(values.size(), 1U);
    EXPECT_EQ(client::json_line(fact_object("os", values[0])),
              R"({"fact":"os","value":{"a":1},"count":2,"nodes":["n1","n2"]})"
              "\n");
}

TEST(Facts, OfNodesThatFailedDoNotCount) {
    EXPECT_TRUE(fact_values({{"n1", 1, "no", Map{}}, {"n2", 5, "broken", Value()}}).empty());
}

}  // namespace
}  // namespace mco::render
