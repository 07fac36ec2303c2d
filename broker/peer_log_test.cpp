#include "broker/peer_log.hpp"

#include "system/log_sinks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

namespace mco::broker {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Shortened, EndsBetweenCharacters) {
    EXPECT_EQ(shortened("short", 5), "short");
    EXPECT_EQ(shortened("abcdef", 5), "abcde…");
    EXPECT_EQ(shortened("aé", 2), "a…");
    EXPECT_EQ(shortened(std::string(9, '\x80'), 5), "…") << "ill-formed, but no worse";
}

TEST(PeerLog, SumsUpAFlood) {
    system::MemorySink::Lines lines;
    system::Log log(std::make_unique<system::MemorySink>(lines), system::Level::info);
    const system::RealClock clock;
    PeerLog peers(log, clock);
    for (int i = 0; i < 1000; ++i)
        peers.note(system::Level::warn,
                   PeerLog::Of::strangers,
                   "192.0.2.1:5",
                   "login failed for " + std::string(9999, 'x'));
    ASSERT_LT(lines.size(), 40u) << "twenty at once, then two a second";
    EXPECT_LT(lines.front().second.size(), 500u);
    peers.note(system::Level::warn, PeerLog::Of::users, "192.0.2.2:5", "bob may not");
    EXPECT_THAT(lines.back().second, HasSubstr("bob may not")) << "strangers do not hide it";
    const auto before = lines.size() - 1;
    peers.sum_up();
    ASSERT_EQ(lines.size(), before + 2);
    EXPECT_EQ(lines.back().second,
              std::to_string(1000 - before) +
                  " more warnings about peers that are not logged in, not logged one by one");
    peers.sum_up();
    EXPECT_EQ(lines.size(), before + 2) << "told once";
}

TEST(PeerLog, AFleetThatComesBackIsLoggedNodeByNode) {
    system::MemorySink::Lines lines;
    system::Log log(std::make_unique<system::MemorySink>(lines), system::Level::info);
    const system::RealClock clock;
    PeerLog peers(log, clock);
    for (int i = 0; i < 2000; ++i)
        peers.note(system::Level::info, PeerLog::Of::users, "192.0.2.1:5", "logged in");
    EXPECT_EQ(lines.size(), 2000u);
}

}  // namespace
}  // namespace mco::broker
