#include "core/text/spelling.hpp"

#include <gtest/gtest.h>

namespace mco::text {
namespace {

TEST(EditDistance, Table) {
    const struct {
        const char *from, *to;
        std::size_t distance;
    } cases[] = {
        {"", "", 0},
        {"same", "same", 0},
        {"same", "some", 1},
        {"same", "sames", 1},
        {"same", "ame", 1},
        {"agent", "agnet", 1},
        {"loglevel", "loglvl", 2},
        {"ab", "ba", 1},
        {"kitten", "sitting", 3},
        {"", "abc", 3},
        {"abcdefgh", "x", 4},
        {"abcd", "wxyz", 4},
    };

    for (const auto& [from, to, distance] : cases) {
        EXPECT_EQ(edit_distance(from, to, 3), distance) << from << ' ' << to;
        EXPECT_EQ(edit_distance(to, from, 3), distance) << to << ' ' << from;
    }
}

TEST(Nearest, FirstOfTheClosest) {
    const std::vector<std::string> words = {"facts", "find", "ping", "facet"};
    EXPECT_EQ(nearest("fact", words, 2), "facts");
    EXPECT_EQ(nearest("pnig", words, 2), "ping");
    EXPECT_EQ(nearest("zzzzzz", words, 2), std::nullopt);
    EXPECT_EQ(nearest("anything", {}, 2), std::nullopt);
}

}  // namespace
}  // namespace mco::text
