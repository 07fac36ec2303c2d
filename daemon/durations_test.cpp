#include "daemon/durations.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace mco::daemon {
namespace {

using std::chrono::microseconds;

TEST(DurationsOfAgents, AreCountedAddedAndCompared) {
    Durations durations;
    durations.expect("puppet");
    durations.expect("package");
    durations.add("puppet", microseconds(1'500'000));
    durations.add("puppet", microseconds(250'000));
    const auto now = durations.now();
    ASSERT_EQ(now.size(), 2u);
    EXPECT_EQ(now[0].agent, "package");
    EXPECT_EQ(now[0].actions, 0u);
    EXPECT_EQ(now[1].actions, 2u);
    EXPECT_DOUBLE_EQ(now[1].seconds, 1.75);
    EXPECT_DOUBLE_EQ(now[1].longest, 1.5);
}

TEST(DurationsOfAgents, AreThoseOfKnownAgentsAlone) {
    Durations durations;
    durations.expect("puppet");
    for (int number = 0; number < 1000; ++number)
        durations.add("agent" + std::to_string(number), microseconds(1));
    EXPECT_EQ(durations.now().size(), 1u);
}

TEST(DurationsOfAgents, LoseNothingAmongThreads) {
    Durations durations;
    durations.expect("puppet");
    std::vector<std::thread> threads;
    for (int thread = 1; thread <= 4; ++thread)
        threads.emplace_back([&durations, thread] {
            for (int number = 1; number <= 1000; ++number)
                durations.add("puppet", microseconds(number * thread));
        });
    for (std::thread& thread : threads)
        thread.join();
    EXPECT_EQ(durations.now()[0].actions, 4000u);
    EXPECT_DOUBLE_EQ(durations.now()[0].longest, 0.004);
    EXPECT_DOUBLE_EQ(durations.now()[0].seconds, 5.005);
}

}  // namespace
}  // namespace mco::daemon
