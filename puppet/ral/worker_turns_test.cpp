#include "puppet/ral/worker_turns.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <optional>
#include <thread>
#include <vector>

namespace mco::puppet {
namespace {

using namespace std::chrono_literals;

Monotonic turn_until(std::chrono::milliseconds time) {
    return std::chrono::steady_clock::now() + time;
}

TEST(Turns, OneAtATimeInTheOrderOfArrival) {
    Turns turns(8);
    std::optional<Turns::Turn> first(*turns.take(turn_until(0ms)));
    std::vector<std::size_t> order;  // only whoever has the turn touches it
    std::vector<std::future<void>> others;
    for (std::size_t i = 0; i < 8; ++i) {
        others.push_back(std::async(std::launch::async, [&turns, &order, i] {
            const auto turn = turns.take(turn_until(60s));
            ASSERT_TRUE(turn.has_value());
            order.push_back(i);
        }));
        while (turns.waiting() <= i)
            std::this_thread::yield();
    }
    EXPECT_TRUE(order.empty());
    first.reset();
    for (auto& other : others)
        other.get();
    EXPECT_THAT(order, testing::ElementsAre(0, 1, 2, 3, 4, 5, 6, 7));
}

TEST(Turns, WhoeverWaitsTooLongLeavesTheQueue) {
    Turns turns(1);
    std::optional<Turns::Turn> first(*turns.take(turn_until(0ms)));
    EXPECT_EQ(turns.take(turn_until(1ms)).error().code, Errc::timed_out);
    EXPECT_EQ(turns.take(turn_until(1ms)).error().code, Errc::timed_out) << "there is room again";
    first.reset();
    EXPECT_TRUE(turns.take(turn_until(0ms)).has_value());
}

TEST(Turns, TooManyAreTurnedAway) {
    Turns turns(0);
    const auto first = turns.take(turn_until(0ms));
    ASSERT_TRUE(first.has_value());
    const auto second = turns.take(turn_until(60s));
    ASSERT_FALSE(second.has_value());
    EXPECT_EQ(second.error().code, Errc::unavailable);
    EXPECT_NE(second.error().message.find("busy"), std::string::npos);
}

TEST(Turns, TakenInPassingOnlyIfFree) {
    Turns turns(1);
    {
        const auto taken = turns.take_if_free();
        EXPECT_TRUE(taken.has_value());
        EXPECT_FALSE(turns.take_if_free().has_value());
    }
    EXPECT_TRUE(turns.take_if_free().has_value());
}

}  // namespace
}  // namespace mco::puppet
