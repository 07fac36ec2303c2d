#include "core/filter/effort.hpp"

#include "core/filter/match.hpp"
#include "core/filter/pattern.hpp"

#include <gtest/gtest.h>

#include <ctime>

namespace mco::filter {
namespace {

Inventory node(std::size_t classes) {
    Inventory inventory{"n1", std::make_shared<Map>(), {}, {"rpcutil"}, {"mcollective"}};
    for (std::size_t i = 0; i < classes; ++i)
        inventory.classes.push_back(std::string(60, 'a') + std::to_string(i));
    return inventory;
}

double processor_seconds() {
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

/// Every one of its patterns would run into the limit of a single search at every class.
TEST(Effort, BoundsWhatAllPatternsOfAFilterTakeTogether) {
    Filter hostile;
    for (int i = 0; i < 60; ++i)
        hostile.classes.push_back("/(a+)+" + std::to_string(i) + "$/");
    const auto inventory = node(1000);
    const auto before = processor_seconds();
    const Effort effort;
    const auto judged = matches(hostile, inventory);
    EXPECT_LT(processor_seconds() - before, 0.5) << "sanitizers are slow";
    ASSERT_FALSE(judged);
    EXPECT_EQ(judged.error().code, Errc::limit);
}

TEST(Effort, LetsSensiblePatternsPass) {
    Filter filter;
    filter.classes = {"/^a+5$/", "/a9/"};
    const Effort effort;
    EXPECT_EQ(matches(filter, node(50)).value_or(false), true);
}

TEST(Effort, EndsWithTheObject) {
    {
        const Effort none(std::chrono::nanoseconds(0));
        EXPECT_FALSE(Effort::check("x"));
    }
    EXPECT_TRUE(Effort::check("x"));
    EXPECT_FALSE(Effort::is_limited());
}

TEST(CheckSize, BoundsTestsAndPatterns) {
    Filter many;
    many.classes.assign(513, "base");
    EXPECT_EQ(matches(many, node(1)).error().code, Errc::limit);
    Filter patterns;
    patterns.facts.assign(65, {"a", "b", "=~"});
    EXPECT_EQ(matches(patterns, node(1)).error().code, Errc::limit);
    Filter names;
    names.identities.assign(10'000, "n2");
    EXPECT_TRUE(matches(names, node(1)).has_value()) << "a list of nodes may be long";
}

}  // namespace
}  // namespace mco::filter
