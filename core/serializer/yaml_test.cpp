#include "core/serializer/yaml.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

namespace mco::serializer::yaml {
namespace {

Value decoded(const std::string& text) {
    const auto value = decode(text);
    EXPECT_TRUE(value) << text << "\n" << (value ? "" : value.error().message);
    return value.value_or(Value("refused"));
}

Error refusal(const std::string& text, const Limits& limits = {}) {
    const auto value = decode(text, limits);
    EXPECT_FALSE(value) << text;
    return value ? Error{} : value.error();
}

// Every row was also read by Psych.safe_load of Ruby 3.1 with Symbol and Regexp permitted.
TEST(YamlScalars, AreWhatRubyMakesOfThem) {
    const double infinity = std::numeric_limits<double>::infinity();

    const struct {
        const char* text;
        Value value;
    } cases[] = {
        {"! 'true'", true},
        {"! ':foo: bar'", Symbol{"foo: bar"}},
        {"!ruby/symbol \"a b\"", Symbol{"a b"}},
        {"!ruby/sym x", Symbol{"x"}},
        {"!ruby/regexp \"/a\\\\/b/i\"", Regexp{"a\\/b", 1}},
        {"!ruby/regexp /a\\/b/mix", Regexp{"a\\/b", 7}},
        {"!binary \"/w==\"", "\xff"},
        {"!!binary \"/w==\"", "\xff"},
        {"!!str 12", "12"},
        {"!!int '12'", 12},
        {"!!float 1", 1.0},
        {"!!float '1.5'", 1.5},
        {"!!bool true", true},
        {"1.0e+20", 1e20},
        {"1.0e20", "1.0e20"},
        {"1e3", "1e3"},
        {"1e+3", "1e+3"},
        {"1.e+3", 1000.0},
        {"1.0E+3", 1000.0},
        {"1.5e-07", 1.5e-7},
        {"-1.5e-3", -0.0015},
        {".5", 0.5},
        {"-.5", -0.5},
        {"+.5", 0.5},
        {"1.", 1.0},
        {"0.", 0.0},
        {"+.inf", infinity},
        {"-.inf", -infinity},
        {".INF", infinity},
        {"1:30", 5400},
        {"1:30:10", 5410},
        {"1:30.5", 5430.0},
        {"-1:30", -1800},
        {"190:20:30", 685230},
        {"1:60", "1:60"},
        {"0777", 511},
        {"-0777", -511},
        {"08", "08"},
        {"0o777", "0o777"},
        {"0x1F", 31},
        {"-0x1f", -31},
        {"0x", "0x"},
        {"0b11", 3},
        {"0B11", "0B11"},
        {"0b12", "0b12"},
        {"1_000", 1000},
        {"1,000", 1000},
        {"1__0", "1__0"},
        {"1_", "1_"},
        {"_1", "_1"},
        {"+1", 1},
        {"--1", "--1"},
        {"+", "+"},
        {".", "."},
        {"-.", "-."},
        {"..", ".."},
        {"0", 0},
        {"-0", 0},
        {"0_7", 7},
        {"2018-13", "2018-13"},
        {"1.2.3.4", "1.2.3.4"},
        {"1.5.", "1.5."},
        {"0.1_2", "0.1_2"},
        {"1_0.5", 10.5},
        {"1,0.5", 10.5},
        {"-9223372036854775808", std::numeric_limits<std::int64_t>::min()},
        {"y", "y"},
        {"n", "n"},
        {"YES", true},
        {"yEs", true},
        {"On", true},
        {"oFF", false},
        {"NULL", {}},
        {"~", {}},
        {"---", {}},
        {"::foo", Symbol{":foo"}},
        {":x", Symbol{"x"}},
        {":1", Symbol{"1"}},
        {":\"a b\"", Symbol{"a b"}},
        {":'a b'", Symbol{"a b"}},
        {"\":sym\"", ":sym"},
        {"':sym'", ":sym"},
        {"'1'", "1"},
        {"tru", "tru"},
        {"true ", true},
        {"1 # c", 1},
        {"1 000", "1 000"},
        {"--- 1\n--- 2", 1},
        {"|\n a\n b", "a\nb"},
        {">\n a\n b\n", "a b\n"},
        {"\"\\x00\\u263a\"", std::string("\0\xe2\x98\xba", 4)},
    };

    for (const auto& c : cases)
        EXPECT_EQ(decoded(c.text), c.value) << c.text;
    EXPECT_TRUE(std::isnan(*decoded(".nan").real()));
}

TEST(YamlScalars, BeyondSixtyFourBitsAreFloats) {
    EXPECT_EQ(decoded("12345678901234567890"), Value(12345678901234567890.0));
    EXPECT_EQ(decoded("-0x10000000000000000"), Value(-18446744073709551616.0));
    EXPECT_EQ(decoded("999999999999999999:00"), Value(999999999999999999.0 * 3600));
}

TEST(YamlDecode, Collections) {
    EXPECT_EQ(decoded("a: [1, {b: ~}]\n:c:\n- x\n-\n  - 2\n"),
              Value(Map{{"a", Array{1, Map{{"b", {}}}}}, {Symbol{"c"}, Array{"x", Array{2}}}}));
    EXPECT_EQ(decoded("a: 1\nb: 2\na: 3"), Value(Map{{"a", 3}, {"b", 2}}));
    EXPECT_EQ(decoded("? a\n: b"), Value(Map{{"a", "b"}}));
    EXPECT_EQ(decoded("!!map {a: !!seq [1]}"), Value(Map{{"a", Array{1}}}));
    EXPECT_EQ(decoded("a: &x [1]\nb: *x\n"), Value(Map{{"a", Array{1}}, {"b", Array{1}}}));
}

TEST(YamlDecode, ActsAreRefused) {
    for (const char* text : {"!ruby/object:Object {}",
                             "!ruby/range 1..2",
                             "!ruby/struct:X [1]",
                             "!ruby/hash:X {a: 1}",
                             "!ruby/class String",
                             "!foo [1]",
                             "!foo bar",
                             "!!set {a}",
                             "!!omap [a: 1]",
                             "!ruby/regexp abc",
                             "!ruby/regexp /abc",
                             "!ruby/regexp /abc/q",
                             "2018-01-01",
                             "2018-1-1",
                             "2001-12-14t21:59:43.10-05:00",
                             "2001-12-15 2:59:43",
                             "{<<: {a: 1}}",
                             "? [a]\n: b",
                             "&a [*a]",
                             "*nowhere",
                             "",
                             "# nothing",
                             "a: b: c",
                             "[1",
                             "\"\\q\"",
                             "\x01",
                             "\xff\xfe"})
        EXPECT_EQ(refusal(text).code, Errc::malformed) << text;
}

TEST(YamlDecode, ErrorsSayWhere) {
    EXPECT_EQ(refusal("a: 1\nb: !foo x\n").message,
              "YAML: line 2, column 4: this tag is not accepted");
    EXPECT_EQ(refusal("a: 1\nb: [\n").message.rfind("YAML: line 3, column 1: ", 0), 0u);
}

TEST(YamlDecode, StaysWithinItsLimits) {
    const Limits limits{.depth = 4, .nodes = 30, .bytes = 200};
    EXPECT_TRUE(decode("[[[[]]]]", limits));
    EXPECT_EQ(refusal("[[[[[]]]]]", limits).code, Errc::limit);
    EXPECT_EQ(refusal("[1,2,3,4,5,6,7,8,9,1,2,3,4,5,6,7,8,9,1,2,3,4,5,6,7,8,9,1,2,3]", limits).code,
              Errc::limit);
    EXPECT_EQ(refusal(std::string(201, 'a'), limits).code, Errc::limit);
    EXPECT_EQ(refusal(std::string(5'000'000, '['), {}).code, Errc::limit);
}

TEST(YamlDecode, AliasesOfAliasesAreCounted) {
    std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 12; ++i) {
        const auto before = "*a" + std::to_string(i - 1);
        bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
        for (int j = 0; j < 8; ++j)
            bomb += ", " + before;
        bomb += "]\n";
    }
    EXPECT_EQ(refusal(bomb).code, Errc::limit);
    const Limits shallow{.depth = 4};
    EXPECT_EQ(refusal("- &a [[[1]]]\n- [*a]", shallow).code, Errc::limit);
}

TEST(YamlEncode, IsPlainAndQuoted) {
    const Value value = Map{{Symbol{"body"}, "a\n\"b\"\\"},
                            {"list", Array{1, Array{}, Array{true, {}}, Map{}, Map{{"k", 1.5}}}},
                            {Symbol{"odd name"}, Symbol{"x"}},
                            {Regexp{"a/b", 5}, "\xff"}};
    EXPECT_EQ(encode(value).value(),
              "---\n"
              ":body: \"a\\n\\\"b\\\"\\\\\"\n"
              "\"list\":\n"
              "  - 1\n"
              "  - []\n"
              "  -\n"
              "    - true\n"
              "    - ~\n"
              "  - {}\n"
              "  -\n"
              "    \"k\": 1.5\n"
              "!ruby/symbol \"odd name\": :x\n"
              "!ruby/regexp \"/a/b/mi\": !binary \"/w==\"\n");
    EXPECT_EQ(encode("ping").value(), "--- \"ping\"\n");
}

TEST(YamlEncode, FloatsStayFloats) {
    for (const double number : {0.0, 1.0, -1.5, 1e20, 1e300, 5e-324, 1.0 / 3, 123456789012345680.0})
        EXPECT_EQ(decoded(encode(number).value()), Value(number)) << encode(number).value();
}

TEST(YamlEncode, WhatCannotBeWrittenIsSaid) {
    EXPECT_EQ(encode(Map{{Array{}, 1}}).error().code, Errc::invalid);
    Value deep = 1;
    for (int i = 0; i < 65; ++i)
        deep = Array{std::move(deep)};
    EXPECT_EQ(encode(deep).error().code, Errc::limit);
}

TEST(YamlEncode, LongKeys) {
    const Value value = Map{{std::string(3'000, 'k'), Map{{"a", Array{1}}}}};
    EXPECT_EQ(decoded(encode(value).value()), value);
}

}  // namespace
}  // namespace mco::serializer::yaml
