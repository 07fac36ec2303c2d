#include "core/message/freshness.hpp"

#include "core/security/provider.hpp"

#include <gtest/gtest.h>

#include <string>

namespace mco::message {
namespace {

using namespace std::chrono_literals;

/// Stands for a proof; never instantiated.
struct Prover : security::Provider {
    static Request request(Claims claims) { return proven(std::move(claims)); }
};

constexpr TimePoint noon(1'500'000'000s);

Claims claims(TimePoint time, std::chrono::seconds ttl = 60s) {
    Claims made;
    made.id = "0b54253cb5d04eb8b26ea75bbf468cbc";
    made.sender = "dev1.example.net";
    made.caller = "uid=500";
    made.time = time;
    made.ttl = ttl;
    return made;
}

Claims numbered(int id, TimePoint time = noon) {
    auto made = claims(time);
    made.id = std::to_string(id);
    return made;
}

std::string verdict(Freshness& freshness, Claims made, TimePoint now) {
    const auto checked = freshness.check(Prover::request(std::move(made)), now);
    if (!checked)
        return std::string(name(checked.error().gate));
    const auto accepted = freshness.accept(*checked, now);
    return accepted ? "fresh" : std::string(name(accepted.error().gate));
}

std::string verdict_of(Claims made, TimePoint now) {
    Freshness freshness;
    return verdict(freshness, std::move(made), now);
}

struct Case {
    std::chrono::milliseconds age;
    std::chrono::seconds ttl;
    const char* verdict;
};

TEST(Freshness, JudgesTheAge) {
    for (const auto& [age, ttl, expected] : {Case{0ms, 60s, "fresh"},
                                             {60s, 60s, "fresh"},
                                             {61s, 60s, "expired"},
                                             {0ms, 0s, "fresh"},
                                             {1s, 0s, "expired"},
                                             {-60s, 60s, "fresh"},
                                             {-60'001ms, 60s, "future"},
                                             {-1h, 60s, "future"},
                                             {0ms, -1s, "malformed"},
                                             {1h, 1'000'000s, "fresh"},
                                             {1h + 1s, 1'000'000s, "expired"},
                                             {1h, std::chrono::seconds::max(), "fresh"},
                                             {48h, std::chrono::seconds::max(), "expired"},
                                             {0ms, std::chrono::seconds::min(), "malformed"}})
        EXPECT_EQ(verdict_of(claims(noon - age, ttl), noon), expected)
            << age.count() << " ms, ttl " << ttl.count();
}

TEST(Freshness, CutsBothClocksToSeconds) {
    EXPECT_EQ(verdict_of(claims(noon + 999ms), noon + 60'000ms), "fresh");
    EXPECT_EQ(verdict_of(claims(noon + 999ms), noon + 60'999ms), "fresh");
    EXPECT_EQ(verdict_of(claims(noon + 999ms), noon + 61'000ms), "expired");
}

TEST(Freshness, JudgesAbsurdTimes) {
    EXPECT_EQ(verdict_of(claims(TimePoint::min()), noon), "expired");
    EXPECT_EQ(verdict_of(claims(TimePoint::max()), noon), "future");
}

TEST(Freshness, UsesTheGivenSkew) {
    Freshness strict({.ahead = 5s, .behind = 10s});
    EXPECT_EQ(verdict(strict, numbered(1, noon + 5s), noon), "fresh");
    EXPECT_EQ(verdict(strict, numbered(2, noon + 5'001ms), noon), "future");
    EXPECT_EQ(verdict(strict, numbered(3, noon - 70s), noon), "fresh");
    EXPECT_EQ(verdict(strict, numbered(4, noon - 71s), noon), "expired");
    EXPECT_EQ(verdict(strict, numbered(3, noon - 70s), noon), "replayed");
}

TEST(Freshness, AcceptsARequestOnce) {
    Freshness freshness;
    EXPECT_EQ(verdict(freshness, claims(noon), noon), "fresh");
    EXPECT_EQ(verdict(freshness, claims(noon), noon), "replayed");
    EXPECT_EQ(verdict(freshness, claims(noon), noon + 60s), "replayed");
    EXPECT_EQ(verdict(freshness, claims(noon), noon + 61s), "expired");
    auto later = claims(noon + 30s);  // the same id with another time
    EXPECT_EQ(verdict(freshness, std::move(later), noon + 61s), "replayed");
}

TEST(Freshness, TellsCallersAndIdsApart) {
    Freshness freshness;
    auto first = claims(noon), second = claims(noon), third = claims(noon);
    first.caller = "uid=1", first.id = "23";
    second.caller = "uid=12", second.id = "3";
    third.caller = "uid=1", third.id = "24";
    EXPECT_EQ(verdict(freshness, first, noon), "fresh");
    EXPECT_EQ(verdict(freshness, second, noon), "fresh");
    EXPECT_EQ(verdict(freshness, third, noon), "fresh");
    EXPECT_EQ(freshness.remembered(), 3u);
}

TEST(Freshness, RemembersForAsLongAsARequestCouldPass) {
    Freshness freshness({.ahead = 0s});
    EXPECT_EQ(verdict(freshness, claims(noon + 0ms), noon), "fresh");
    EXPECT_EQ(verdict(freshness, claims(noon + 0ms), noon + 60'999ms), "replayed");
    EXPECT_EQ(verdict(freshness, numbered(1, noon + 62s), noon + 62s), "fresh");
    EXPECT_EQ(freshness.remembered(), 1u);
}

TEST(Freshness, RefusedRequestsAreNotRemembered) {
    Freshness freshness;
    EXPECT_EQ(verdict(freshness, claims(noon - 1h), noon), "expired");
    EXPECT_EQ(verdict(freshness, claims(noon + 1h), noon), "future");
    EXPECT_EQ(freshness.remembered(), 0u);
}

Claims of_caller(int number, TimePoint time = noon) {
    auto made = numbered(number, time);
    made.caller = "uid=" + std::to_string(number);
    return made;
}

TEST(Freshness, RefusesRatherThanForgetsWhenFull) {
    Freshness freshness(Freshness::Skew(), 3);
    for (int id = 0; id < 3; ++id)
        EXPECT_EQ(verdict(freshness, of_caller(id, noon + std::chrono::seconds(id)), noon),
                  "fresh");
    const auto full = freshness.accept(Prover::request(of_caller(3)), noon);
    ASSERT_FALSE(full.has_value());
    EXPECT_EQ(full.error().gate, Gate::replayed);
    EXPECT_NE(full.error().reason.find("full"), std::string::npos);
    // The oldest falls due first: one place becomes free, and only one.
    const auto due = noon + 120s + 1ms;
    EXPECT_EQ(verdict(freshness, of_caller(4, due), due), "fresh");
    EXPECT_EQ(verdict(freshness, of_caller(5, due), due), "replayed");
    EXPECT_EQ(freshness.remembered(), 3u);
}

TEST(Freshness, LetsOneCallerFillItsShareOnly) {
    Freshness freshness(Freshness::Skew(), 8);
    EXPECT_EQ(verdict(freshness, numbered(1), noon), "fresh");
    EXPECT_EQ(verdict(freshness, numbered(2), noon), "fresh");
    const auto greedy = freshness.accept(Prover::request(numbered(3)), noon);
    ASSERT_FALSE(greedy.has_value());
    EXPECT_NE(greedy.error().reason.find("its caller has as many"), std::string::npos);
    EXPECT_EQ(verdict(freshness, of_caller(4), noon), "fresh") << "others are not concerned";
    const auto later = noon + 10min;
    EXPECT_EQ(verdict(freshness, numbered(5, later), later), "fresh")
        << "its first ones are forgotten";
}

TEST(Freshness, RemembersPingsForAnHourAtMost) {
    Freshness freshness;
    auto ping = claims(noon - 12h, 24h);
    EXPECT_EQ(verdict(freshness, ping, noon), "expired");
    ping.agent = "discovery";
    EXPECT_EQ(verdict(freshness, ping, noon), "fresh");
    EXPECT_EQ(verdict(freshness, ping, noon + 59min), "replayed");
    EXPECT_EQ(verdict(freshness, numbered(1, noon + 2h), noon + 2h), "fresh");
    EXPECT_EQ(freshness.remembered(), 1u);
}

TEST(Freshness, TellsWhatItAcceptsAndTakesItBack) {
    Freshness before, after;
    before.on_accepted = [&](const auto& digest, TimePoint until) { after.recall(digest, until); };
    EXPECT_EQ(verdict(before, claims(noon), noon), "fresh");
    EXPECT_EQ(verdict(after, claims(noon), noon + 30s), "replayed");
}

TEST(Freshness, SaysWhoWasRefused) {
    Freshness freshness;
    const auto result = freshness.check(Prover::request(claims(noon - 100s)), noon);
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().id, "0b54253cb5d04eb8b26ea75bbf468cbc");
    EXPECT_EQ(result.error().sender, "dev1.example.net");
    EXPECT_EQ(result.error().reason, "older than its ttl of 60 s");
}

}  // namespace
}  // namespace mco::message
