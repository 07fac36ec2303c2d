#include "system/rate_limit.hpp"

#include <gtest/gtest.h>

namespace mco::system {
namespace {

TEST(RateLimit, LetsABurstThroughAndThenSoManyASecond) {
    RateLimit limit;
    Monotonic now = Monotonic(std::chrono::hours(1));
    const auto passed = [&](int tries) {
        int count = 0;
        for (int i = 0; i < tries; ++i)
            count += limit.allows(now) ? 1 : 0;
        return count;
    };
    EXPECT_EQ(passed(100), 20);
    EXPECT_EQ(limit.take_suppressed(), 80u);
    EXPECT_EQ(limit.take_suppressed(), 0u);
    now += std::chrono::seconds(3);
    EXPECT_EQ(passed(100), 6);
    now += std::chrono::hours(1);
    EXPECT_EQ(passed(100), 20);
}

TEST(SharedRateLimit, TellsWhatItSuppressed) {
    SharedRateLimit limit;
    const Monotonic now(std::chrono::hours(1));
    for (int i = 0; i < 20; ++i)
        EXPECT_EQ(limit.allows(now), 0u);
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(limit.allows(now), std::nullopt);
    EXPECT_EQ(limit.allows(now + std::chrono::seconds(1)), 5u);
}

}  // namespace
}  // namespace mco::system
