#include "facts/yaml.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mco::facts {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

void check_yaml(const std::string& text, const Map& facts) {
    const auto parsed = parse_yaml(text);
    ASSERT_TRUE(parsed.has_value()) << text << parsed.error().message;
    EXPECT_EQ(*parsed, facts) << text;
}

TEST(ParseYaml, Documents) {
    check_yaml("", {});
    check_yaml("---\n", {});
    check_yaml("a: 1\nb: text\n", {{"a", "1"}, {"b", "text"}});
    check_yaml("--- \n:sym: :value\n2: ~\n", {{"sym", "value"}, {"2", ""}});
    check_yaml("q: \"010\"\ns: 'yes'\np: yes\n", {{"q", "010"}, {"s", "yes"}, {"p", "true"}});
    check_yaml("os: {family: Debian, release: {major: 12}}\nlist: [1, two, ~]\n",
               {{"os", Map{{"family", "Debian"}, {"release", Map{{"major", "12"}}}}},
                {"list", Array{"1", "two", ""}}});
    check_yaml("{\"json\": {\"too\": [true, 1.5]}}",
               {{"json", Map{{"too", Array{"true", "1.5"}}}}});
    check_yaml("block: |\n  two\n  lines\n", {{"block", "two\nlines\n"}});
    check_yaml("a: 1\na: 2\n", {{"a", "2"}});
    check_yaml("empty: {}\nnone: []\n", {{"empty", Map{}}, {"none", Array{}}});
}

TEST(ParseYaml, HalfWrittenFilesAreErrors) {
    for (const auto* text :
         {"a: 1\nosfam", "a: 1\nosfam\n", "a:\n  b: 1\n  c", "a: 1\nb c", "\xC3\xA4: 1\nos"}) {
        const auto parsed = parse_yaml(text);
        ASSERT_FALSE(parsed) << text;
        EXPECT_EQ(parsed.error().code, Errc::malformed);
        EXPECT_THAT(parsed.error().message, HasSubstr("without a colon")) << text;
    }
    check_yaml("a: 1\nb:\nc : ~\nd:", {{"a", "1"}, {"b", ""}, {"c", ""}, {"d", ""}});
    check_yaml("? a\n? b\n: 1\n", {{"a", ""}, {"b", "1"}});
    check_yaml("{a, b: 1}", {{"a", ""}, {"b", "1"}});
    EXPECT_THAT(parse_yaml(std::string("a: 1\0", 5)).error().message, HasSubstr("NUL"));
}

TEST(ParseYaml, WhatRubyWritesIsRead) {
    check_yaml("a: !binary |-\n  w6Q=\nb: !!binary aGk=\nc: !binary '%'\n",
               {{"a", "\xC3\xA4"}, {"b", "hi"}, {"c", "%"}});
    check_yaml("a: !ruby/string:HashedString\n  str: x\n  i: 1\n", {{"a", "x"}});
    check_yaml("a: 0e12345\nb: 809e123\nc: 1.5e+2\n",
               {{"a", "0e12345"}, {"b", "809e123"}, {"c", "150.0"}});
}

TEST(ParseYaml, AliasesAndMergeKeys) {
    check_yaml("a: &x {b: 1}\nc: *x\n", {{"a", Map{{"b", "1"}}}, {"c", Map{{"b", "1"}}}});
    check_yaml("a: &x {b: 1, d: 0}\nc:\n  d: 2\n  <<: *x\n",
               {{"a", Map{{"b", "1"}, {"d", "0"}}}, {"c", Map{{"d", "2"}, {"b", "1"}}}});
    check_yaml("c:\n  <<: [{a: 1}, {a: 2, b: 3}]\n", {{"c", Map{{"a", "1"}, {"b", "3"}}}});
}

TEST(ParseYaml, TagsMakeNothingButText) {
    check_yaml("a: !ruby/object:Gem::Installer {x: 1}\nb: !ruby/sym s\nc: !!str 5\nd: !!float 3\n",
               {{"a", Map{{"x", "1"}}}, {"b", "s"}, {"c", "5"}, {"d", "3"}});
}

TEST(ParseYaml, Errors) {
    EXPECT_EQ(parse_yaml("a: [1\nb: 2").error().code, Errc::malformed);
    EXPECT_THAT(parse_yaml("a: 1\n b: 2: 3\n").error().message, StartsWith("line 2, column"));
    EXPECT_EQ(parse_yaml("- a\n- b\n").error().code, Errc::malformed);
    EXPECT_EQ(parse_yaml("just text").error().code, Errc::malformed);
    EXPECT_EQ(parse_yaml("[1]: x").error().code, Errc::malformed);
    EXPECT_EQ(parse_yaml("a: *nothing").error().code, Errc::malformed);
    EXPECT_EQ(parse_yaml("{<<: [1]}").error().code, Errc::malformed);
}

TEST(ParseYaml, LaughterIsBounded) {
    std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 10; ++i) {
        const auto before = "*a" + std::to_string(i - 1);
        bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
        for (int j = 0; j < 10; ++j)
            bomb += before + (j < 9 ? ", " : "]\n");
    }
    EXPECT_EQ(parse_yaml(bomb).error().code, Errc::limit);
    EXPECT_EQ(parse_yaml("a: " + std::string(100, '[') + std::string(100, ']')).error().code,
              Errc::limit);
    EXPECT_FALSE(parse_yaml("a: " + std::string(100'000, '[')).has_value());
    EXPECT_FALSE(parse_yaml("a: &a [*a]").has_value());
}

}  // namespace
}  // namespace mco::facts
