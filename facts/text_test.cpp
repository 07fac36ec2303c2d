#include "facts/text.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace mco::facts {
namespace {

/// The right column is what Ruby 3.1 makes of the left one, except for the last three lines.
TEST(ScalarText, AsRubyReadsYaml) {
    const struct {
        const char *plain, *text;
    } cases[] = {
        {"1", "1"},
        {"+5", "5"},
        {"-5", "-5"},
        {"010", "8"},
        {"-010", "-8"},
        {"08", "08"},
        {"0", "0"},
        {"00", "0"},
        {"-0", "0"},
        {"0x1F", "31"},
        {"+0x10", "16"},
        {"0b11", "3"},
        {"0x", "0x"},
        {"0b", "0b"},
        {"0o17", "0o17"},
        {"1_000", "1000"},
        {"1,000", "1000"},
        {"1__0", "1__0"},
        {"_1", "_1"},
        {"1_", "1_"},
        {"123456789012345678901234567890", "123456789012345678901234567890"},
        {"1.0", "1.0"},
        {"1.10", "1.1"},
        {"-.5", "-0.5"},
        {".5", "0.5"},
        {"1.", "1.0"},
        {".", "."},
        {"1e3", "1e3"},
        {"1.5e+3", "1500.0"},
        {"1.5e3", "1.5e3"},
        {"1e+3", "1e+3"},
        {"1.5_0", "1.5_0"},
        {"9,9.5", "99.5"},
        {".inf", "Infinity"},
        {"-.inf", "-Infinity"},
        {".nan", "NaN"},
        {"12345678901234567.0", "1.2345678901234568e+16"},
        {"1000000000000000.5", "1000000000000000.5"},
        {"16.0e+15", "1.6e+16"},
        {"0.00001", "1.0e-05"},
        {"0.0001", "0.0001"},
        {"3.14159265358979", "3.14159265358979"},
        {"yes", "true"},
        {"No", "false"},
        {"ON", "true"},
        {"off", "false"},
        {"tRue", "true"},
        {"y", "y"},
        {"n", "n"},
        {"~", ""},
        {"null", ""},
        {"nUll", ""},
        {":sym", "sym"},
        {":a:b", "a:b"},
        {":\"foo bar\"", "foo bar"},
        {":'x'", "x"},
        {":", ":"},
        {"10.0.0.1", "10.0.0.1"},
        {"1.2.3", "1.2.3"},
        {"12e", "12e"},
        {"+", "+"},
        {"=", "="},
        {"1:30", "1:30"},
        {"2031-05-04", "2031-05-04"},
        {"08:00:27:ab:cd:ef", "08:00:27:ab:cd:ef"},
    };

    for (const auto& [plain, text] : cases)
        EXPECT_EQ(scalar_text(plain), text) << plain;
}

TEST(RealText, AsRubyPrints) {
    const struct {
        double number;
        const char* text;
    } cases[] = {
        {0, "0.0"},
        {-0.0, "-0.0"},
        {1, "1.0"},
        {-1.5, "-1.5"},
        {0.1, "0.1"},
        {1e15, "1000000000000000.0"},
        {1e16, "1.0e+16"},
        {1.5e300, "1.5e+300"},
        {1e-4, "0.0001"},
        {1e-5, "1.0e-05"},
        {std::numeric_limits<double>::infinity(), "Infinity"},
        {-std::numeric_limits<double>::infinity(), "-Infinity"},
        {std::numeric_limits<double>::quiet_NaN(), "NaN"},
    };

    for (const auto& [number, text] : cases)
        EXPECT_EQ(real_text(number), text);
}

TEST(Stringified, KeysAndLeavesAtAnyDepth) {
    const Map before = {{Symbol{"a"}, 1},
                        {2, Array{true, nullptr, Map{{"x", 1.5}}}},
                        {"deep", Map{{"b", false}, {"c", Symbol{"s"}}}},
                        {"text", "as is"}};
    const Map after = {{"a", "1"},
                       {"2", Array{"true", "", Map{{"x", "1.5"}}}},
                       {"deep", Map{{"b", "false"}, {"c", "s"}}},
                       {"text", "as is"}};
    EXPECT_EQ(stringified(before), after);
}

TEST(Stringified, KeysThatBecomeEqualAreOne) {
    const Map merged = {{"1", "later"}};
    EXPECT_EQ(stringified(Map{{1, "earlier"}, {"1", "later"}}), merged);
}

}  // namespace
}  // namespace mco::facts
