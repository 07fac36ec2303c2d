#include "cli/exit_code.hpp"

#include <gtest/gtest.h>

namespace mco::cli {
namespace {

struct ExitCase {
    const char* situation;
    std::size_t discovered;
    std::size_t responses;
    std::size_t failed;
    double discovery_time;
    int code;
};

// The table of spec 0.4.
TEST(ExitCode, FollowsTheStatistics) {
    const ExitCase cases[] = {
        {"all answered, all well", 3, 3, 0, 2.0, 0},
        {"some silent", 7, 2, 0, 2.0, 0},
        {"all silent after discovery", 3, 0, 0, 2.0, 3},
        {"all silent, named", 1, 0, 0, 0.0, 4},
        {"named and answered", 1, 1, 0, 0.0, 0},
        {"named and failed", 1, 1, 1, 0.0, 2},
        {"one failed", 3, 3, 1, 2.0, 2},
        {"nobody discovered", 0, 0, 0, 2.0, 1},
        {"answers without discovery", 0, 4, 0, 0.0, 0},
        {"failed answers without discovery", 0, 4, 2, 0.0, 0},
        {"ping without answers", 0, 0, 0, 0.0, 4},
    };
    for (const auto& test : cases) {
        client::Statistics statistics;
        statistics.discovered.resize(test.discovered);
        statistics.responses = test.responses;
        statistics.failed = test.failed;
        statistics.discovery_time = client::Seconds(test.discovery_time);
        EXPECT_EQ(exit_code(statistics), test.code) << test.situation;
    }
}

}  // namespace
}  // namespace mco::cli
