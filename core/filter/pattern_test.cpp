#include "core/filter/pattern.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

namespace mco::filter {
namespace {

using ::testing::HasSubstr;
using namespace std::string_literals;

bool found(std::string_view source, std::string_view text, PatternOptions options = {}) {
    const auto pattern = Pattern::compile(source, options);
    EXPECT_TRUE(pattern) << source << ": " << (pattern ? "" : pattern.error().message);
    if (!pattern)
        return false;
    const auto hit = pattern->search(text);
    EXPECT_TRUE(hit) << source << ": " << (hit ? "" : hit.error().message);
    return hit && *hit;
}

struct Case {
    std::string source, text;
    bool expected;
};

TEST(Pattern, SearchesAsRubyDoes) {
    const std::vector<Case> cases = {
        {"b", "abc", true},
        {"B", "abc", false},
        {"^b", "a\nb", true},
        {"a$", "a\nb", true},
        {"\\Ab", "a\nb", false},
        {"a\\z", "a\n", false},
        {"a\\Z", "a\n", true},
        {"a.b", "a\nb", false},
        {"(?m)a.b", "a\nb", true},
        {"(?m:a.)b", "a\nb", true},
        {"(?-mix:^b$)", "a\nb\nc", true},
        {"(?i)ABC", "xabcx", true},
        {"(?i-mx:ABC)", "xabcx", true},
        {"(?a)\\w", "x", true},
        {"\\h+\\z", "beef", true},
        {"\\A\\h+\\z", "tea", false},
        {"\\A\\h\\z", " ", false},
        {"\\A[\\h_]+\\z", "be_ef", true},
        {"\\A\\H\\z", "g", true},
        {"\\A\\v\\z", "\n", false},
        {"\\A\\v\\z", "\x0b", true},
        {"\\Qa\\E", "QaE", true},
        {"\\Aa{,2}\\z", "aa", true},
        {"\\Aa{,2}\\z", "aaa", false},
        {"\\Aa{1,2}\\z", "aa", true},
        {"(?<name>x)\\k<name>", "xx", true},
        {"\\u00e9", "caf\u00e9", true},
        {"\\u{e9}", "caf\u00e9", true},
        {"caf.\\z", "caf\u00e9", true},
        {"[[:alpha:]]+", "12a", true},
        {"[^[:space:]]", " \t", false},
        {"[]a]", "]", true},
        {"[^]a]", "]", false},
        {"a(?#comment)b", "ab", true},
        {"(?=x)x(?!y)(?<=x)", "xz", true},
        {"\\\\", "a\\b", true},
        {"\\[h", "[h", true},
        {"", "", true},
    };
    for (const auto& [source, text, expected] : cases)
        EXPECT_EQ(found(source, text), expected) << source << " on " << text;
}

TEST(Pattern, TakesTheOptionsOfARubyRegexp) {
    EXPECT_TRUE(found("ABC", "abc", {Anchors::lines, 1}));
    EXPECT_TRUE(found("a b # not ( this", "ab", {Anchors::lines, 2}));
    EXPECT_TRUE(found("a.b", "a\nb", {Anchors::lines, 4}));
    const auto pattern = Pattern::compile(Regexp{"^ABC$", 1});
    ASSERT_TRUE(pattern);
    EXPECT_EQ(*pattern->search("x\nabc\ny"), true);
    EXPECT_EQ(pattern->source(), "^ABC$");
}

TEST(Pattern, WholeTextAnchorsAreNotFooledByNewlines) {
    const PatternOptions whole{Anchors::whole_text, 0};
    const std::vector<Case> cases = {
        {"^[a-z]+$", "abc", true},
        {"^[a-z]+$", "abc\n;", false},
        {"^[a-z]+$", ";\nabc", false},
        {"^[a-z]+$", "abc\n", false},
        {"(?-mix:^[a-z]+$)", "abc\n;", false},
        {"(?m)^[a-z]+$", "abc\n;", false},
        {"^[a-z]+$", "abc\xff;", false},
        {"^[a-z]+$",
         ";\xff"
         "abc",
         false},
        {"[a-z]+", "1\nb", true},
    };
    for (const auto& [source, text, expected] : cases)
        EXPECT_EQ(found(source, text, whole), expected) << source << " on " << text;
}

TEST(Pattern, MatchesTheWholeText) {
    const auto pattern = Pattern::compile("a|ab");
    ASSERT_TRUE(pattern);
    EXPECT_EQ(*pattern->matches_whole("ab"), true);
    EXPECT_EQ(*pattern->matches_whole("abc"), false);
    EXPECT_EQ(*pattern->matches_whole("ab\n"), false);
    EXPECT_EQ(*pattern->matches_whole("xa"), false);
    const auto callers = Pattern::compile(".+\\.mcollective");
    ASSERT_TRUE(callers);
    EXPECT_EQ(*callers->matches_whole("alice.mcollective"), true);
    EXPECT_EQ(*callers->matches_whole("alice.mcollective\nroot"), false);
    EXPECT_EQ(*callers->matches_whole("root\nalice.mcollective"), false);
}

TEST(Pattern, TellsWhereItMatches) {
    const auto pattern = Pattern::compile("p$");
    ASSERT_TRUE(pattern);
    EXPECT_EQ(*pattern->find("stop"), (Span{3, 4}));
    EXPECT_EQ(*pattern->find("go"), std::nullopt);
    EXPECT_FALSE(pattern->find("\xff"));
}

TEST(Pattern, InvalidUtf8IsSearchedAndNeverAnError) {
    EXPECT_TRUE(found("abc",
                      "\xff\xfe"
                      "abc"));
    EXPECT_FALSE(found("\\xff", "\xff"));
    EXPECT_TRUE(found("\\A.\\z", "\xff"));
    EXPECT_FALSE(found("\\Aabc",
                       "\xff"
                       "abc"));
    EXPECT_FALSE(found("abc\\z", "abc\xff"));
    EXPECT_FALSE(found("abc\\Z", "abc\xff"));
    EXPECT_FALSE(found("^abc",
                       ";\xff"
                       "abc"));
    EXPECT_FALSE(found("abc$", "abc\xff;"));
    EXPECT_TRUE(found("b", "a\0b"s));
}

TEST(Pattern, RefusesWhatIsNoPattern) {
    for (const std::string source : {"(",
                                     "[a",
                                     "a**(",
                                     "*",
                                     "(*LIMIT_MATCH=1)a",
                                     "(*UTF)a",
                                     "[a&&b]",
                                     "[a[b]]",
                                     "[\\H]",
                                     "\\u12",
                                     "\\u{110000}",
                                     "\\C",
                                     "\xff",
                                     "(?<n>a)(?P<n>b",
                                     "\\"}) {
        const auto pattern = Pattern::compile(source);
        ASSERT_FALSE(pattern) << source;
        EXPECT_EQ(pattern.error().code, Errc::malformed) << source;
        EXPECT_THAT(pattern.error().message, HasSubstr("invalid pattern /")) << source;
    }
}

TEST(Pattern, BoundsItsLengthAndNesting) {
    EXPECT_TRUE(Pattern::compile(std::string(Pattern::max_source, 'a')));
    const auto long_one = Pattern::compile(std::string(Pattern::max_source + 1, 'a'));
    ASSERT_FALSE(long_one);
    EXPECT_EQ(long_one.error().code, Errc::limit);
    EXPECT_LT(long_one.error().message.size(), 200U);
    EXPECT_FALSE(Pattern::compile(std::string(200, '(') + std::string(200, ')')));
    EXPECT_FALSE(Pattern::compile("(((a{1,999}){1,999}){1,999})"));
}

TEST(Pattern, CatastrophicPatternsGiveUpQuicklyAndAreNamed) {
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"(a+)+$", std::string(60, 'a') + "!"},
        {"^(a|a)*$", std::string(60, 'a') + "!"},
        {"(.*)*(.*)*(.*)*x\\z", std::string(200, 'a') + "y"},
        {"(?<r>a(?&r)?b?)+\\z", std::string(100, 'a') + "!"},
    };
    for (const auto& [source, text] : cases) {
        const auto pattern = Pattern::compile(source);
        ASSERT_TRUE(pattern) << source;
        const auto start = std::chrono::steady_clock::now();
        const auto hit = pattern->search(text);
        const auto spent = std::chrono::steady_clock::now() - start;
        if (!hit) {
            EXPECT_EQ(hit.error().code, Errc::limit);
            EXPECT_THAT(hit.error().message, HasSubstr(quoted_pattern(source)));
        }
        EXPECT_LT(spent, std::chrono::seconds(2)) << source;
    }
    EXPECT_FALSE(Pattern::compile("(a+)+$")->search(std::string(60, 'a') + "!"));
}

TEST(Pattern, QuotesPatternsForMessages) {
    EXPECT_EQ(quoted_pattern("a.b"), "/a.b/");
    EXPECT_EQ(quoted_pattern("a\nb\x80"), "/a\\x0ab\\x80/");
    EXPECT_EQ(quoted_pattern(std::string(61, 'x')), "/" + std::string(60, 'x') + "…/");
}

}  // namespace
}  // namespace mco::filter
