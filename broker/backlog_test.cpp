#include "broker/backlog.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace mco::broker {
namespace {

using namespace std::chrono_literals;

const Monotonic now(1h);

class Reader final : public Backlog::Holder {
  public:
    Reader(Backlog& backlog, Monotonic since, std::string account = "a")
        : backlog_(backlog), since_(since), account_(std::move(account)) {
        backlog_.enter(*this);
    }

    ~Reader() override { backlog_.leave(*this); }

    Backlog::Burden burden(Monotonic at) const override {
        const auto seconds = std::chrono::duration<double>(at - since_).count();
        return {account_, static_cast<double>(bytes()) * seconds};
    }

    void give_up() override { waiting.clear(); }

    std::size_t bytes() const {
        std::size_t sum = 0;
        for (const Bytes& each : waiting)
            sum += each->size();
        return sum;
    }

    std::vector<Bytes> waiting;

  private:
    Backlog& backlog_;
    Monotonic since_;
    std::string account_;
};

TEST(Backlog, CountsWhatIsSharedOnce) {
    Backlog backlog(100);
    Bytes first = backlog.keep(std::string(10, 'x'));
    const Bytes second = first;
    EXPECT_EQ(backlog.bytes(), 10u);
    first.reset();
    EXPECT_EQ(backlog.bytes(), 10u);
    backlog.replace(0, 5);
    EXPECT_EQ(backlog.bytes(), 15u);
    backlog.replace(5, 2);
    EXPECT_EQ(backlog.bytes(), 12u);
}

TEST(Backlog, TheHeaviestBurdenGoesFirstAndOnlyAsManyAsNeeded) {
    Backlog backlog(100);
    Reader small_and_old(backlog, now - 60s), large_and_old(backlog, now - 30s),
        large_and_new(backlog, now - 1ms), idle(backlog, now - 24h);
    small_and_old.waiting.push_back(backlog.keep(std::string(5, 'x')));
    large_and_old.waiting.push_back(backlog.keep(std::string(50, 'x')));
    EXPECT_EQ(backlog.relieve(now), 0u);
    large_and_new.waiting.push_back(backlog.keep(std::string(60, 'x')));
    EXPECT_EQ(backlog.relieve(now), 1u);
    EXPECT_EQ(large_and_old.bytes(), 0u);
    EXPECT_EQ(small_and_old.bytes(), 5u);
    EXPECT_EQ(large_and_new.bytes(), 60u);
    EXPECT_EQ(backlog.bytes(), 65u);
}

TEST(Backlog, StrangersGoFirstAndThenTheHeaviestAccount) {
    Backlog backlog(100);
    Reader stranger(backlog, now - 1ms, ""), busy(backlog, now - 5s, "alice"),
        one(backlog, now - 3s, "mallory"), two(backlog, now - 3s, "mallory");
    for (Reader* each : {&stranger, &busy, &one, &two})
        each->waiting.push_back(backlog.keep(std::string(30, 'x')));
    EXPECT_EQ(backlog.relieve(now), 2u);
    EXPECT_EQ(stranger.bytes(), 0u);
    EXPECT_EQ(one.bytes() + two.bytes(), 30u) << "together they weigh most";
    EXPECT_EQ(busy.bytes(), 30u);
}

TEST(Backlog, WhatManyHoldIsFreeWhenTheLastOfThemLetsGo) {
    Backlog backlog(10);
    Reader one(backlog, now - 1s), two(backlog, now - 2s);
    {
        const Bytes shared = backlog.keep(std::string(20, 'x'));
        one.waiting.push_back(shared);
        two.waiting.push_back(shared);
    }
    EXPECT_EQ(backlog.relieve(now), 2u);
    EXPECT_EQ(backlog.bytes(), 0u);
}

}  // namespace
}  // namespace mco::broker
