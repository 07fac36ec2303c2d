#include "core/policy/condition.hpp"

#include "core/filter/parse.hpp"
#include "core/policy/columns.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace mco::policy {
namespace {

using Kind = filter::Token::Kind;

/// Is this word, and with it the column, part of an expression? The original takes a function
/// without an argument for a fact that nobody has.
bool marks_expression(std::string_view word) {
    const auto open = word.find('(');
    return word.starts_with('!') || word == "not" || word == "and" || word == "or" ||
           (open != std::string_view::npos && word.find(')', open + 1) != std::string_view::npos);
}

bool is_pattern(std::string_view text) {
    return text.size() > 2 && text.front() == '/' && text.back() == '/';
}

std::string_view inside(std::string_view pattern) {
    return pattern.substr(1, pattern.size() - 2);
}

Expected<Term> fact_term(filter::FactTest test) {
    if (test.op == "==" && is_pattern(test.value))
        test.op = "=~";
    if (test.op != "=~")
        return FactTerm{std::move(test), std::nullopt};
    MCO_TRY(pattern,
            filter::Pattern::compile(is_pattern(test.value) ? inside(test.value)
                                                            : std::string_view(test.value)));
    return FactTerm{std::move(test), std::move(pattern)};
}

Expected<Term> read_term(std::string_view text) {
    if (text.starts_with('/')) {
        if (!is_pattern(text))
            return fail(Errc::malformed, "a class pattern ends with a slash");
        MCO_TRY(pattern, filter::Pattern::compile(inside(text)));
        return ClassTerm{std::string(text), std::move(pattern)};
    }
    if (auto test = filter::parse_fact(text))
        return fact_term(*std::move(test));
    if (text.find_first_of("=<>") != std::string_view::npos)
        return fail(Errc::malformed, "'" + std::string(text) + "' is no comparison");
    return ClassTerm{std::string(text), std::nullopt};
}

/// All of the words must hold.
std::vector<filter::Token> conjunction(const std::vector<std::string_view>& words) {
    std::vector<filter::Token> tokens;
    for (const auto word : words) {
        if (!tokens.empty())
            tokens.push_back({Kind::land});
        tokens.push_back({Kind::statement, std::string(word)});
    }
    return tokens;
}

Expected<void> check_list(const Condition& condition, Lists lists) {
    for (const auto& [text, term] : condition.terms) {
        const bool is_fact = std::holds_alternative<FactTerm>(term);
        if (lists == Lists::facts && !is_fact)
            return fail(Errc::malformed, "'" + text + "' in the column of facts is no comparison");
        if (lists == Lists::classes && is_fact)
            return fail(Errc::malformed, "'" + text + "' in the column of classes is a comparison");
    }
    return {};
}

/// Finds out now what else would fail when somebody calls.
Expected<void> check_function(const filter::DataTest& test) {
    if (test.op != "=~" && test.op != "!=~")
        return {};
    MCO_TRY(pattern, filter::Pattern::compile(test.value));
    static_cast<void>(pattern);
    return {};
}

Expected<void> add_terms(Condition& condition) {
    for (const auto& token : condition.expression.tokens()) {
        if (token.kind == Kind::function)
            MCO_CHECK(check_function(token.data));
        if (token.kind != Kind::statement)
            continue;
        MCO_TRY(term, read_term(token.text));
        condition.terms.emplace(token.text, std::move(term));
    }
    return {};
}

Expected<filter::Expression> all_of(const std::vector<std::string_view>& words) {
    return filter::Expression::from(conjunction(words), filter::Precedence::left_to_right);
}

Expected<filter::Expression> compound(std::string_view text, std::size_t words) {
    auto tokens = filter::parse_compound(text);
    if (!tokens && words > 1)
        tokens.error().message +=
            " (several facts without 'and' need a column of classes behind them)";
    if (!tokens)
        return tl::unexpected(std::move(tokens).error());
    return filter::Expression::from(*std::move(tokens), filter::Precedence::left_to_right);
}

}  // namespace

Expected<Condition> read_condition(std::string_view text, Lists lists) {
    Condition condition;
    condition.text = std::string(text);
    condition.anything = text == "*";
    if (condition.anything)
        return condition;
    const auto all = words(text);
    if (std::find(all.begin(), all.end(), "*") != all.end())
        return fail(Errc::malformed, "'*' stands alone in its column");
    const bool is_list =
        lists != Lists::nothing && std::none_of(all.begin(), all.end(), marks_expression);
    MCO_TRY(expression, is_list ? all_of(all) : compound(text, all.size()));
    condition.expression = std::move(expression);
    MCO_CHECK(add_terms(condition));
    if (is_list)
        MCO_CHECK(check_list(condition, lists));
    return condition;
}

}  // namespace mco::policy
