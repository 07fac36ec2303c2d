#include "core/text/utf8.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace mco::text {
namespace {

TEST(Utf8, KnowsACharacterByItsBytes) {
    const std::vector<std::pair<std::string, std::size_t>> cases = {
        {"", 0},
        {"a", 1},
        {"\x7f", 1},
        {"\xc3\xa9x", 2},
        {"\xe2\x82\xac", 3},
        {"\xf0\x9f\x98\x80", 4},
        {"\x80", 0},
        {"\xc3", 0},
        {"\xc3(", 0},
        {"\xc0\xaf", 0},
        {"\xe0\x80\xaf", 0},
        {"\xed\xa0\x80", 0},
        {"\xf0\x80\x80\x80", 0},
        {"\xf4\x90\x80\x80", 0},
        {"\xf5\x80\x80\x80", 0},
        {"\xff", 0},
    };
    for (const auto& [text, length] : cases)
        EXPECT_EQ(utf8_character(text), length) << testing::PrintToString(text);
}

TEST(Utf8, CountsAndScrubs) {
    EXPECT_EQ(utf8_length("na\xc3\xafve"), 5U);
    EXPECT_EQ(utf8_length("\xc3\xff"
                          "a"),
              3U);
    EXPECT_EQ(utf8_scrubbed("na\xc3\xafve"), "na\xc3\xafve");
    EXPECT_EQ(utf8_scrubbed("\xc3\xff"
                            "a"),
              "\xef\xbf\xbd\xef\xbf\xbd"
              "a");
}

}  // namespace
}  // namespace mco::text
