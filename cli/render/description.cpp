#include "cli/render/description.hpp"

#include "core/filter/parse.hpp"
#include "core/text/ruby.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace mco::render {

namespace {

using filter::Token;

std::string fact_check(std::string_view fact, std::string_view op, std::string_view value) {
    return fmt::format("Check if fact '{}' {} '{}'", fact, op, value);
}

std::string class_check(std::string_view name) {
    return fmt::format("Check if class '{}' is present on the host", name);
}

/// `text` is a class unless a node takes it for a fact; then it is shown as it was written, that is
/// with one equals sign.
std::string statement(std::string_view text) {
    const auto is_operator = [](char c) { return std::string_view("!<>=~").find(c) < 5; };
    const auto test = filter::parse_fact(text);
    const auto* const begin = std::find_if(text.begin(), text.end(), is_operator);
    if (text.starts_with('/') || !test || begin == text.end())
        return class_check(text);
    const auto at = static_cast<std::size_t>(begin - text.begin());
    const std::size_t size = at + 1 < text.size() && is_operator(text[at + 1]) ? 2 : 1;
    return fact_check(test->fact, text.substr(at, size), text.substr(at + size));
}

/// The two spaces at the end are the original's.
std::string data_query(const filter::DataTest& test) {
    const auto parameters = test.params ? fmt::format(" with parameters ({})", *test.params) : "";
    const auto value =
        test.op.ends_with("=~") ? text::to_s(Regexp{test.value, test.flags}) : test.value;
    return fmt::format("Execute the Data Query '{}'{}. Check if the query's '{}' value {} '{}'  ",
                       test.name,
                       parameters,
                       test.field,
                       test.op,
                       value);
}

std::string_view connective(Token::Kind kind) {
    switch (kind) {
        case Token::Kind::land:
            return "AND";
        case Token::Kind::lor:
            return "OR";
        case Token::Kind::lnot:
            return "NOT";
        case Token::Kind::open:
            return "(";
        case Token::Kind::close:
            return ")";
        case Token::Kind::statement:
        case Token::Kind::function:
            break;
    }
    return {};
}

std::string instruction(const Token& token) {
    if (token.kind == Token::Kind::statement)
        return statement(token.text);
    if (token.kind == Token::Kind::function)
        return data_query(token.data);
    return std::string(connective(token.kind));
}

/// The margin of the `depth`th parenthesis: the original doubles it every time, which would not end
/// well.
std::size_t margin(std::size_t depth) {
    std::size_t width = 2;
    for (; depth > 0; --depth)
        width = std::min(2 * width, width + 16);
    return width;
}

std::string instructions(const std::vector<Token>& tokens) {
    std::string text;
    std::size_t depth = 0;
    for (const auto& token : tokens) {
        if (token.kind == Token::Kind::close && depth > 0)
            --depth;
        text += std::string(margin(depth), ' ') + instruction(token) + '\n';
        if (token.kind == Token::Kind::open)
            ++depth;
    }
    return text;
}

template <class Item, class Line>
std::string section(std::string_view heading, const std::vector<Item>& items, Line line) {
    if (items.empty())
        return "";
    auto text = fmt::format("{}:\n\n", heading);
    for (const auto& item : items)
        text += "  " + line(item) + '\n';
    return text + '\n';
}

}  // namespace

std::string described(const filter::Filter& filter,
                      const std::vector<std::vector<Token>>& expressions) {
    auto text = section(
        "-F filter expands to the following fact comparisons",
        filter.facts,
        [](const filter::FactTest& test) { return fact_check(test.fact, test.op, test.value); });
    text += section("-C filter expands to the following class checks", filter.classes, class_check);
    text += section(
        "-A filter expands to the following agent checks", filter.agents, [](const auto& agent) {
            return fmt::format("Check if agent '{}' is active on the host", agent);
        });
    text += section("-I filter expands to the following identity checks, one of which must hold",
                    filter.identities,
                    [](const auto& name) {
                        return fmt::format("Check if the identity of the host is '{}'", name);
                    });
    for (const auto& expression : expressions)
        text +=
            "-S Query expands to the following instructions:\n\n" + instructions(expression) + '\n';
    return text;
}

}  // namespace mco::render
