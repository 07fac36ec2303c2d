#include "core/metrics/text.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace mco::metrics {
namespace {

TEST(MetricsText, TellsKindHelpAndSamples) {
    const std::vector<Family> families = {
        {"messages", Kind::total, "Messages received.", {{12, {}, {}}}},
        {"dropped", Kind::total, "By gate.", {{1, "gate", "expired"}, {0, "gate", "future"}}},
        {"uptime_seconds", Kind::now, "Since the start.", {{1.5, {}, {}}}},
    };
    EXPECT_EQ(to_text("mco", families),
              "# HELP mco_messages_total Messages received.\n"
              "# TYPE mco_messages_total counter\n"
              "mco_messages_total 12\n"
              "# HELP mco_dropped_total By gate.\n"
              "# TYPE mco_dropped_total counter\n"
              "mco_dropped_total{gate=\"expired\"} 1\n"
              "mco_dropped_total{gate=\"future\"} 0\n"
              "# HELP mco_uptime_seconds Since the start.\n"
              "# TYPE mco_uptime_seconds gauge\n"
              "mco_uptime_seconds 1.5\n");
}

TEST(MetricsText, LeavesOutWhatIsNotKnown) {
    EXPECT_EQ(to_text("mco", {{"facts_age_seconds", Kind::now, "None yet.", {}}}), "");
}

TEST(MetricsText, NothingBreaksALine) {
    EXPECT_EQ(to_text("mco", {{"x", Kind::now, "a\\b\nc \"d\"", {{1, "l", "q\"u\\o\nte"}}}}),
              "# HELP mco_x a\\\\b\\nc \"d\"\n"
              "# TYPE mco_x gauge\n"
              "mco_x{l=\"q\\\"u\\\\o\\nte\"} 1\n");
}

std::string shown(double value) {
    const std::string text = to_text("p", {{"x", Kind::now, "h", {{value, {}, {}}}}});
    return text.substr(text.rfind(' ') + 1);
}

TEST(MetricsText, NumbersAreThoseThatPrometheusReads) {
    EXPECT_EQ(shown(1000000000), "1000000000\n");
    EXPECT_EQ(shown(0.25), "0.25\n");
    EXPECT_EQ(shown(1e300), "1e+300\n");
    EXPECT_EQ(shown(std::numeric_limits<double>::infinity()), "+Inf\n");
    EXPECT_EQ(shown(std::numeric_limits<double>::quiet_NaN()), "NaN\n");
}

}  // namespace
}  // namespace mco::metrics
