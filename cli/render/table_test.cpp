#include "cli/render/table.hpp"

#include <gtest/gtest.h>

namespace mco::render {
namespace {

using client::Result;
using ddl::Display;

const GridStyle pipe{Palette{false}, 0};

Result answer(std::string sender, Value data, std::string message = "OK") {
    return {std::move(sender), 0, std::move(message), std::move(data)};
}

ddl::Action status() {
    ddl::Action action;
    action.outputs = {{"status", "", "Service Status", {}},
                      {"enabled", "", "", {}},
                      {"unused", "", "Never sent", {}}};
    return action;
}

TEST(ResultTable, HasAColumnForEveryOutputThatWasSent) {
    const std::vector<Result> results = {
        answer("web1.lab.test", Map{{Symbol{"enabled"}, true}, {Symbol{"status"}, "running"}}),
        answer("db1.lab.test",
               Map{{"status", Array{1, "two"}}, {"extra", 12}, {"bonus", Value()}})};
    EXPECT_EQ(result_table(results, status(), Display::always, pipe),
              "\n"
              "Node           Service Status  enabled  bonus  extra\n"
              "web1.lab.test  running         true\n"
              "db1.lab.test   [1, \"two\"]                         12\n"
              "\n");
}

TEST(ResultTable, SaysWhatFailed) {
    const std::vector<Result> results = {answer("n1", Map{{Symbol{"status"}, "running"}}),
                                         {"n2", 1, "disk is\nfull", Map{{Symbol{"x"}, 1}}},
                                         {"n3", 2, "", Map{}},
                                         {"n4", 9, "odd", Value()}};
    EXPECT_EQ(result_table(results, status(), Display::always, pipe),
              "\n"
              "Node  Service Status\n"
              "n1    running\n"
              "n2    Request Aborted: disk is\\nfull\n"
              "n3    Unknown Action\n"
              "n4    Status 9: odd\n"
              "\n");
}

TEST(ResultTable, ShowsMessagesOfThoseWhoSucceededAndDataThatAreNoMap) {
    const std::vector<Result> results = {answer("n1", Map{{Symbol{"status"}, "a"}}, "nearly"),
                                         answer("n2", Map{{Symbol{"status"}, "b"}}),
                                         answer("n3", "plain text")};
    EXPECT_EQ(result_table(results, status(), Display::always, pipe),
              "\n"
              "Node  Service Status  Message\n"
              "n1    a               nearly\n"
              "n2    b\n"
              "n3    plain text\n"
              "\n");
}

TEST(ResultTable, ObeysTheDisplayRule) {
    const std::vector<Result> results = {answer("good", Map{}), {"bad", 1, "no", Map{}}};
    EXPECT_EQ(result_table(results, status(), Display::ok, pipe), "\nNode\ngood\n\n");
    EXPECT_EQ(result_table(results, status(), Display::failed, pipe),
              "\nNode\nbad   Request Aborted: no\n\n");
    EXPECT_EQ(result_table({}, status(), Display::always, pipe), "\n\n");
}

}  // namespace
}  // namespace mco::render
