#include "cli/render/statistics.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

namespace mco::render {
namespace {

using client::Seconds;
using client::Statistics;
using ddl::Summary;

const Palette colours;
const Palette none{false};

Statistics of(std::size_t discovered, std::size_t responses) {
    Statistics statistics;
    for (std::size_t i = 1; i <= discovered; ++i)
        statistics.discovered.push_back("n" + std::to_string(i));
    statistics.responses = responses;
    statistics.agent_time = Seconds(0.0905321);
    return statistics;
}

TEST(StatisticsBlock, IsGreenWhenEverybodyAnswered) {
    EXPECT_EQ(statistics_block(of(3, 3), {}, colours),
              "\nFinished processing \x1b[32m3\x1b[0m / \x1b[32m3\x1b[0m hosts in 90.53 ms\n\n");
    EXPECT_EQ(statistics_block(of(0, 0), {}, none),
              "\nFinished processing 0 / 0 hosts in 90.53 ms\n\n");
}

TEST(StatisticsBlock, NamesTheSilentInColumns) {
    auto statistics = of(7, 2);
    statistics.silent = {
        "n005.lab.test", "n001.lab.test", "n003.lab.test", "n002.lab.test", "n004.lab.test"};
    EXPECT_EQ(statistics_block(statistics, {}, colours),
              "\nFinished processing \x1b[31m2\x1b[0m / \x1b[31m7\x1b[0m hosts in 90.53 ms\n\n\n"
              "\x1b[31mNo response from:\x1b[0m\n\n"
              "    n001.lab.test                  n002.lab.test                  n003.lab.test     "
              "            \n"
              "    n004.lab.test                  n005.lab.test                                    "
              "            \n\n");
}

TEST(StatisticsBlock, SeparatesSilentAndUnexpectedNodes) {
    auto statistics = of(1, 1);
    statistics.silent = {"n1"};
    statistics.unexpected = {std::string(46, 'x')};
    const auto cell = "    n1" + std::string(28, ' ') + std::string(62, ' ') + "\n";
    EXPECT_EQ(statistics_block(statistics, {}, none),
              "\nFinished processing 1 / 1 hosts in 90.53 ms\n\n\nNo response from:\n\n" + cell +
                  "\n\nUnexpected response from:\n\n    " + std::string(46, 'x') + "\n\n");
}

TEST(StatisticsBlock, PutsSummariesFirst) {
    const std::vector<Summary> summaries = {
        {"status", "Service Status", {"running = 2", "stopped = 1"}, ""},
        {"empty", "Empty", {}, ""},
        {"broken", "broken", {}, "there is nothing to average"}};
    EXPECT_EQ(statistics_block(of(3, 3), summaries, colours),
              "\x1b[1mSummary of Service Status:\x1b[0m\n\n   running = 2\n   stopped = 1\n\n"
              "\x1b[1mSummary of Empty:\x1b[0m\n\n\x1b[33m     No aggregate summary could be "
              "computed\x1b[0m\n\n"
              "\x1b[1mSummary of broken:\x1b[0m\n\n"
              "\x1b[33m     Could not compute summary - there is nothing to average\x1b[0m\n\n"
              "\nFinished processing \x1b[32m3\x1b[0m / \x1b[32m3\x1b[0m hosts in 90.53 ms\n\n");
}

class VerboseStatistics : public testing::Test {
  protected:
    VerboseStatistics() {
        setenv("TZ", "UTC", 1);
        tzset();
    }
};

TEST_F(VerboseStatistics, TellAllTimes) {
    auto statistics = of(3, 3);
    statistics.passed = 2;
    statistics.failed = 1;
    statistics.started = TimePoint(std::chrono::milliseconds(1935886272999));
    statistics.discovery_time = Seconds(2.0016312);
    EXPECT_EQ(verbose_statistics_block(statistics, {}, "rpcutil#ping call stats", colours),
              "\n\x1b[33m---- rpcutil#ping call stats ----\x1b[0m\n"
              "           Nodes: \x1b[0m3\x1b[0m / \x1b[0m3\x1b[0m\n"
              "     Pass / Fail: \x1b[0m2\x1b[0m / \x1b[0m1\x1b[0m\n"
              "      Start Time: 2031-05-07 02:11:12 +0000\n"
              "  Discovery Time: 2001.63ms\n"
              "      Agent Time: 90.53ms\n"
              "      Total Time: 2092.16ms\n\n");
}

TEST_F(VerboseStatistics, AreRedWhenSomebodyIsMissing) {
    EXPECT_NE(verbose_statistics_block(of(3, 1), {}, "rpc stats", colours)
                  .find("           Nodes: \x1b[31m3\x1b[0m / \x1b[31m1\x1b[0m\n"),
              std::string::npos);
}

TEST_F(VerboseStatistics, HideFailuresUnlessASummaryWorked) {
    const Summary failed{"x", "x", {}, "there is nothing to average"};
    const Summary worked{"y", "y", {"1"}, ""};
    EXPECT_EQ(verbose_statistics_block(of(1, 1), {failed}, "c", none).find("Summary"),
              std::string::npos);
    EXPECT_NE(verbose_statistics_block(of(1, 1), {worked, failed}, "c", none).find("Summary of x"),
              std::string::npos);
}

}  // namespace
}  // namespace mco::render
