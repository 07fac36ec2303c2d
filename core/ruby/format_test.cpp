#include "core/ruby/format.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace mco::ruby {
namespace {

TEST(Format, FormatsAsRubyDoes) {
    struct Case {
        std::string format;
        Array arguments;
        std::string expected;
    };

    const std::vector<Case> cases = {
        {"%5s = %s", {"ab", 3}, "   ab = 3"},
        {"%-10s|", {"ab"}, "ab        |"},
        {"%05s|%.3s", {"ab", "abcdef"}, "   ab|abc"},
        {"%s %s", {Array{1, "a", Value()}, Value()}, "[1, \"a\", nil] "},
        {"%d %d %d %i", {3.99, -3.5, "12", 4}, "3 -3 12 4"},
        {"%+d|% d|%-5d|%05d|%-05d|", {3, 4, 5, -7, 3}, "+3| 4|5    |-0007|3    |"},
        {"%.3d|%05.3d", {7, 7}, "007|  007"},
        {"%f %0.2f %05.1f %.0f", {2, "1.5", 2.56, 2.5}, "2.000000 1.50 002.6 2"},
        {"%e %g", {12345.678, 0.00001}, "1.234568e+04 1e-05"},
        {"%5.2f %f",
         {std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()},
         "  Inf NaN"},
        {"%5.1f%%", {3}, "  3.0%"},
        {"%-4s|", {"\u00e9"}, "\u00e9   |"},
        {"none", {1, 2}, "none"},
    };
    for (const auto& [format, arguments, expected] : cases) {
        const auto text = mco::ruby::format(format, arguments);
        ASSERT_TRUE(text) << format << ": " << text.error().message;
        EXPECT_EQ(*text, expected) << format;
    }
}

TEST(Format, RefusesTheRest) {
    const std::vector<std::pair<std::string, Array>> cases = {{"%s", {}},
                                                              {"%d", {"abc"}},
                                                              {"%d", {Value()}},
                                                              {"%f", {"x"}},
                                                              {"%", {1}},
                                                              {"%n", {1}},
                                                              {"%*d", {1, 2}},
                                                              {"%1$s", {1}},
                                                              {"%<a>s", {1}},
                                                              {"%9999999999s", {1}},
                                                              {"%.2000f", {1}}};
    for (const auto& [format, arguments] : cases)
        EXPECT_FALSE(mco::ruby::format(format, arguments)) << format;
}

}  // namespace
}  // namespace mco::ruby
