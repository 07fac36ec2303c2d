#include "core/text/utf8.hpp"

#include <gtest/gtest.h>

#include <string_view>

namespace mco::text {
namespace {

using namespace std::string_view_literals;

TEST(IsUtf8, AcceptsWellFormedText) {
    for (const auto text : {""sv,
                            "plain"sv,
                            "\0"sv,
                            "\xc2\x80"sv,
                            "\xdf\xbf"sv,
                            "\xe0\xa0\x80"sv,
                            "\xed\x9f\xbf"sv,
                            "\xee\x80\x80"sv,
                            "\xf0\x90\x80\x80"sv,
                            "\xf4\x8f\xbf\xbf"sv,
                            "gr\xc3\xbc\xc3\x9f"sv})
        EXPECT_TRUE(is_utf8(text)) << testing::PrintToString(text);
}

TEST(IsUtf8, RefusesEverythingElse) {
    for (const auto text : {"\x80"sv,
                            "\xc0\x80"sv,
                            "\xc1\xbf"sv,
                            "\xc2"sv,
                            "\xc2\x41"sv,
                            "\xe0\x9f\xbf"sv,
                            "\xe1\x80"sv,
                            "\xed\xa0\x80"sv,
                            "\xf0\x8f\xbf\xbf"sv,
                            "\xf0\x90\x80"sv,
                            "\xf4\x90\x80\x80"sv,
                            "\xf5\x80\x80\x80"sv,
                            "\xff"sv,
                            "fine until\xfe"sv})
        EXPECT_FALSE(is_utf8(text)) << testing::PrintToString(text);
}

}  // namespace
}  // namespace mco::text
