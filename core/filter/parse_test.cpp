#include "core/filter/parse.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <regex>
#include <string>
#include <utility>
#include <vector>

#include <rapidcheck.h>

namespace mco::filter {
namespace {

TEST(ParseFact, AcceptsEverySpelling) {
    const std::vector<std::pair<std::string, FactTest>> cases = {
        {"foo=bar", {"foo", "bar", "=="}},
        {"foo=bar=baz", {"foo", "bar=baz", "=="}},
        {"foo = bar", {"foo", "bar", "=="}},
        {"foo==bar", {"foo", "bar", "=="}},
        {"foo=>2", {"foo", "2", ">="}},
        {"foo =< 2", {"foo", "2", "<="}},
        {"foo>=2", {"foo", "2", ">="}},
        {"foo >= 2 ", {"foo", "2 ", ">="}},
        {"foo<2", {"foo", "2", "<"}},
        {"foo > 2", {"foo", "2", ">"}},
        {"foo!=bar", {"foo", "bar", "!="}},
        {"foo=~bar", {"foo", "bar", "=~"}},
        {"foo=~/a=b/", {"foo", "/a=b/", "=~"}},
        {"foo=/bar/", {"foo", "/bar/", "=~"}},
        {"foo = /bar/", {"foo", "/bar/", "=~"}},
        {"foo bar=/baz/", {"foo bar", "/baz/", "=~"}},
        {"foo=/bar/i", {"foo", "/bar/i", "=="}},
        {"a= ", {"a", " ", "=="}},
        {"a<=", {"a", "=", "<"}},
        {"a=b<c", {"a=b", "c", "<"}},
    };
    for (const auto& [text, expected] : cases) {
        const auto parsed = parse_fact(text);
        ASSERT_TRUE(parsed) << text;
        EXPECT_EQ(*parsed, expected)
            << text << ": " << parsed->fact << "|" << parsed->op << "|" << parsed->value;
    }
}

TEST(ParseFact, RefusesTheRest) {
    for (const std::string text :
         {"", "foo", "foo=", "=bar", "foo bar=baz", "=", " =x", "foo\n=bar"}) {
        const auto parsed = parse_fact(text);
        ASSERT_FALSE(parsed) << text;
        EXPECT_THAT(parsed.error().message, testing::HasSubstr("valid fact format"));
    }
}

/// The five expressions of protocol §7.4 as they stand there.
std::optional<FactTest> parse_with_regexes(const std::string& text) {
    static const std::regex at_least("^([^ ]+?)[ ]*=>[ ]*(.+)");
    static const std::regex at_most("^([^ ]+?)[ ]*=<[ ]*(.+)");
    static const std::regex written("^([^ ]+?)[ ]*(<=|>=|<|>|!=|==|=~)[ ]*(.+)");
    static const std::regex pattern("^(.+?)[ ]*=[ ]*\\/(.+)\\/$");
    static const std::regex equal("^([^= ]+?)[ ]*=[ ]*(.+)");
    std::smatch found;
    if (std::regex_search(text, found, at_least))
        return FactTest{found[1], found[2], ">="};
    if (std::regex_search(text, found, at_most))
        return FactTest{found[1], found[2], "<="};
    if (std::regex_search(text, found, written))
        return FactTest{found[1], found[3], found[2]};
    if (std::regex_search(text, found, pattern))
        return FactTest{found[1], "/" + found[2].str() + "/", "=~"};
    if (std::regex_search(text, found, equal))
        return FactTest{found[1], found[2], "=="};
    return std::nullopt;
}

TEST(ParseFact, AgreesWithTheRegularExpressionsItReplaces) {
    EXPECT_TRUE(rc::check("parse_fact agrees with the expressions of the specification", [] {
        const auto text = *rc::gen::container<std::string>(
            rc::gen::element('a', 'b', ' ', '=', '<', '>', '!', '~', '/'));
        const auto parsed = parse_fact(text);
        const auto expected = parse_with_regexes(text);
        RC_ASSERT(parsed.has_value() == expected.has_value());
        if (expected)
            RC_ASSERT(*parsed == *expected);
    }));
}

TEST(AddWith, SortsWordsIntoFactsAndClasses) {
    Filter filter;
    add_with(filter, "  apache os=Debian\t/web/ cpus>=2 ");
    EXPECT_EQ(filter.classes, (std::vector<std::string>{"apache", "/web/"}));
    EXPECT_EQ(filter.facts, (std::vector<FactTest>{{"os", "Debian", "=="}, {"cpus", "2", ">="}}));
    add_with(filter, "");
    EXPECT_EQ(filter.classes.size(), 2U);
}

}  // namespace
}  // namespace mco::filter
