#include "cli/render/grouped.hpp"

#include <gtest/gtest.h>

namespace mco::render {
namespace {

using client::Result;
using ddl::Display;

const ResultStyle plain{Palette{false}, false, 79, 0};

Result answer(std::string sender, Value data) {
    return {std::move(sender), 0, "OK", std::move(data)};
}

ddl::Action fact() {
    ddl::Action action;
    action.outputs = {{"fact", "", "Fact", {}}, {"value", "", "Value", {}}};
    return action;
}

std::vector<std::vector<std::string>> groups(const std::vector<Result>& results) {
    std::vector<std::vector<std::string>> nodes;
    const auto grouped = group_results(results, Display::always);
    for (const auto* group : grouped.by_size())
        nodes.push_back(group->nodes);
    return nodes;
}

TEST(Grouped, ShowsTheLargestGroupFirst) {
    const std::vector<Result> results = {
        answer("db1.lab.test", Map{{Symbol{"value"}, "RedHat"}, {Symbol{"fact"}, "os"}}),
        answer("web2.lab.test", Map{{Symbol{"fact"}, "os"}, {Symbol{"value"}, "Debian"}}),
        {"web3.lab.test", 1, "You are not authorized", Map{{Symbol{"value"}, Value()}}},
        answer("web1.lab.test", Map{{Symbol{"value"}, "Debian"}, {Symbol{"fact"}, "os"}}),
        answer("mail.lab.test", Map{{"fact", "os"}, {"value", "Debian"}})};
    EXPECT_EQ(grouped_results(results, fact(), Display::always, plain),
              "\n3 nodes\n"
              "    mail.lab.test      web[1-2].lab.test\n"
              "\n    Fact: os\n   Value: Debian\n\n1 node\n"
              "    db1.lab.test\n"
              "\n    Fact: os\n   Value: RedHat\n\n1 node: Request Aborted\n"
              "    web3.lab.test\n"
              "\n   You are not authorized\n\n\n");
}

TEST(Grouped, TellsValuesApart) {
    const std::vector<Result> results = {answer("text", Map{{"v", "7"}}),
                                         answer("number", Map{{"v", 7}}),
                                         answer("real", Map{{"v", 7.0}}),
                                         answer("nil", Map{{"v", Value()}}),
                                         answer("nil as text", Map{{"v", "nil"}}),
                                         answer("absent", Map{}),
                                         answer("list", Map{{"v", Array{"a", "b"}}}),
                                         answer("one text", Map{{"v", Array{"a\", \"b"}}}),
                                         answer("map", Map{{"v", Map{{"a", 1}}}}),
                                         answer("no map", "v")};
    EXPECT_EQ(groups(results).size(), results.size());
}

TEST(Grouped, TakesMapsAsEqualWhateverTheOrderAndKindOfTheirKeys) {
    const Value one = Map{{"m", Map{{"a", 1}, {"b", Symbol{"x"}}}}, {Symbol{"n"}, 2}};
    const Value other = Map{{"n", 2}, {Symbol{"m"}, Map{{Symbol{"b"}, "x"}, {"a", 1}}}};
    EXPECT_EQ(groups({answer("n1", one), answer("n2", other)}),
              (std::vector<std::vector<std::string>>{{"n1", "n2"}}));
}

TEST(Grouped, CountsDataOnlyWhereSomethingWasDone) {
    const std::vector<Result> results = {{"a", 1, "no", Map{{"v", 1}}},
                                         {"b", 1, "no", Map{{"v", 2}}},
                                         {"c", 4, "no", Map{{"v", 1}}},
                                         {"d", 4, "no", Map{{"v", 2}}},
                                         {"e", 4, "yes", Map{}},
                                         {"f", 7, "yes", Map{}}};
    EXPECT_EQ(groups(results),
              (std::vector<std::vector<std::string>>{{"c", "d"}, {"a"}, {"b"}, {"e"}, {"f"}}));
    const auto text = grouped_results(results, {}, Display::always, plain);
    EXPECT_NE(text.find("2 nodes: Invalid Request Data\n"), std::string::npos) << text;
    EXPECT_NE(text.find("1 node: Status 7\n"), std::string::npos) << text;
    EXPECT_NE(text.find("\n   no\n   v: 2\n"), std::string::npos) << text;
}

TEST(Grouped, ObeysTheDisplayRule) {
    const std::vector<Result> results = {answer("good", Map{}), {"bad", 1, "no", Map{}}};
    EXPECT_EQ(grouped_results(results, {}, Display::ok, plain),
              "\n1 node\n"
              "    good\n"
              "\n\n");
    EXPECT_EQ(group_results(results, Display::failed).by_size().size(), 1U);
    EXPECT_EQ(grouped_results({}, {}, Display::always, plain), "\n\n");
}

TEST(Grouped, PutsNamesIntoAsManyColumnsAsFit) {
    std::vector<Result> results;
    for (const auto* name : {"alpha", "beta", "gamma", "delta", "epsilon"})
        results.push_back(answer(name, Map{}));
    const auto names = [&](std::size_t columns) {
        auto style = plain;
        style.columns = columns;
        const auto text = grouped_results(results, {}, Display::always, style);
        return text.substr(0, text.find("\n\n")) + '\n';
    };
    EXPECT_EQ(names(0), "\n5 nodes\n    alpha    beta     delta    epsilon  gamma\n");
    EXPECT_EQ(names(29), "\n5 nodes\n    alpha    beta     delta\n    epsilon  gamma\n");
    EXPECT_EQ(names(28), "\n5 nodes\n    alpha    beta\n    delta    epsilon\n    gamma\n");
    EXPECT_EQ(names(5), "\n5 nodes\n    alpha\n    beta\n    delta\n    epsilon\n    gamma\n");
}

TEST(Grouped, NamesANodeOnceThatAnsweredTwice) {
    EXPECT_EQ(grouped_results({answer("n1", Map{}), answer("n1", Map{})}, {}, Display::ok, plain),
              "\n1 node\n"
              "    n1\n"
              "\n\n");
}

TEST(Grouped, PaintsHeadings) {
    const auto text = grouped_results(
        {answer("n1", Map{}), {"n2", 3, "m", Map{}}}, {}, Display::always, ResultStyle{});
    EXPECT_NE(text.find("\x1b[1m1 node\x1b[0m\n"), std::string::npos);
    EXPECT_NE(text.find("\x1b[1m1 node\x1b[0m: \x1b[33mMissing Request Data\x1b[0m\n"),
              std::string::npos);
    EXPECT_NE(text.find("   \x1b[33mm\x1b[0m\n"), std::string::npos);
}

}  // namespace
}  // namespace mco::render
