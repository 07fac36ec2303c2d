#include "client/limit.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace mco::client {
namespace {

using Names = std::vector<std::string>;

Names numbered(int count, const char* pattern = "n{}") {
    Names names;
    for (int i = 1; i <= count; ++i)
        names.push_back(fmt::format(fmt::runtime(pattern), i));
    return names;
}

TEST(Amount, IsANumberOrAShare) {
    const std::vector<std::pair<const char*, std::optional<Amount>>> cases = {
        {"7", Amount{7, false}},
        {"07", Amount{7, false}},
        {"0", Amount{0, false}},
        {"50%", Amount{50, true}},
        {"50%%", Amount{50, true}},
        {"99999999999999999999", Amount{1'000'000, false}},
        {"", std::nullopt},
        {"%", std::nullopt},
        {"-3", std::nullopt},
        {"3x", std::nullopt},
        {"3 %", std::nullopt},
        {" 3", std::nullopt}};
    for (const auto& [text, amount] : cases)
        EXPECT_EQ(parse_amount(text), amount) << text;
}

TEST(PickNodes, TakesTheFirstInTheOrderFound) {
    const std::vector<std::pair<Amount, Names>> cases = {{{2, false}, {"n3", "n1"}},
                                                         {{9, false}, {"n3", "n1", "n2"}},
                                                         {{50, true}, {"n3"}},
                                                         {{1, true}, {"n3"}},
                                                         {{67, true}, {"n3", "n1"}},
                                                         {{100, true}, {"n3", "n1", "n2"}},
                                                         {{300, true}, {"n3", "n1", "n2"}}};
    for (const auto& [amount, picked] : cases)
        EXPECT_EQ(pick_nodes({"n3", "n1", "n2"}, {amount, Pick::first, {}}), picked)
            << amount.number << amount.percent;
    EXPECT_TRUE(pick_nodes({}, {{1, false}, Pick::first, {}}).empty());
}

/// What Ruby draws with these seeds: protocol §9.7, client specification §2.5.
TEST(PickNodes, DrawsWithASeedWhatTheOriginalDraws) {
    const auto twenty = numbered(20, "n{:03}");
    EXPECT_EQ(pick_nodes({"n5", "n3", "n1", "n2", "n4"}, {{3, false}, Pick::random, 42}),
              (Names{"n4", "n1", "n5"}));
    auto sorted = [&](std::uint32_t seed) {
        auto picked = pick_nodes(twenty, {{4, false}, Pick::random, seed});
        std::sort(picked.begin(), picked.end());
        return picked;
    };
    EXPECT_EQ(sorted(1), (Names{"n006", "n010", "n013", "n015"}));
    EXPECT_EQ(sorted(42), (Names{"n007", "n009", "n012", "n016"}));
}

TEST(PickNodes, DrawsEveryNodeAtMostOnceWithoutASeed) {
    auto picked = pick_nodes(numbered(30), {{30, false}, Pick::random, {}});
    std::sort(picked.begin(), picked.end());
    EXPECT_EQ(std::unique(picked.begin(), picked.end()), picked.end());
    EXPECT_EQ(picked.size(), 30u);
}

TEST(Enough, IsKnownOnlyForTheFirstN) {
    EXPECT_EQ(enough(Limit{{3, false}, Pick::first, {}}), 3u);
    EXPECT_EQ(enough(Limit{{3, true}, Pick::first, {}}), std::nullopt);
    EXPECT_EQ(enough(Limit{{3, false}, Pick::random, {}}), std::nullopt);
    EXPECT_EQ(enough(std::nullopt), std::nullopt);
}

TEST(Batches, AreConsecutiveGroups) {
    const std::vector<std::pair<Amount, std::vector<std::size_t>>> cases = {
        {{3, false}, {3, 3, 1}},
        {{7, false}, {7}},
        {{100, false}, {7}},
        {{0, false}, {7}},
        {{50, true}, {4, 3}},
        {{1, true}, {1, 1, 1, 1, 1, 1, 1}},
        {{100, true}, {7}}};
    for (const auto& [size, sizes] : cases) {
        std::vector<std::size_t> found;
        Names joined;
        for (const auto& group : batches(numbered(7), size)) {
            found.push_back(group.size());
            joined.insert(joined.end(), group.begin(), group.end());
        }
        EXPECT_EQ(found, sizes) << size.number << size.percent;
        EXPECT_EQ(joined, numbered(7));
    }
    EXPECT_TRUE(batches({}, {3, false}).empty());
}

}  // namespace
}  // namespace mco::client
