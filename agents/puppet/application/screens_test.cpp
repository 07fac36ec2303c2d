#include "agents/puppet/application/screens.hpp"

#include <gtest/gtest.h>

namespace mco::puppet::application {
namespace {

using client::Result;
using render::Palette;

const Palette none{false};

Result answer(std::string sender, Value data) {
    return {std::move(sender), 0, "OK", std::move(data)};
}

TEST(PuppetScreens, AlignsStatusLinesToTheRight) {
    const std::vector<Result> results = {
        answer("web1.lab.test", Map{{Symbol{"message"}, "Currently stopped"}}),
        {"db1.lab.test", 1, "broken", Map{}}};
    EXPECT_EQ(status_screen(results, Palette{}),
              "   web1.lab.test: Currently stopped\n"
              "    db1.lab.test: \x1b[31mbroken\x1b[0m\n");
    EXPECT_EQ(status_screen({}, none), "");
}

TEST(PuppetScreens, CountsStates) {
    const auto node = [](bool enabled, bool applying, bool present, bool idling) {
        return answer("n",
                      Map{{Symbol{"enabled"}, enabled},
                          {Symbol{"applying"}, applying},
                          {Symbol{"daemon_present"}, present},
                          {Symbol{"idling"}, idling}});
    };
    EXPECT_EQ(count_screen({node(true, true, true, false),
                            node(true, false, true, true),
                            node(false, false, false, false),
                            {"f", 1, "broken", Map{{Symbol{"enabled"}, true}}}},
                           none),
              "Total Puppet nodes: 3\n\n"
              "          Nodes currently enabled: 2\n"
              "         Nodes currently disabled: 1\n\n"
              "Nodes currently doing puppet runs: 1\n"
              "          Nodes currently stopped: 2\n\n"
              "       Nodes with daemons started: 2\n"
              "    Nodes without daemons started: 1\n"
              "       Daemons started but idling: 1\n\n"
              "Failed to retrieve status of 1 node\n"
              "   f: broken\n");
}

TEST(PuppetScreens, SummarisesLastRuns) {
    std::vector<Result> results;
    for (const int total : {140, 180, 260})
        results.push_back(answer(
            "n", Map{{Symbol{"total_resources"}, total}, {Symbol{"total_time"}, 1234567.5}}));
    results.push_back({"f", 1, "broken", Map{{Symbol{"total_resources"}, 1}}});
    const auto text = summary_screen(results);
    EXPECT_EQ(text.find("Summary statistics for 3 nodes:\n\n"
                        "                  Total resources: ▇▁▁▁▁▇▁▁▁▁▁▁▁▁▁▁▁▇▁▁  min: 140.0  avg: "
                        "193.3  max: 260.0 \n"
                        "            Out Of Sync resources: \n"),
              0u);
    EXPECT_NE(text.find("         Total run-time (seconds): ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁  min: 1.2m   avg: "
                        "1.2m   max: 1.2m  \n"
                        "    Time since last run (seconds): \n\n"
                        "Not among them:\n"
                        "   f: broken\n\n"),
              std::string::npos);
}

/// Issue 12, 24: who never ran is no node that ran in 1970.
TEST(PuppetScreens, SummariseOnlyRunsThatWere) {
    const auto node = [](const char* name, std::int64_t last, std::int64_t since) {
        return answer(name, Map{{Symbol{"lastrun"}, last}, {Symbol{"since_lastrun"}, since}});
    };
    const auto text = summary_screen(
        {node("web1", 1'800'000'000, 60), node("new1", 0, 1'800'000'060), node("odd1", 9, -300)});
    EXPECT_NE(text.find("min: 60.0   avg: 60.0   max: 60.0  \n\n"
                        "Never completed a run: new1\n"
                        "Completed one in the future, by their clocks: odd1\n"),
              std::string::npos)
        << text;
    EXPECT_EQ(summary_screen({node("web1", 1'800'000'000, 60)}).find("Never"), std::string::npos);
}

}  // namespace
}  // namespace mco::puppet::application
