#include "broker/figures.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mco::broker {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(BrokerFigures, AreThoseOfTheStatusFile) {
    StatusReport status;
    status.version = "3.0.0";
    status.started = 1000;
    status.written = 3500;
    status.resident = 4096;
    status.counters.logins_failed = 3;
    status.counters.sessions = 2;
    const std::string text = metrics::to_text("mco_broker", to_families(status));
    for (const char* line : {"mco_broker_build_info{version=\"3.0.0\"} 1\n",
                             "mco_broker_uptime_seconds 2.5\n",
                             "mco_broker_resident_memory_bytes 4096\n",
                             "# TYPE mco_broker_logins_failed_total counter\n",
                             "mco_broker_logins_failed_total 3\n",
                             "# TYPE mco_broker_sessions gauge\n",
                             "mco_broker_sessions 2\n"})
        EXPECT_THAT(text, HasSubstr(line));
}

TEST(BrokerFigures, AreAllExplained) {
    const auto families = to_families({});
    EXPECT_EQ(families.size(), 3 + counter_names.size());
    for (const auto& family : families)
        EXPECT_NE(family.help, "") << family.name << " is not in the table of meanings";
}

}  // namespace
}  // namespace mco::broker
