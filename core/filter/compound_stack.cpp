// Call stacks: compound filters as they cross the wire (protocol §8.1).
#include "core/filter/compound.hpp"
#include "core/filter/pattern.hpp"
#include "core/text/ruby.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace mco::filter {
namespace {

using Kind = Token::Kind;

constexpr std::array<std::pair<std::string_view, Kind>, 5> words = {{{"and", Kind::land},
                                                                     {"or", Kind::lor},
                                                                     {"not", Kind::lnot},
                                                                     {"(", Kind::open},
                                                                     {")", Kind::close}}};

/// Patterns go as text: nobody needs a Regexp object for them.
Map to_wire(const DataTest& test) {
    Map map{{"r_compare", test.value}, {"operator", test.op}};
    if (!test.field.empty())
        map.set("value", test.field);
    map.set("name", test.name);
    map.set("params", test.params ? Value(*test.params) : Value());
    return map;
}

Map to_wire(const Token& token) {
    if (token.kind == Kind::statement)
        return Map{{"statement", token.text}};
    if (token.kind == Kind::function)
        return Map{{"fstatement", to_wire(token.data)}};
    const auto* word = std::find_if(
        words.begin(), words.end(), [&](const auto& entry) { return entry.second == token.kind; });
    return Map{{word->first, word->first}};
}

tl::unexpected<Error> malformed(const std::string& what) {
    return fail(Errc::malformed, "a compound filter with " + what);
}

std::string text_of(const Value* value) {
    const auto* text = value == nullptr ? nullptr : value->text();
    return text == nullptr ? std::string() : *text;
}

/// Arguments may have been converted by the sender's declaration of the plug-in.
Expected<std::optional<std::string>> params_of(const Value* value) {
    if (value == nullptr || value->is_nil())
        return std::nullopt;
    if (const auto* text = value->text())
        return *text;
    if (const auto* flag = value->boolean())
        return std::string(*flag ? "true" : "false");
    if (value->integer() != nullptr || value->real() != nullptr)
        return text::to_s(*value);
    return malformed("function arguments that are no text");
}

/// `=` is what a call stack of older clients may hold.
Expected<std::string> operator_of(const Value* value) {
    constexpr std::array<std::string_view, 8> operators = {
        "==", "!=", "<=", ">=", "<", ">", "=~", "!=~"};
    auto op = text_of(value);
    if (op == "=")
        return std::string("==");
    if (std::find(operators.begin(), operators.end(), op) == operators.end())
        return malformed("a function compared by " + quoted_pattern(op));
    return op;
}

Expected<DataTest> function_of(const Value& value) {
    if (value.map() == nullptr)
        return malformed("a function that is no map");
    DataTest test;
    test.name = text_of(value.find("name"));
    test.field = text_of(value.find("value"));
    MCO_TRY(op, operator_of(value.find("operator")));
    test.op = std::move(op);
    MCO_TRY(params, params_of(value.find("params")));
    test.params = std::move(params);
    const auto* right = value.find("r_compare");
    if (const auto* regexp = right == nullptr ? nullptr : right->regexp()) {
        test.value = regexp->source;
        test.flags = regexp->options;
    } else {
        MCO_TRY(text, params_of(right));
        test.value = text.value_or("");
    }
    if (test.name.empty())
        return malformed("a function without a name");
    return test;
}

Expected<std::optional<Token>> token_of(const Entry& entry) {
    const auto key = text_of(&entry.key);
    if (key == "statement") {
        if (entry.value.text() == nullptr)
            return malformed("a statement that is no text");
        return Token{Kind::statement, *entry.value.text()};
    }
    if (key == "fstatement") {
        MCO_TRY(test, function_of(entry.value));
        return Token{Kind::function, {}, std::move(test)};
    }
    const auto* word = std::find_if(
        words.begin(), words.end(), [&](const auto& known) { return known.first == key; });
    if (word == words.end())
        return std::nullopt;
    return Token{word->second};
}

}  // namespace

Value to_call_stack(const std::vector<Token>& tokens) {
    Array stack;
    for (const auto& token : tokens)
        stack.emplace_back(to_wire(token));
    return stack;
}

Expected<std::vector<Token>> from_call_stack(const Value& stack) {
    if (stack.array() == nullptr)
        return malformed("something that is no list");
    if (stack.array()->size() > Expression::max_tokens)
        return fail(Errc::limit, "a compound filter with too many parts");
    std::vector<Token> tokens;
    for (const auto& item : *stack.array()) {
        if (item.map() == nullptr || item.map()->size() != 1)
            return malformed("an entry that is no single pair");
        MCO_TRY(token, token_of(item.map()->entries().front()));
        if (token)
            tokens.push_back(*std::move(token));
    }
    return tokens;
}

}  // namespace mco::filter
