#include "puppet/ral/worker_starts.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace mco::puppet {
namespace {

using namespace std::chrono_literals;

constexpr Monotonic begin{1000s};

Error failure(const char* message) {
    return {Errc::unavailable, message};
}

TEST(FailedStarts, TheThirdWithinAMinuteIsTheAnswerForTenSeconds) {
    FailedStarts starts;
    starts.note(failure("one"), begin);
    starts.note(failure("two"), begin + 20s);
    EXPECT_FALSE(starts.answer(begin + 20s));
    starts.note(failure("three"), begin + 60s);
    ASSERT_TRUE(starts.answer(begin + 60s));
    EXPECT_EQ(starts.answer(begin + 69s)->message, "three");
    EXPECT_FALSE(starts.answer(begin + 70s));
}

TEST(FailedStarts, AFourthAfterThePauseCountsWithTheTwoBefore) {
    FailedStarts starts;
    for (const auto when : {0s, 1s, 2s, 12s})
        starts.note(failure("again"), begin + when);
    EXPECT_TRUE(starts.answer(begin + 13s));
}

TEST(FailedStarts, SeldomOnesAndThoseBeforeASuccessDoNotCount) {
    FailedStarts starts;
    for (const auto when : {0s, 40s, 80s})
        starts.note(failure("seldom"), begin + when);
    EXPECT_FALSE(starts.answer(begin + 81s));
    starts.note(failure("soon"), begin + 81s);
    EXPECT_TRUE(starts.answer(begin + 81s));
    starts.forget();
    EXPECT_FALSE(starts.answer(begin + 81s));
}

}  // namespace
}  // namespace mco::puppet
