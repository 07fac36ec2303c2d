#include "cli/render/results.hpp"

#include <gtest/gtest.h>

namespace mco::render {
namespace {

using client::Result;
using ddl::Display;

const ResultStyle coloured{};
const ResultStyle plain_style{Palette{false}, false, 79, 0};
const ResultStyle verbose_style{Palette{}, true, 79, 0};

ddl::Action ping() {
    ddl::Action action;
    action.name = "ping";
    action.outputs = {{"pong", "", "Timestamp", {}}};
    return action;
}

Result answer(std::string sender, Value data) {
    return {std::move(sender), 0, "OK", std::move(data)};
}

Result failure(int status, std::string message) {
    return {"db1.lab.test", status, std::move(message), Map{}};
}

TEST(ResultBlock, ShowsSendersAndLabels) {
    const std::vector<Result> results = {
        answer("web1.lab.test", Map{{Symbol{"pong"}, 1700000000}}),
        answer("a-name-that-is-longer-than-forty-characters.lab.test", Map{{Symbol{"pong"}, 1}})};
    EXPECT_EQ(result_block(results, ping(), Display::always, coloured),
              "\n"
              "web1.lab.test                            \n"
              "   Timestamp: 1700000000\n"
              "\n"
              "a-name-that-is-longer-than-forty-characters.lab.test \n"
              "   Timestamp: 1\n"
              "\n"
              "\n");
}

TEST(ResultBlock, SortsByKeyAndAlignsLabelsToTheRight) {
    ddl::Action inventory;
    inventory.outputs = {{"agents", "", "Agents", {}},
                         {"facts", "", "Facts", {}},
                         {"main_collective", "", "Main Collective", {}},
                         {"collectives", "", "All Collectives", {}}};
    const Value data = Map{{Symbol{"main_collective"}, "mcollective"},
                           {Symbol{"facts"}, Map{{"os", "RedHat"}, {"cpus", "16"}}},
                           {Symbol{"collectives"}, Array{"mcollective", "eu"}},
                           {Symbol{"undeclared"}, Value()},
                           {Symbol{"agents"}, Array{"discovery", "rpcutil", "puppet"}}};
    const ResultStyle narrow{Palette{false}, false, 29, 0};
    EXPECT_EQ(result_block({answer("n1", data)}, inventory, Display::always, narrow),
              "\n"
              "n1                                       \n"
              "            Agents: [\"discovery\",\n"
              "                     \"rpcutil\",\n"
              "                     \"puppet\"]\n"
              "   All Collectives: [\"mcollective\", \"eu\"]\n"
              "             Facts: {\"os\"=>\"RedHat\",\n"
              "                     \"cpus\"=>\"16\"}\n"
              "   Main Collective: mcollective\n"
              "        undeclared: nil\n"
              "\n"
              "\n");
}

TEST(ResultBlock, IndentsFurtherLinesOfTextAndLeavesNothingAfterAnEmptyOne) {
    const Value data = Map{{Symbol{"out"}, "one\ntwo\n\nfour\n"}, {Symbol{"error"}, ""}};
    EXPECT_EQ(result_block({answer("n1", data)}, {}, Display::ok, plain_style),
              "\n"
              "n1                                       \n"
              "   error:\n"
              "     out: one\n"
              "          two\n"
              "          \n"
              "          four\n"
              "\n"
              "\n");
}

TEST(ResultBlock, NamesEveryStatus) {
    const std::vector<std::pair<int, std::string>> words = {
        {1, "\x1b[31mRequest Aborted\x1b[0m"},
        {2, "\x1b[33mUnknown Action\x1b[0m"},
        {3, "\x1b[33mMissing Request Data\x1b[0m"},
        {4, "\x1b[33mInvalid Request Data\x1b[0m"},
        {5, "\x1b[31mUnknown Request Status\x1b[0m"},
        {9, ""}};
    for (const auto& [status, word] : words)
        EXPECT_EQ(
            result_block({failure(status, "disk is full")}, ping(), Display::failed, coloured),
            "\ndb1.lab.test                             " + word +
                "\n   \x1b[33mdisk is full\x1b[0m\n\n\n");
}

TEST(ResultBlock, ShowsWhatTheDisplayRuleAllows) {
    const std::vector<Result> results = {answer("good", Map{}), failure(1, "bad")};
    const auto shown = [&](Display display) {
        const auto text = result_block(results, ping(), display, plain_style);
        return std::pair(text.find("good") != std::string::npos,
                         text.find("db1") != std::string::npos);
    };
    EXPECT_EQ(shown(Display::always), std::pair(true, true));
    EXPECT_EQ(shown(Display::ok), std::pair(true, false));
    EXPECT_EQ(shown(Display::failed), std::pair(false, true));
}

TEST(ResultBlock, IsTwoNewlinesForNobody) {
    EXPECT_EQ(result_block({}, ping(), Display::always, coloured), "\n\n");
}

TEST(ResultBlock, VerboseShowsEverythingInItsOwnForm) {
    const Value wide =
        Map{{Symbol{"a"}, std::string(50, 'x')}, {Symbol{"b"}, std::string(50, 'y')}};
    const std::vector<Result> results = {answer("n1", wide),
                                         {"n2", 1, "aborted", Map{{Symbol{"pong"}, Value()}}},
                                         {"n3", 4, "invalid", Map{}},
                                         {"n4", 5, "broken", Map{}},
                                         answer("n5", Map{})};
    const auto pad = std::string(38, ' ');
    EXPECT_EQ(result_block(results, ping(), Display::failed, verbose_style),
              "\nn1" + pad + ": OK\n    {:a=>\"" + std::string(50, 'x') + "\",     :b=>\"" +
                  std::string(50, 'y') + "\"}\n\nn2" + pad + ": aborted\n    {:pong=>nil}\n\nn3" +
                  pad + ": invalid\nn4" + pad + ": broken\n    brokenn5" + pad +
                  ": OK\n    {}\n\n\n");
}

}  // namespace
}  // namespace mco::render
