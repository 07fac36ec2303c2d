#include "core/message/replay_memory.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace mco::message {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint noon(1'500'000'000s);

ReplayMemory::Digest numbered(int id) {
    return ReplayMemory::digest("uid=0", std::to_string(id));
}

TEST(ReplayMemory, KnowsWhatWasAdded) {
    ReplayMemory memory(10'000);
    for (int id = 0; id < 5'000; ++id)
        ASSERT_TRUE(memory.add(numbered(id), noon + std::chrono::seconds(id % 7)));
    for (int id = 0; id < 5'000; ++id)
        ASSERT_TRUE(memory.contains(numbered(id))) << id;
    for (int id = 5'000; id < 10'000; ++id)
        ASSERT_FALSE(memory.contains(numbered(id))) << id;
}

TEST(ReplayMemory, KeepsEachUntilItsTimeAndNoLonger) {
    ReplayMemory memory(1'000);
    for (int id = 0; id < 700; ++id)
        memory.add(numbered(id), noon + std::chrono::seconds(id % 7));
    for (int second = 0; second < 7; ++second) {
        memory.forget(noon + std::chrono::seconds(second));
        EXPECT_EQ(memory.size(), 700u - 100u * static_cast<unsigned>(second));
        EXPECT_TRUE(memory.contains(numbered(second)));
    }
    memory.forget(noon + 6'001ms);
    EXPECT_EQ(memory.size(), 0u);
    EXPECT_FALSE(memory.contains(numbered(6)));
}

TEST(ReplayMemory, RoundsUpSoThatNothingIsForgottenEarly) {
    ReplayMemory memory(1);
    memory.add(numbered(1), noon + 1ms);
    memory.forget(noon + 1s);
    EXPECT_TRUE(memory.contains(numbered(1)));
    memory.forget(noon + 1'001ms);
    EXPECT_FALSE(memory.contains(numbered(1)));
}

TEST(ReplayMemory, RefusesWhenFull) {
    ReplayMemory memory(2);
    EXPECT_TRUE(memory.add(numbered(1), noon));
    EXPECT_TRUE(memory.add(numbered(2), noon + 5s));
    EXPECT_FALSE(memory.add(numbered(3), noon + 9s));
    memory.forget(noon + 1s);
    EXPECT_TRUE(memory.add(numbered(3), noon + 9s));
    EXPECT_TRUE(memory.contains(numbered(2)));
}

TEST(ReplayMemory, TellsCallersAndIdsApart) {
    const std::set<ReplayMemory::Digest> digests{ReplayMemory::digest("a", "bc"),
                                                 ReplayMemory::digest("ab", "c"),
                                                 ReplayMemory::digest("a", "bd")};
    EXPECT_EQ(digests.size(), 3u);
}

TEST(ReplayMemory, AbsurdTimesAreClamped) {
    ReplayMemory memory(4);
    EXPECT_TRUE(memory.add(numbered(1), TimePoint::max()));
    EXPECT_TRUE(memory.add(numbered(2), TimePoint::min()));
    memory.forget(noon);
    EXPECT_TRUE(memory.contains(numbered(1)));
    EXPECT_FALSE(memory.contains(numbered(2)));
}

}  // namespace
}  // namespace mco::message
