#include "daemon/figures.hpp"

#include "core/serializer/json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mco::daemon {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::Not;

/// A node that has seen something of everything.
class SomeFigures : public testing::Test {
  protected:
    Counters counters_;
    Figures figures_{"3.0.0",
                     "node1",
                     TimePoint(milliseconds(1000)),
                     TimePoint(milliseconds(5500)),
                     counters_};

    SomeFigures() {
        counters_.total = 7;
        counters_.connections = 2;
        counters_.at(message::Gate::replayed) = 3;
        figures_.unaudited = 1;
        figures_.facts = TimePoint(milliseconds(3000));
        figures_.agents = {{"puppet", 4, 1.5, 0.75}};
        figures_.connected = true;
        figures_.open_requests = 5;
        figures_.workers = {16, 2, 1};
        figures_.resident_memory = 4096;
        figures_.pid = 99;
    }
};

TEST_F(SomeFigures, AsAStatusFile) {
    const auto status = serializer::decode_json(to_json(figures_)).value();
    EXPECT_EQ(*status.find("version"), Value("3.0.0"));
    EXPECT_EQ(*status.find("identity"), Value("node1"));
    EXPECT_EQ(*status.find("pid"), Value(99));
    EXPECT_EQ(*status.find("started"), Value(1000));
    EXPECT_EQ(*status.find("written"), Value(5500));
    EXPECT_EQ(*status.find("connected"), Value(true));
    EXPECT_EQ(*status.find("facts_age_seconds"), Value(2.5));
    EXPECT_EQ(*status.find("counters")->find("total"), Value(7));
    EXPECT_EQ(*status.find("counters")->find("unaudited"), Value(1));
    EXPECT_EQ(*status.find("dropped")->find("replayed"), Value(3));
    EXPECT_EQ(*status.find("queues")->find("waiting_actions"), Value(1));
    EXPECT_EQ(*status.find("agents")->find("puppet"),
              Value(Map{{"actions", 4}, {"seconds", 1.5}, {"longest_seconds", 0.75}}));
}

TEST_F(SomeFigures, AsMetrics) {
    const std::string text = metrics::to_text("mcollectived", to_families(figures_));
    for (const char* line : {"mcollectived_build_info{version=\"3.0.0\"} 1\n",
                             "mcollectived_uptime_seconds 4.5\n",
                             "mcollectived_facts_age_seconds 2.5\n",
                             "mcollectived_resident_memory_bytes 4096\n",
                             "mcollectived_connected 1\n",
                             "mcollectived_connections_total 2\n",
                             "mcollectived_open_requests 5\n",
                             "mcollectived_busy_workers 2\n",
                             "mcollectived_messages_received_total 7\n",
                             "mcollectived_audit_failures_total 1\n",
                             "mcollectived_messages_dropped_total{gate=\"replayed\"} 3\n",
                             "mcollectived_messages_dropped_total{gate=\"malformed\"} 0\n",
                             "mcollectived_actions_total{agent=\"puppet\"} 4\n",
                             "mcollectived_action_seconds_total{agent=\"puppet\"} 1.5\n",
                             "mcollectived_action_longest_seconds{agent=\"puppet\"} 0.75\n"})
        EXPECT_THAT(text, HasSubstr(line));
}

TEST_F(SomeFigures, AsALineOfTheLog) {
    EXPECT_THAT(to_text(figures_), testing::StartsWith("total=7 validated=0 "));
    EXPECT_THAT(to_text(figures_), HasSubstr(" denied=0 unaudited=1 malformed=0 "));
    EXPECT_THAT(to_text(figures_), HasSubstr(" replayed=3 "));
}

TEST_F(SomeFigures, FactsThatWereNeverReadHaveNoAge) {
    figures_.facts.reset();
    EXPECT_EQ(*serializer::decode_json(to_json(figures_)).value().find("facts_age_seconds"),
              Value());
    EXPECT_THAT(metrics::to_text("m", to_families(figures_)), Not(HasSubstr("facts_age")));
}

TEST_F(SomeFigures, NothingIsNegativeWhenTheClockIsSetBack) {
    figures_.now = TimePoint(milliseconds(0));
    EXPECT_THAT(metrics::to_text("m", to_families(figures_)), HasSubstr("\nm_uptime_seconds 0\n"));
}

}  // namespace
}  // namespace mco::daemon
