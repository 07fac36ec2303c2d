#include "core/filter/compound.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <rapidcheck.h>

namespace mco::filter {
namespace {

using testing::HasSubstr;
using Kind = Token::Kind;

/// Tokens on one line: operators as signs, statements in brackets, functions in full.
std::string drawn(const std::vector<Token>& tokens) {
    std::string text;
    for (const auto& token : tokens) {
        text += text.empty() ? "" : " ";
        switch (token.kind) {
            case Kind::statement:
                text += "[" + token.text + "]";
                break;
            case Kind::function:
                text += token.data.name + "<" + token.data.params.value_or("nil") + ">." +
                        token.data.field + " " + token.data.op + " [" + token.data.value + "]";
                break;
            case Kind::land:
                text += "and";
                break;
            case Kind::lor:
                text += "or";
                break;
            case Kind::lnot:
                text += "not";
                break;
            case Kind::open:
                text += "(";
                break;
            case Kind::close:
                text += ")";
                break;
        }
    }
    return text;
}

std::string parsed(const std::string& text) {
    const auto tokens = parse_compound(text);
    return tokens ? drawn(*tokens) : "error: " + tokens.error().message;
}

// The vectors of protocol §8.3, and the neighbours of each.
TEST(ParseCompound, ReadsTheLanguage) {
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"", ""},
        {"foo", "[foo]"},
        {"foo = bar and baz=qux", "[foo=bar] and [baz=qux]"},
        {"!(apache or country=uk)", "not ( [apache] or [country=uk] )"},
        {"not not apache", "not not [apache]"},
        {"!!a", "not not [a]"},
        {R"(foo="a \"b\" c")", R"([foo=a "b" c])"},
        {"foo=/a(b|c)/ and x", "[foo=/a(b|c)/] and [x]"},
        {"foo=/a b/", "[foo=/a b/]"},
        {R"(foo=/a\/b/)", R"([foo=/a\/b/])"},
        {"foo and(bar)", "[foo] and ( [bar] )"},
        {"(a)and(b)", "( [a] ) and ( [b] )"},
        {"not(foo)", "not ( [foo] )"},
        {"f().v=1", "f<nil>.v == [1]"},
        {"f('').v=1", "f<>.v == [1]"},
        {"f('a').b='x y'", "f<a>.b == [x y]"},
        {"f('a','b').c=1", "f<a','b>.c == [1]"},
        {R"(fstat("/etc/hosts").md5!=/abc/ and apache)",
         "fstat</etc/hosts>.md5 !=~ [abc] and [apache]"},
        {"f('a').b>=2", "f<a>.b >= [2]"},
        {"f('a').b >= 2 and x", "f<a>.b >= [2] and [x]"},
        {"f('a').b != 1", "f<a>.b != [1]"},
        {"f('a').b==1", "f<a>.b == [1]"},
        {"f('a').b=~/x/", "f<a>.b =~ [x]"},
        {"a >=1", "[a>=1]"},
        {"a >= 1", "[a>=1]"},
        {"a>= 1", "[a>=1]"},
        {"a => 1 and b=<2", "[a=>1] and [b=<2]"},
        {"f('a').b=>1", "f<a>.b >= [1]"},
        {"a  and  b", "[a] and [b]"},
        {"( a or b )", "( [a] or [b] )"},
        {"nothing and android or or=1", "[nothing] and [android] or [or=1]"},
        {"AND", "[AND]"},
        {"not", "[not]"},
        {"a and and", "[a] and [and]"},
        {"/foo/", "[/foo/]"},
        {"/^(a|b)/ and c", "[/^(a|b)/] and [c]"},
        {"path='/usr/bin'", "[path=/usr/bin]"},
        {"roles::web", "[roles::web]"},
    };
    for (const auto& [text, expected] : cases)
        EXPECT_EQ(parsed(text), expected) << text;
}

TEST(ParseCompound, RefusesTheRestAndSaysWhere) {
    const std::vector<std::string> cases = {
        "(/a/)",
        "/a b/",
        "/foo/=bar",
        "foo=a/b",
        "path=/usr/bin",
        "foo=/x/b",
        "a b",
        "foo not bar",
        "a (b)",
        "and foo",
        "foo or or bar",
        "()",
        "!",
        " a",
        "a ",
        "a)",
        "((a)",
        "(a)(b)",
        "f('a)b').x=1",
        "f(a).x=1",
        "f('a').b.c=1",
        R"(f("x",'y').z=1)",
        "f('a')=1",
        "f('a').b",
        "f('a').b=",
        "foo=",
        "=foo",
        "a\tand b",
        "foo='a",
        "f('a'",
        "f(",
        "a and\nb",
        "g-h('a').b=1",
        "foo=\"\"",
    };
    for (const auto& text : cases)
        EXPECT_THAT(parsed(text), testing::StartsWith("error: ")) << text;
    EXPECT_THAT(parsed("abc and path=/usr/bin"), HasSubstr("at character 19"));
    EXPECT_THAT(parsed("(a"), HasSubstr("not closed"));
    EXPECT_THAT(parsed("a)"), HasSubstr("closed that was not opened"));
}

TEST(ParseCompound, HasLimits) {
    EXPECT_EQ(parse_compound(std::string(max_compound_text + 1, 'a')).error().code, Errc::limit);
    const auto nested = [](std::size_t depth) {
        return std::string(depth, '(') + "a" + std::string(depth, ')');
    };
    EXPECT_TRUE(parse_compound(nested(Expression::max_depth)));
    EXPECT_EQ(parse_compound(nested(Expression::max_depth + 1)).error().code, Errc::limit);
    std::string chain = "a";
    for (std::size_t i = 0; i < Expression::max_tokens / 2; ++i)
        chain += " or a";
    EXPECT_EQ(parse_compound(chain).error().code, Errc::limit);
    EXPECT_TRUE(parse_compound(std::string(Expression::max_tokens - 1, '!') + "a"));
}

TEST(CallStack, IsWhatCrossesTheWire) {
    const auto tokens =
        parse_compound(R"(fstat("/etc/hosts").md5!=/abc/ and !(apache or f().x=1))").value();
    const auto stack = to_call_stack(tokens);
    ASSERT_NE(stack.array(), nullptr);
    EXPECT_EQ(stack.array()->front(),
              Value(Map{{"fstatement",
                         Map{{"r_compare", "abc"},
                             {"operator", "!=~"},
                             {"value", "md5"},
                             {"name", "fstat"},
                             {"params", "/etc/hosts"}}}}));
    EXPECT_EQ(stack.array()->at(1), Value(Map{{"and", "and"}}));
    EXPECT_EQ(from_call_stack(stack).value(), tokens);
}

TEST(CallStack, TakesWhatOthersSend) {
    const Value stack(Array{
        Map{{"fstatement",
             Map{{"r_compare", Regexp{"A", 1}}, {"operator", "=~"}, {"name", "f"}, {"params", 7}}}},
        Map{{"comment", "skipped"}}});
    const auto tokens = from_call_stack(stack).value();
    ASSERT_EQ(tokens.size(), 1U);
    EXPECT_EQ(tokens[0].data, (DataTest{"f", "7", "", "=~", "A", 1}));
    for (const auto& bad : {Value("text"),
                            Value(Array{"text"}),
                            Value(Array{Map{}}),
                            Value(Array{Map{{"statement", 1}}}),
                            Value(Array{Map{{"fstatement", Map{{"operator", "=="}}}}})})
        EXPECT_FALSE(from_call_stack(bad));
}

/// Statements hold when they are `t`.
bool value_of(const std::string& text, Precedence precedence) {
    const auto expression = Expression::from(parse_compound(text).value(), precedence).value();
    return expression.evaluate([](const Token& token) { return token.text == "t"; }).value();
}

TEST(Expression, KnowsWhoGoesFirst) {
    struct Case {
        std::string text;
        bool and_first;
        bool left_to_right;
    };

    const std::vector<Case> cases = {{"t", true, true},
                                     {"", false, false},
                                     {"not t", false, false},
                                     {"not f and f", false, false},
                                     {"t or t and f", true, false},
                                     {"f and f or t", true, true},
                                     {"t or (t and f)", true, true},
                                     {"(t or t) and f", false, false},
                                     {"not (t and f) and not not t", true, true},
                                     {"f or t and t or f", true, true}};
    for (const auto& [text, and_first, left_to_right] : cases) {
        EXPECT_EQ(value_of(text, Precedence::and_first), and_first) << text;
        EXPECT_EQ(value_of(text, Precedence::left_to_right), left_to_right) << text;
    }
}

TEST(Expression, TellsWhenThePrecedenceMatters) {
    const auto mixed = [](const char* text) {
        return Expression::from(parse_compound(text).value(), Precedence::and_first)
            .value()
            .is_mixed();
    };
    EXPECT_TRUE(mixed("a or b and c"));
    EXPECT_TRUE(mixed("x and (a or b and c)"));
    EXPECT_FALSE(mixed("a or (b and c)"));
    EXPECT_FALSE(mixed("(a or b) and (c or d)"));
}

TEST(Expression, AsksOnlyWhatItNeeds) {
    std::vector<std::string> asked;
    const auto expression =
        Expression::from(parse_compound("f and a or t or b").value(), Precedence::and_first)
            .value();
    EXPECT_TRUE(expression
                    .evaluate([&](const Token& token) {
                        asked.push_back(token.text);
                        return token.text == "t";
                    })
                    .value());
    EXPECT_EQ(asked, (std::vector<std::string>{"f", "t"}));
}

TEST(Expression, RefusesTokensInNoOrder) {
    const Token a{Kind::statement, "a"};
    const std::vector<std::vector<Token>> cases = {
        {a, a}, {{Kind::close}, {Kind::open}}, {a, {Kind::land}}, {{Kind::open}, a, {Kind::open}}};
    for (const auto& tokens : cases)
        EXPECT_FALSE(Expression::from(tokens, Precedence::and_first)) << drawn(tokens);
}

Map answer() {
    return {
        {"md5", "abcdef"}, {"size", 12}, {"load", 0.5}, {"enabled", false}, {"nothing", Value()}};
}

TEST(DataTests, CompareByTheTypeOfTheAnswer) {
    const std::vector<std::pair<std::string, bool>> cases = {{"f('').md5=abcdef", true},
                                                             {"f('').md5!=abcdef", false},
                                                             {"f('').md5=/^abc/", true},
                                                             {"f('').md5!=/^abc/", false},
                                                             {"f('').md5=/x/", false},
                                                             {"f('').md5>a", false},
                                                             {"f('').size=12", true},
                                                             {"f('').size='0x_c'", true},
                                                             {"f('').size>9", true},
                                                             {"f('').size<=11", false},
                                                             {"f('').size=1.2e1", true},
                                                             {"f('').size=/1/", false},
                                                             {"f('').load>=0.5", true},
                                                             {"f('').load<.4", false},
                                                             {"f('').enabled=false", true},
                                                             {"f('').enabled!=true", true},
                                                             {"f('').enabled>1", false},
                                                             {"f('').nothing=1", false},
                                                             {"f('').nosuch!=1", false}};
    for (const auto& [text, expected] : cases) {
        const auto test = parse_compound(text).value().front().data;
        EXPECT_EQ(satisfies(test, answer()).value(), expected) << text;
    }
    for (const char* text : {"f('').size=many", "f('').enabled=0", "f('').md5=/(/"})
        EXPECT_FALSE(satisfies(parse_compound(text).value().front().data, answer())) << text;
}

Inventory node() {
    Inventory inventory;
    inventory.facts = std::make_shared<Map>(Map{{"os", "Debian"}, {"cpus", "16"}});
    inventory.classes = {"base", "acme::devserver"};
    return inventory;
}

TEST(CompoundMatches, FactsClassesAndFunctions) {
    const std::vector<std::pair<std::string, bool>> cases = {{"os=Debian and base", true},
                                                             {"os=/^deb/", false},
                                                             {"os = /^Deb/", true},
                                                             {"cpus>4", true},
                                                             {"cpus < 4 or /^acme/", true},
                                                             {"not cpus=16", false},
                                                             {"nosuch=1", false},
                                                             {"f('x').size=12", true},
                                                             {"not f('x').size=12", false},
                                                             {"os!=Debian", false},
                                                             {"nosuchclass", false}};
    for (const auto& [text, expected] : cases) {
        const auto expression =
            Expression::from(parse_compound(text).value(), Precedence::and_first).value();
        const auto outcome =
            matches(expression, node(), [](const DataTest&) -> Expected<Map> { return answer(); });
        EXPECT_EQ(outcome.value(), expected) << text;
    }
    const auto function =
        Expression::from(parse_compound("not f('x').size=12").value(), Precedence::and_first)
            .value();
    const auto unknown = matches(function, node(), [](const DataTest& test) -> Expected<Map> {
        return fail(Errc::not_found, test.name);
    });
    EXPECT_EQ(unknown.error().code, Errc::not_found);
}

TEST(ParseCompound, WhatParsesAlsoGoesOverTheWire) {
    EXPECT_TRUE(rc::check("call stacks keep the tokens", [] {
        const auto text = *rc::gen::container<std::string>(rc::gen::element(
            'a', ' ', '(', ')', '!', '=', '<', '/', '\'', '"', '.', '\\', 'n', 'o', 't', 'r'));
        const auto tokens = parse_compound(text);
        if (!tokens)
            return;
        RC_ASSERT(from_call_stack(to_call_stack(*tokens)).value() == *tokens);
        const auto expression = Expression::from(*tokens, Precedence::left_to_right);
        RC_ASSERT(expression.has_value());
    }));
}

}  // namespace
}  // namespace mco::filter
