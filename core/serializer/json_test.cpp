#include "core/serializer/json.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <ostream>
#include <string>
#include <vector>

namespace mco::serializer {
namespace {

struct Example {
    std::string text;
    Value value;
};

const std::vector<Example> both_ways = {
    {"null", {}},
    {"true", true},
    {"false", false},
    {"0", 0},
    {"-7", -7},
    {"9223372036854775807", std::numeric_limits<std::int64_t>::max()},
    {"-9223372036854775808", std::numeric_limits<std::int64_t>::min()},
    {"1.5", 1.5},
    {"1.0", 1.0},
    {R"("")", ""},
    {R"("a \"b\" \\ /")", "a \"b\" \\ /"},
    {R"("\n\t\u0001\u001f")", "\n\t\x01\x1f"},
    {"\"gr\xc3\xbc\xc3\x9f \x7f\"", "gr\xc3\xbc\xc3\x9f \x7f"},
    {"[]", Array{}},
    {"{}", Map{}},
    {R"([1,[2,{}],"x"])", Array{1, Array{2, Map{}}, "x"}},
    {R"({"b":1,"a":{"c":[]}})", Map{{"b", 1}, {"a", Map{{"c", Array{}}}}}},
};

TEST(Json, ReadsAndWrites) {
    for (const auto& [text, value] : both_ways) {
        const auto read = decode_json(text);
        ASSERT_TRUE(read.has_value()) << text << ": " << read.error().message;
        EXPECT_EQ(*read, value) << text;
        EXPECT_EQ(encode_json(value), text);
    }
}

TEST(Json, ReadsOtherForms) {
    EXPECT_EQ(*decode_json(" [ 1 , 2 ]\n"), Value(Array{1, 2}));
    EXPECT_EQ(*decode_json(R"("\u00fc\ud83d\ude00")"), Value("\xc3\xbc\xf0\x9f\x98\x80"));
    EXPECT_EQ(*decode_json("9223372036854775808"), Value(9223372036854775808.0));
    EXPECT_EQ(*decode_json(R"({"a":1,"b":2,"a":3})"), Value(Map{{"a", 3}, {"b", 2}}));
}

TEST(Json, RefusesWhatIsNotJson) {
    for (const char* text : {"",
                             " ",
                             "nul",
                             "[1,]",
                             "{\"a\"}",
                             "{1:2}",
                             "[1",
                             "1 2",
                             "'a'",
                             "NaN",
                             "1e999",
                             "// x\n1",
                             "\"\xff\"",
                             "\"\n\"",
                             "{\"a\":1,}",
                             "\"\\ud800\"",
                             "01",
                             "+1",
                             "[\"a]"}) {
        const auto value = decode_json(text);
        ASSERT_FALSE(value.has_value()) << text;
        EXPECT_EQ(value.error().code, Errc::malformed) << text;
    }
}

TEST(Json, SaysWhereButNotWhat) {
    EXPECT_EQ(decode_json(R"({"password":"secret" x})").error().message,
              "JSON: malformed at byte 22");
}

TEST(Json, BoundsDepthCountAndSize) {
    const std::string deep(64, '[');
    EXPECT_TRUE(decode_json(deep + std::string(64, ']')).has_value());
    for (const auto& [text, limits] : std::vector<std::pair<std::string, Limits>>{
             {std::string(65, '[') + std::string(65, ']'), {}},
             {std::string(1'000'000, '['), {}},
             {"[1,2,3]", {.nodes = 3}},
             {R"({"a":1})", {.nodes = 2}},
             {R"("abcdef")", {.bytes = 7}}}) {
        const auto value = decode_json(text, limits);
        ASSERT_FALSE(value.has_value()) << text.substr(0, 80);
        EXPECT_EQ(value.error().code, Errc::limit);
    }
    EXPECT_TRUE(decode_json("[1,2,3]", {.nodes = 4}).has_value());
}

TEST(Json, WritesWhatJsonDoesNotKnow) {
    EXPECT_EQ(encode_json(Symbol{"ok"}), R"("ok")");
    EXPECT_EQ(encode_json(Regexp{"a+", 1 | 2 | 4}), R"("/a+/mix")");
    EXPECT_EQ(encode_json(Array{std::nan(""), std::numeric_limits<double>::infinity()}),
              "[null,null]");
    EXPECT_EQ(encode_json("a\xff"
                          "b"),
              "\"a\xef\xbf\xbd"
              "b\"");
    EXPECT_EQ(
        encode_json(
            Map{{Symbol{"a"}, 1}, {2, 3}, {true, 4}, {Value(), 5}, {1.5, 6}, {Regexp{"x", 0}, 7}}),
        R"({"a":1,"2":3,"true":4,"":5,"1.5":6,"/x/":7})");
}

TEST(Json, PrettyIsForPeopleAndScripts) {
    EXPECT_EQ(encode_json(Map{{"a", Array{1, Map{}}}, {"b", Array{}}, {"c", Map{{"d", Value()}}}},
                          Style::pretty),
              R"({
  "a": [
    1,
    {}
  ],
  "b": [],
  "c": {
    "d": null
  }
})");
    EXPECT_EQ(encode_json("x", Style::pretty), R"("x")");
}

TEST(Json, WritesToABoundedDepth) {
    Value value = 1;
    for (int i = 0; i < 600; ++i)
        value = Array{value};
    const auto text = encode_json(value);
    EXPECT_EQ(text, std::string(512, '[') + "null" + std::string(512, ']'));
}

}  // namespace
}  // namespace mco::serializer
