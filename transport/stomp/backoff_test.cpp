#include "transport/stomp/backoff.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace mco::stomp {
namespace {

using namespace std::chrono_literals;
using Pauses = std::vector<std::chrono::milliseconds>;

Pauses pauses(Backoff& backoff, std::size_t count, double chance) {
    Pauses result;
    for (std::size_t i = 0; i < count; ++i)
        result.push_back(backoff.next(chance));
    return result;
}

TEST(Backoff, GrowsToTheMaximum) {
    Backoff backoff({.initial = 10ms, .maximum = 100ms, .multiplier = 2, .exponential = true});
    EXPECT_EQ(pauses(backoff, 6, 1.0), (Pauses{10ms, 20ms, 40ms, 80ms, 100ms, 100ms}));
}

TEST(Backoff, StaysWhenNotExponential) {
    Backoff backoff({.initial = 10ms, .maximum = 100ms, .multiplier = 2, .exponential = false});
    EXPECT_EQ(pauses(backoff, 3, 1.0), (Pauses{10ms, 10ms, 10ms}));
}

TEST(Backoff, IsSpreadByChance) {
    Backoff low({.initial = 1000ms});
    Backoff middle({.initial = 1000ms});
    EXPECT_EQ(low.next(0.0), 100ms);
    EXPECT_EQ(middle.next(0.5), 550ms);
    EXPECT_EQ(low.next(0.0), 200ms) << "chance must not slow the growth down";
}

TEST(Backoff, BeginsAnewAfterAGoodConnection) {
    Backoff backoff({.initial = 10ms, .maximum = 30s});
    pauses(backoff, 10, 1.0);
    backoff.on_connection_ended(1h);
    EXPECT_EQ(backoff.next(1.0), 10ms);
}

TEST(Backoff, GoesOnAfterAConnectionThatEndedAtOnce) {
    Backoff backoff({.initial = 10ms, .maximum = 30s});
    pauses(backoff, 3, 1.0);
    backoff.on_connection_ended(5ms);
    EXPECT_EQ(backoff.next(1.0), 80ms);
}

TEST(Backoff, SurvivesExtremeSettings) {
    Backoff huge({.initial = 1h, .maximum = 2h, .multiplier = 1e300});
    EXPECT_EQ(pauses(huge, 3, 1.0), (Pauses{1h, 2h, 2h}));
    Backoff inverted({.initial = 10s, .maximum = 1s});
    EXPECT_EQ(pauses(inverted, 2, 1.0), (Pauses{1s, 1s}));
}

}  // namespace
}  // namespace mco::stomp
