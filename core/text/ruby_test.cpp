#include "core/text/ruby.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

namespace mco::text {
namespace {

struct InspectCase {
    Value value;
    std::string text;
};

// Every expectation was printed by Ruby 3.1.
TEST(Inspect, WritesValuesAsRubyDoes) {
    const std::vector<InspectCase> cases = {
        {Value(), "nil"},
        {true, "true"},
        {-7, "-7"},
        {"", "\"\""},
        {"a\tb\n\x1b\x07\"\\", R"("a\tb\n\e\a\"\\")"},
        {"#{x} #$y #@z # #", R"("\#{x} \#$y \#@z # #")"},
        {"é😀", "\"é😀\""},
        {"\x01\x7f\xc2\x80\xe2\x80\xa8", R"("\u0001\u007F\u0080\u2028")"},
        {"\xf4\x8f\xbf\xbf", R"("\u{10FFFF}")"},
        {"\xff\xe2\x82"
         "a\xed\xa0\x80\xc0\xaf",
         R"("\xFF\xE2\x82a\xED\xA0\x80\xC0\xAF")"},
        {Symbol{"pong"}, ":pong"},
        {Symbol{"a b"}, R"(:"a b")"},
        {Symbol{"9a"}, R"(:"9a")"},
        {Symbol{""}, R"(:"")"},
        {Symbol{"a?"}, ":a?"},
        {Symbol{"a?b"}, R"(:"a?b")"},
        {Symbol{"[]="}, ":[]="},
        {Symbol{"@a"}, ":@a"},
        {Symbol{"a-b"}, R"(:"a-b")"},
        {Regexp{"a/b\\/c", 7}, R"(/a\/b\/c/mix)"},
        {Array{}, "[]"},
        {Map{}, "{}"},
        {Array{1, "b", Value(), Array{Symbol{"c"}}}, R"([1, "b", nil, [:c]])"},
        {Map{{Symbol{"a"}, 1}, {"b", Array{1, 2}}, {Value(), 1.5}},
         R"({:a=>1, "b"=>[1, 2], nil=>1.5})"},
    };
    for (const auto& [value, text] : cases)
        EXPECT_EQ(inspect(value), text);
}

TEST(Inspect, WritesFloatsInTheirShortestForm) {
    const std::vector<std::pair<double, std::string>> cases = {
        {0.0, "0.0"},
        {-0.0, "-0.0"},
        {1.0, "1.0"},
        {100.0, "100.0"},
        {-2.5, "-2.5"},
        {0.1, "0.1"},
        {1e14, "100000000000000.0"},
        {1e15, "1.0e+15"},
        {1234567890123456.7, "1234567890123456.8"},
        {12345678901234567.0, "1.2345678901234568e+16"},
        {0.0001, "0.0001"},
        {0.000012345, "1.2345e-05"},
        {1e100, "1.0e+100"},
        {std::numeric_limits<double>::infinity(), "Infinity"},
        {-std::numeric_limits<double>::infinity(), "-Infinity"},
        {std::numeric_limits<double>::quiet_NaN(), "NaN"},
    };
    for (const auto& [number, text] : cases)
        EXPECT_EQ(float_text(number), text);
}

TEST(Inspect, PlainTextIsBare) {
    const std::vector<InspectCase> cases = {
        {Value(), ""},
        {"a\nb", "a\nb"},
        {Symbol{"s"}, "s"},
        {7, "7"},
        {Array{"a"}, R"(["a"])"},
        {Regexp{".+", 0}, "(?-mix:.+)"},
        {Regexp{"a", 1}, "(?i-mx:a)"},
        {Regexp{"a", 7}, "(?mix:a)"},
    };
    for (const auto& [value, text] : cases)
        EXPECT_EQ(to_s(value), text);
}

}  // namespace
}  // namespace mco::text
