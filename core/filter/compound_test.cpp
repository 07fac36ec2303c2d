#include "core/filter/compound.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
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
        "a and and",
        "a and not",
        "(a or)",
    };
    for (const auto& text : cases)
        EXPECT_THAT(parsed(text), testing::StartsWith("error: ")) << text;
    EXPECT_THAT(parsed("abc and path=/usr/bin"), HasSubstr("at character 19"));
    EXPECT_THAT(parsed("(a"), HasSubstr("not closed"));
    EXPECT_THAT(parsed("a)"), HasSubstr("closed that was not opened"));
}

TEST(ParseCompound, SaysWhatIsMissingAndWhere) {
    const std::pair<const char*, const char*> cases[] = {
        {"role=web and", "at character 10: a class, a fact or a function is missing after 'and'"},
        {"a or not", "at character 6: a class, a fact or a function is missing after 'not'"},
        {"a and (b or) and c",
         "at character 12: a class, a fact or a function is missing before ')'"},
        {"a and or b", "at character 7: a class, a fact or a function is missing before 'or'"},
        {"a b", "at character 3: 'and' or 'or' is missing before 'b'"},
        {"(a b)", "at character 4: 'and', 'or' or ')' is missing before 'b'"},
        {"a and role=", "at character 12: a value is missing after '='"},
        {"a and =x", "at character 7: a name is missing before '='"},
    };
    for (const auto& [text, message] : cases)
        EXPECT_EQ(parsed(text), std::string("error: ") + message) << text;
}

TEST(ParseCompound, TellsTheKindsOfErrorsApart) {
    using Fault = SyntaxError::Fault;

    struct Case {
        std::string text;
        Fault fault;
        std::string marked;
    };

    const std::vector<Case> cases = {{"foo=a/b and c", Fault::token, "foo=a/b"},
                                     {"c and f(a).x=1", Fault::token, "f(a).x=1"},
                                     {"foo='a b", Fault::token, "foo='a b"},
                                     {"a b", Fault::order, "b"},
                                     {"and foo", Fault::order, "and"},
                                     {"foo or or bar", Fault::order, "or"},
                                     {"foo and (bar and) x", Fault::order, ")"},
                                     {" a", Fault::order, " "},
                                     {"a or !", Fault::order, "!"},
                                     {"a and (b", Fault::parenthesis, "("},
                                     {"a) and b", Fault::parenthesis, ")"},
                                     {"(/a/)", Fault::parenthesis, "("}};
    for (const auto& [text, fault, marked] : cases) {
        const auto outcome = read_compound(text);
        ASSERT_FALSE(outcome) << text;
        const auto& error = outcome.error();
        EXPECT_EQ(error.fault, fault) << text << ": " << error.why;
        EXPECT_EQ(text.substr(error.begin, error.end - error.begin), marked) << error.why;
    }
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
    const Value numbers(Array{Map{
        {"fstatement", Map{{"name", "f"}, {"operator", "="}, {"params", 1.5}, {"r_compare", 3}}}}});
    EXPECT_EQ(from_call_stack(numbers)->at(0).data, (DataTest{"f", "1.5", "", "==", "3", 0}));
    for (const auto& bad :
         {Value("text"),
          Value(Array{"text"}),
          Value(Array{Map{}}),
          Value(Array{Map{{"statement", 1}}}),
          Value(Array{Map{{"fstatement", Map{{"operator", "=="}}}}}),
          Value(Array{Map{{"fstatement", Map{{"name", "f"}}}}}),
          Value(Array{
              Map{{"fstatement", Map{{"name", "f"}, {"operator", "; true"}, {"r_compare", "1"}}}}}),
          Value(Array{Map{
              {"fstatement", Map{{"name", "f"}, {"operator", "=="}, {"params", Array{"x"}}}}}})})
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

TEST(Expression, KnowsTheOutcomeWithoutEverything) {
    // Statements hold when they are `t`; functions are not known.
    const std::vector<std::pair<std::string, std::optional<bool>>> cases = {
        {"g().x=1", std::nullopt},
        {"not g().x=1", std::nullopt},
        {"g().x=1 and f", false},
        {"f and g().x=1", false},
        {"g().x=1 and t", std::nullopt},
        {"g().x=1 or t", true},
        {"t or g().x=1", true},
        {"g().x=1 or f", std::nullopt},
        {"g().x=1 or g().x=1", std::nullopt},
        {"not (g().x=1 or t)", false},
        {"t and (g().x=1 or not f)", true},
        {"(g().x=1 and f) or (t and not g().x=1)", std::nullopt},
        {"", false}};
    for (const auto& [text, expected] : cases) {
        const auto expression =
            Expression::from(parse_compound(text).value(), Precedence::and_first).value();
        const auto known =
            expression.evaluate_known([](const Token& token) -> Expected<std::optional<bool>> {
                return token.kind == Kind::function ? std::nullopt
                                                    : std::optional(token.text == "t");
            });
        EXPECT_EQ(known.value(), expected) << text;
    }
}

/// An expression of `t`, `f` and the unknown `g`, grown from random numbers.
void grow(std::vector<Token>& tokens, std::vector<int>& numbers) {
    const int number = numbers.empty() ? 0 : numbers.back();
    if (!numbers.empty())
        numbers.pop_back();
    switch (number) {
        case 0:
        case 1:
        case 2:
            tokens.push_back({Kind::statement, number == 0 ? "t" : number == 1 ? "f" : "g"});
            return;
        case 3:
            tokens.push_back({Kind::lnot});
            return grow(tokens, numbers);
        case 4:
            tokens.push_back({Kind::open});
            grow(tokens, numbers);
            tokens.push_back({Kind::close});
            return;
        default:
            grow(tokens, numbers);
            tokens.push_back({number == 5 ? Kind::land : Kind::lor});
            return grow(tokens, numbers);
    }
}

/// Whatever functions would say, what is known without them is what comes out with them.
TEST(Expression, WhatIsKnownEarlyStaysTrue) {
    EXPECT_TRUE(rc::check("early outcomes are outcomes", [] {
        auto numbers = *rc::gen::container<std::vector<int>>(20, rc::gen::inRange(0, 7));
        std::vector<Token> tokens;
        grow(tokens, numbers);
        const auto expression = Expression::from(tokens, Precedence::and_first).value();
        const auto known =
            expression.evaluate_known([](const Token& token) -> Expected<std::optional<bool>> {
                return token.text == "g" ? std::nullopt : std::optional(token.text == "t");
            });
        for (const bool functions : {false, true}) {
            const auto outcome = expression.evaluate([&](const Token& token) -> Expected<bool> {
                return token.text == "t" || (token.text == "g" && functions);
            });
            const bool agrees = !known->has_value() || **known == *outcome;
            RC_ASSERT(agrees);
        }
    }));
}

TEST(Expression, RefusesTokensInNoOrder) {
    const Token a{Kind::statement, "a"};
    const std::vector<std::vector<Token>> cases = {
        {a, a}, {{Kind::close}, {Kind::open}}, {a, {Kind::land}}, {{Kind::open}, a, {Kind::open}}};
    for (const auto& tokens : cases)
        EXPECT_FALSE(Expression::from(tokens, Precedence::and_first)) << drawn(tokens);
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
