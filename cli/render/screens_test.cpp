#include "cli/render/listing.hpp"
#include "cli/render/live_line.hpp"
#include "cli/render/policy.hpp"
#include "cli/render/progress.hpp"
#include "cli/render/reports.hpp"
#include "cli/render/spark.hpp"
#include "cli/render/text.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

namespace mco::render {
namespace {

using client::Result;

const Palette none{false};

Result answer(std::string sender, Value data) {
    return {std::move(sender), 0, "OK", std::move(data)};
}

TEST(Progress, FillsABarOfAtMostSixtyColumns) {
    ProgressBar bar(100, Palette{});
    EXPECT_EQ(bar.draw(0, 3), "\r \x1b[31m|\x1b[0m [ >" + std::string(60, ' ') + " ] 0 / 3");
    EXPECT_EQ(
        bar.draw(1, 3),
        "\r \x1b[31m/\x1b[0m [ " + std::string(20, '=') + ">" + std::string(40, ' ') + " ] 1 / 3");
    EXPECT_EQ(bar.draw(3, 3), "\r \x1b[32m*\x1b[0m [ " + std::string(60, '=') + "> ] 3 / 3");
}

TEST(Progress, TurnsItsSpinner) {
    ProgressBar bar(23, none);
    std::string seen;
    for (int i = 0; i < 9; ++i)
        seen += bar.draw(0, 1)[2];
    EXPECT_EQ(seen, "|/-\\|/-\\|");
}

TEST(Progress, IsOnlyNumbersWithoutATerminal) {
    for (const std::size_t columns : {0u, 22u}) {
        ProgressBar bar(columns, Palette{});
        EXPECT_EQ(bar.draw(2, 3), "\r2 / 3");
    }
}

TEST(Progress, DrawsAShorterBarOnASmallTerminal) {
    EXPECT_EQ(ProgressBar(32, none).draw(1, 2), "\r | [ =====>      ] 1 / 2");
}

/// The expected lines are what the original's `mco ping --graph` draws for these times.
/// Issue 12, 24.
TEST(LiveLine, IsWrittenOverAndNeverWraps) {
    LiveLine line(12);
    EXPECT_EQ(line.clear(), "");
    EXPECT_EQ(line.draw("0 of 8 done, 8 waiting"), "\r0 of 8 don…");
    EXPECT_EQ(line.draw("0 of 8 done, 8 waiting"), "") << "nothing new";
    EXPECT_EQ(line.draw("8\r"), "\r8\\r        ") << "what was longer is blanked";
    EXPECT_EQ(line.clear(), "\r   ");
    EXPECT_EQ(line.clear(), "");
    EXPECT_EQ(LiveLine(0).draw(std::string(200, 'x')).size(), 1 + 78 + std::string("…").size());
}

/// Issue 12, 22.
TEST(PolicyExplanation, SaysWhereItWasReadAndThatANodeMayDiffer) {
    Explained explained;
    explained.folder = "/etc/mcollective/policies";
    EXPECT_NE(
        explanation_text(explained, none)
            .find("\nPolicies read from /etc/mcollective/policies on this machine; a node may "
                  "have others.\n"),
        std::string::npos);
    explained.node = "web1";
    EXPECT_NE(explanation_text(explained, none)
                  .find("on this machine; web1 may have others, only its facts and classes were "
                        "asked for.\n"),
              std::string::npos);
    EXPECT_NE(explanation_json(explained).find(R"("folder": "/etc/mcollective/policies")"),
              std::string::npos);
}

TEST(Spark, CountsTimesInStepsOfFiftyMilliseconds) {
    struct Case {
        std::vector<double> times;
        std::string line;
    };

    std::vector<double> even;
    for (int n = 1; n <= 40; ++n)
        even.push_back(n * 25);
    std::vector<double> growing;
    for (int n = 0; n < 14; ++n)
        growing.insert(growing.end(), static_cast<std::size_t>(n) + 1, n * 50 + 1);
    const std::vector<Case> cases = {{{10, 20, 30, 49, 50, 160}, "▇▃▁▃"},
                                     {{5}, "▇"},
                                     {{0}, "▇"},
                                     {{50}, "▇"},
                                     {{49, 50, 51}, "▄▇"},
                                     {{1, 2, 3, 400}, "▇▁▁▁▁▁▁▁▃"},
                                     {{1000, 10}, "▇▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▇"},
                                     {even, "▄▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▄"},
                                     {growing, "▁▂▂▃▃▄▄▄▅▅▆▆▇▇"},
                                     {{}, ""}};
    for (const auto& [times, line] : cases)
        EXPECT_EQ(spark_of_times(times), line);
    // An hour's delay of one node must not become a line of 72,000 characters.
    EXPECT_LE(spark_of_times({10, 3.6e6}).size(), 30'000U);
}

TEST(Spark, CountsValuesInTwentySteps) {
    EXPECT_EQ(spark_of_values({140, 180, 260}), "▇▁▁▁▁▇▁▁▁▁▁▁▁▁▁▁▁▇▁▁");
    EXPECT_EQ(spark_of_values({7, 7}), "▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁");
    EXPECT_EQ(spark_of_values({}), "");
}

TEST(Inventory, ShowsOneNode) {
    setenv("TZ", "UTC", 1);
    tzset();
    const Value statistics =
        Map{{Symbol{"version"}, "2.12.5"},
            {Symbol{"starttime"}, 1700000000},
            {Symbol{"configfile"}, "/etc/mcollective/server.cfg"},
            {Symbol{"pid"}, 4242},
            {Symbol{"total"}, 11},
            {Symbol{"passed"}, 8},
            {Symbol{"filtered"}, 2},
            {Symbol{"ttlexpired"}, 0},
            {Symbol{"replies"}, 7},
            {Symbol{"times"}, Map{{Symbol{"utime"}, 1.5}, {Symbol{"stime"}, 0.25}}}};
    const Value inventory =
        Map{{Symbol{"agents"}, Array{"rpcutil", "discovery", "puppet", "filemgr"}},
            {Symbol{"facts"}, Map{{"os", "Debian"}, {"cpus", "16"}, {"l", Array{1}}}},
            {Symbol{"classes"}, Array{"postgres", "base"}},
            {Symbol{"collectives"}, Array{"mcollective", "eu"}},
            {Symbol{"main_collective"}, "mcollective"},
            {Symbol{"data_plugins"}, Array{"fact_data", "agent_data"}}};
    EXPECT_EQ(inventory_page("db1.lab.test", statistics, inventory),
              "Inventory for db1.lab.test:\n\n"
              "   Server Statistics:\n"
              "                      Version: 2.12.5\n"
              "                   Start Time: 2023-11-14 22:13:20 +0000\n"
              "                  Config File: /etc/mcollective/server.cfg\n"
              "                  Collectives: mcollective, eu\n"
              "              Main Collective: mcollective\n"
              "                   Process ID: 4242\n"
              "               Total Messages: 11\n"
              "      Messages Passed Filters: 8\n"
              "            Messages Filtered: 2\n"
              "             Expired Messages: 0\n"
              "                 Replies Sent: 7\n"
              "         Total Processor Time: 1.5 seconds\n"
              "                  System Time: 0.25 seconds\n\n"
              "   Agents:\n"
              "      discovery       filemgr         puppet         \n"
              "      rpcutil                                        \n\n"
              "   Data Plugins:\n"
              "      agent           fact                           \n\n"
              "   Configuration Management Classes:\n"
              "    base                           postgres                                         "
              "            \n\n"
              "   Facts:\n"
              "      cpus => 16\n"
              "      l => [1]\n"
              "      os => Debian\n");
}

TEST(Inventory, SaysWhatIsNotThere) {
    const auto page = inventory_page("n1", Map{}, Map{});
    for (const auto* line : {"      No agents installed\n",
                             "      No data plugins installed\n",
                             "      No classes applied\n",
                             "      No facts known\n"})
        EXPECT_NE(page.find(line), std::string::npos) << line;
    EXPECT_EQ(page.find("Collectives:"), std::string::npos);
}

TEST(Inventory, ListsCollectivesBySize) {
    const std::vector<Result> results = {
        answer("n1", Map{{Symbol{"collectives"}, Array{"mcollective", "eu"}}}),
        answer("n2", Map{{Symbol{"collectives"}, Array{"mcollective"}}}),
        answer("n3", Map{})};
    EXPECT_EQ(collective_list(results),
              "   Collective                     Nodes\n"
              "   ==========                     =====\n"
              "   eu                             1\n"
              "   mcollective                    2\n\n"
              "                     Total nodes: 2\n\n");
}

const std::vector<Command> commands = {{"rpc", "Call any agent"},
                                       {"find", "Find nodes"},
                                       {"ping", "Ping"},
                                       {"facts", "F"}};

TEST(Listing, ShowsCommandsThreeToARow) {
    const auto text = command_table(commands, "mco", "3.0.0");
    EXPECT_EQ(text.find("The Marionette Collective version 3.0.0\n\nusage: mco command "
                        "<options>\n\n"
                        "Known commands:\n\n"
                        "   facts                find                 ping                \n"
                        "   rpc                                                           \n\n"),
              0u);
    EXPECT_NE(text.find("'mco help'"), std::string::npos);
    EXPECT_TRUE(text.ends_with("\n\n"));
}

TEST(Listing, SuggestsForAnUnknownCommand) {
    const auto text = unknown_command("fnd", commands, "mco", "3.0.0", {"/usr/share/x"});
    EXPECT_EQ(text.find("The Marionette Collective version 3.0.0\n\nUnknown command 'fnd', "
                        "searched for applications in:\n\n"
                        "   /usr/share/x\n\nDid you mean 'find'?\n\n"
                        "Known commands:\n\n"),
              0u);
    EXPECT_EQ(unknown_command("xyzzy", commands, "mco", "3.0.0", {}).find("Did you mean"),
              std::string::npos);
}

TEST(Listing, DescribesCommands) {
    EXPECT_EQ(help_listing({{"rpc", "Call any agent"}, {"find", "Find nodes"}}, "3.0.0"),
              "The Marionette Collective version 3.0.0\n\n  find            Find nodes\n  rpc      "
              "       Call any agent\n\n");
}

TEST(Text, SplitsLinesAndDropsEmptyOnesAtTheEnd) {
    EXPECT_EQ(lines(std::string_view("a\n\nb\n\n")), (std::vector<std::string_view>{"a", "", "b"}));
    EXPECT_TRUE(lines(std::string_view("\n\n")).empty());
}

}  // namespace
}  // namespace mco::render
