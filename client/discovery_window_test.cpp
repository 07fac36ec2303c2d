#include "client/discovery_window.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace mco::client {
namespace {

using std::chrono::milliseconds;

Monotonic at(int ms) {
    return Monotonic(milliseconds(1'000'000 + ms));
}

int closes(const DiscoveryWindow& window) {
    return static_cast<int>(
        std::chrono::duration_cast<milliseconds>(window.wake_at() - at(0)).count());
}

struct WindowCase {
    std::vector<int> answers;
    int closes;
};

TEST(DiscoveryWindow, ClosesAfterAQuietTimeJudgedFromTheAnswers) {
    const std::vector<WindowCase> cases = {
        {{}, 2000},               // nobody: the limit
        {{5}, 105},               // one fast answer: the least quiet time
        {{5, 6, 7, 20}, 120},     // short pauses
        {{100}, 400},             // a slow first answer: three times as long
        {{10, 60}, 260},          // a pause of 50: four times as long
        {{10, 60, 61, 62}, 262},  // which is not forgotten
        {{1500}, 2000},           // the limit ends it
        {{30, 50, 90, 150, 240, 300}, 660},
        {{40, 75, 110, 145, 180, 215, 250, 285, 320, 355, 390}, 390 + 195},  // half the time
        {{10, 1200, 1900}, 2400},  // but not in the middle of answers
    };
    for (const auto& [answers, expected] : cases) {
        DiscoveryWindow window(at(0), milliseconds(2000), Listening::until_quiet);
        for (const int answer : answers)
            window.on_answer(at(answer));
        EXPECT_EQ(closes(window), expected) << answers.size();
        EXPECT_FALSE(window.on_tick(at(expected - 1)));
        EXPECT_TRUE(window.on_tick(at(expected)));
    }
}

/// Answers every `pause` ms from `begin` to `end`; false once the window has closed.
bool hears(DiscoveryWindow& window, int begin, int end, int pause) {
    for (int now = begin; now <= end; now += pause) {
        if (window.on_tick(at(now)))
            return false;
        window.on_answer(at(now));
    }
    return true;
}

TEST(DiscoveryWindow, HearsAStreamOfAnswersToItsEndThoughItTakesLongerThanTheLimit) {
    DiscoveryWindow window(at(0), milliseconds(2000), Listening::until_quiet);
    EXPECT_TRUE(hears(window, 10, 7010, 5));
    EXPECT_EQ(closes(window), 7010 + 500);  // a quarter of the limit
    EXPECT_FALSE(window.on_tick(at(7509)));
    EXPECT_TRUE(window.on_tick(at(7510)));
}

TEST(DiscoveryWindow, IsNotKeptOpenForEver) {
    DiscoveryWindow window(at(0), milliseconds(2000), Listening::until_quiet);
    EXPECT_FALSE(hears(window, 10, 30'000, 10));
    EXPECT_EQ(closes(window), 20'000);
}

TEST(DiscoveryWindow, StaysOpenForTheWholeTimeWhenAskedTo) {
    DiscoveryWindow window(at(0), milliseconds(2000), Listening::whole_time);
    window.on_answer(at(5));
    EXPECT_EQ(closes(window), 2000);
    EXPECT_FALSE(window.on_tick(at(1999)));
    EXPECT_TRUE(window.on_tick(at(2000)));
}

TEST(DiscoveryWindow, WaitsLongerWhenItIsWokenLate) {
    DiscoveryWindow window(at(0), milliseconds(2000), Listening::until_quiet);
    window.on_answer(at(5));
    EXPECT_FALSE(window.on_tick(at(135)));  // 30 ms late
    EXPECT_EQ(closes(window), 245);
    window.on_answer(at(200));
    EXPECT_EQ(closes(window), 200 + 4 * 195);
}

TEST(DiscoveryWindow, ForgivesTheUsualDelayOfATimer) {
    DiscoveryWindow window(at(0), milliseconds(2000), Listening::until_quiet);
    window.on_answer(at(5));
    EXPECT_TRUE(window.on_tick(at(107)));
}

TEST(DiscoveryWindow, FindsAFleetThatAnswersInBurstsOnABusyMachine) {
    // 200 nodes on two cores: bursts of ten, 55 ms apart, the first after 40 ms.
    DiscoveryWindow window(at(0), milliseconds(2000), Listening::until_quiet);
    for (int burst = 0; burst < 20; ++burst) {
        const int begin = 40 + 55 * burst;
        ASSERT_FALSE(window.on_tick(at(begin))) << "burst " << burst;
        for (int node = 0; node < 10; ++node)
            window.on_answer(at(begin + node));
    }
    EXPECT_LT(closes(window), 1600);
}

}  // namespace
}  // namespace mco::client
