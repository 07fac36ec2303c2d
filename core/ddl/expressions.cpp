#include "core/ddl/expressions.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace mco::ddl {

using ruby::fail_at;
using ruby::Token;

namespace {

using Lexeme = Token::Kind;
using Form = Expression::Form;

constexpr int deepest = 32;       // nested expressions and blocks together
constexpr int longest_chain = 8;  // method calls one behind the other: each nests the tree by one
constexpr std::size_t any_number = 10'000;  // of operands

bool is_keyword(const Token& token) {
    constexpr std::array<std::string_view, 18> keywords = {"end",
                                                           "do",
                                                           "if",
                                                           "unless",
                                                           "else",
                                                           "elsif",
                                                           "then",
                                                           "def",
                                                           "while",
                                                           "until",
                                                           "case",
                                                           "when",
                                                           "begin",
                                                           "rescue",
                                                           "class",
                                                           "module",
                                                           "return",
                                                           "yield"};
    return token.kind == Lexeme::identifier &&
           std::find(keywords.begin(), keywords.end(), token.spelling) != keywords.end();
}

}  // namespace

Expected<void> ExpressionParser::check_depth() const {
    if (depth_ > deepest)
        return fail_at(peek().line, "nested too deeply");
    return {};
}

Expected<Expression> ExpressionParser::only_expression() {
    skip_newlines();
    MCO_TRY(read, expression());
    skip_newlines();
    if (peek().kind != Lexeme::end)
        return unexpected();
    return read;
}

Expected<Expression> ExpressionParser::expression() {
    const Level level(depth_);
    MCO_CHECK(check_depth());
    return choice();
}

Expected<Expression> ExpressionParser::choice() {
    MCO_TRY(condition, either());
    if (!accept_sign("?"))
        return condition;
    Expression read{Form::choice, condition.line, {}, {}, {}, {}};
    read.children.push_back(std::move(condition));
    skip_newlines();
    MCO_TRY(yes, expression());
    read.children.push_back(std::move(yes));
    skip_newlines();
    MCO_CHECK(expect_sign(":"));
    skip_newlines();
    MCO_TRY(no, expression());
    read.children.push_back(std::move(no));
    return read;
}

/// `sign` as two of the same (the lexer leaves || apart) or one token, or the word for it.
bool ExpressionParser::accept_operator(std::string_view sign, std::string_view word) {
    const bool doubled = sign == "||" && at_sign("|") && peek_second().is(Lexeme::punctuation, "|");
    if (!doubled && !at_sign(sign) && !at_word(word))
        return false;
    take();
    if (doubled)
        take();
    skip_newlines();
    return true;
}

Expected<Expression> ExpressionParser::joined(Form form,
                                              Reader part,
                                              std::string_view sign,
                                              std::string_view word) {
    MCO_TRY(first, (this->*part)());
    Expression read{form, first.line, {}, {}, {}, {}};
    read.children.push_back(std::move(first));
    while (accept_operator(sign, word)) {
        MCO_TRY(next, (this->*part)());
        read.children.push_back(std::move(next));
    }
    if (read.children.size() == 1)
        return std::move(read.children.front());
    return read;
}

Expected<Expression> ExpressionParser::either() {
    return joined(Form::either, &ExpressionParser::both, "||", "or");
}

Expected<Expression> ExpressionParser::both() {
    return joined(Form::all, &ExpressionParser::range, "&&", "and");
}

Expected<Expression> ExpressionParser::range() {
    MCO_TRY(first, compared());
    if (!at_sign("..") && !at_sign("..."))
        return first;
    Expression read{Form::range, first.line, {}, take().spelling, {}, {}};
    MCO_TRY(last, compared());
    read.children.push_back(std::move(first));
    read.children.push_back(std::move(last));
    return read;
}

/// Up to `most` of `signs` with parts between them.
Expected<Expression> ExpressionParser::folded(Reader part,
                                              std::initializer_list<std::string_view> signs,
                                              std::size_t most) {
    MCO_TRY(first, (this->*part)());
    Expression read{Form::fold, first.line, {}, {}, {}, {}};
    read.children.push_back(std::move(first));
    const auto here = [this](std::string_view sign) { return at_sign(sign); };
    while (read.signs.size() < most && std::any_of(signs.begin(), signs.end(), here)) {
        read.signs.push_back(take().spelling);
        skip_newlines();
        MCO_TRY(next, (this->*part)());
        read.children.push_back(std::move(next));
    }
    if (read.signs.empty())
        return std::move(read.children.front());
    return read;
}

Expected<Expression> ExpressionParser::compared() {
    return folded(&ExpressionParser::sum, {"==", "!=", "=~", "<", ">", "<=", ">="}, std::size_t{1});
}

Expected<Expression> ExpressionParser::sum() {
    return folded(&ExpressionParser::product, {"+", "-"}, any_number);
}

Expected<Expression> ExpressionParser::product() {
    return folded(&ExpressionParser::power, {"*", "/", "%"}, any_number);
}

Expected<Expression> ExpressionParser::power() {
    return folded(&ExpressionParser::primary, {"**"}, std::size_t{1});
}

Expected<Expression> ExpressionParser::primary() {
    if (at_sign("!") || at_word("not")) {
        const Level level(depth_);
        MCO_CHECK(check_depth());
        Expression inverted{Form::inverted, take().line, {}, {}, {}, {}};
        MCO_TRY(inner, primary());
        inverted.children.push_back(std::move(inner));
        return inverted;
    }
    MCO_TRY(read, value());
    for (int calls = 0; at_sign(".") || (at_sign("[") && !peek().spaced); ++calls) {
        if (calls == longest_chain)
            return unexpected();
        MCO_TRY(next, accept_sign(".") ? method_of(std::move(read)) : index_of(std::move(read)));
        read = std::move(next);
    }
    return read;
}

Expected<Expression> ExpressionParser::method_of(Expression receiver) {
    if (peek().kind != Lexeme::identifier)
        return unexpected();
    Expression method{Form::method, peek().line, {}, take().spelling, {}, {}};
    method.children.push_back(std::move(receiver));
    if (accept_sign("(")) {
        MCO_TRY(list, enclosed(")"));
        for (auto& argument : list)
            method.children.push_back(std::move(argument));
    }
    return method;
}

Expected<Expression> ExpressionParser::index_of(Expression receiver) {
    Expression method{Form::method, take().line, {}, "[]", {}, {}};
    method.children.push_back(std::move(receiver));
    MCO_TRY(list, enclosed("]"));
    for (auto& argument : list)
        method.children.push_back(std::move(argument));
    return method;
}

Expected<Expression> ExpressionParser::value() {
    const auto& token = peek();
    switch (token.kind) {
        case Lexeme::symbol:
            return literal(Symbol{take().spelling});
        case Lexeme::regexp:
            return literal(Regexp{token.spelling, take().options});
        case Lexeme::integer:
        case Lexeme::real:
            return number();
        case Lexeme::text:
            return text();
        case Lexeme::words:
            return words();
        case Lexeme::constant:
            return constant();
        case Lexeme::identifier:
            return named();
        case Lexeme::punctuation:
            return bracketed();
        default:
            return unexpected();
    }
}

Expected<Expression> ExpressionParser::literal(Value value) const {
    return Expression{Form::literal, peek().line, std::move(value), {}, {}, {}};
}

Expected<Expression> ExpressionParser::number() {
    const auto& token = take();
    const auto* begin = token.spelling.data();
    const auto* end = begin + token.spelling.size();
    std::int64_t whole = 0;
    double real = 0;
    const bool integral = token.kind == Lexeme::integer;
    const auto outcome =
        integral ? std::from_chars(begin, end, whole) : std::from_chars(begin, end, real);
    const auto digits = token.spelling.find_first_not_of('-');
    const bool octal =
        integral && token.spelling.size() > digits + 1 && token.spelling[digits] == '0';
    if (outcome.ec != std::errc() || outcome.ptr != end || octal)
        return fail_at(token.line, "cannot read the number " + token.spelling);
    return integral ? literal(whole) : literal(real);
}

/// Literals that stand side by side are one.
Expected<Expression> ExpressionParser::text() {
    Expression read{Form::text, peek().line, {}, {}, {}, {}};
    while (peek().kind == Lexeme::text) {
        const auto& token = take();
        for (const auto& piece : token.pieces) {
            MCO_TRY(part, piece.code ? code(piece.text, token.line) : literal(piece.text));
            read.children.push_back(std::move(part));
        }
    }
    return read;
}

Expected<Expression> ExpressionParser::code(std::string_view source, int line) const {
    MCO_TRY(tokens, ruby::lex(source, line));
    return ExpressionParser(tokens, depth_).only_expression();
}

Expected<Expression> ExpressionParser::words() {
    const auto& token = take();
    Expression list{Form::list, token.line, {}, {}, {}, {}};
    for (const auto& piece : token.pieces)
        list.children.push_back({Form::literal, token.line, piece.text, {}, {}, {}});
    return list;
}

Expected<Expression> ExpressionParser::named() {
    if (is_keyword(peek()))
        return unexpected();
    const auto& token = take();
    if (token.spelling == "true" || token.spelling == "false")
        return literal(token.spelling == "true");
    if (token.spelling == "nil")
        return literal(nullptr);
    Expression read{Form::name, token.line, {}, token.spelling, {}, {}};
    if (accept_sign("(")) {
        read.form = Form::function;
        MCO_TRY(list, enclosed(")"));
        read.children = std::move(list);
    } else if (token.spelling == "respond_to?") {
        read.form = Form::function;
        MCO_TRY(asked, value());
        read.children.push_back(std::move(asked));
    }
    return read;
}

Expected<Expression> ExpressionParser::constant() {
    Expression read{Form::constant, peek().line, {}, take().spelling, {}, {}};
    while (at_sign("::") && peek_second().kind == Lexeme::constant) {
        take();
        read.name += "::" + take().spelling;
    }
    return read;
}

Expected<Expression> ExpressionParser::bracketed() {
    const int line = peek().line;
    if (accept_sign("{"))
        return hash(line);
    if (accept_sign("(")) {
        MCO_TRY(list, enclosed(")"));
        if (list.size() != 1)
            return fail_at(line, "parentheses want one value in them");
        return std::move(list.front());
    }
    MCO_CHECK(expect_sign("["));
    MCO_TRY(list, enclosed("]"));
    return Expression{Form::list, line, {}, {}, std::move(list), {}};
}

Expected<Expression> ExpressionParser::hash(int line) {
    MCO_TRY(list, enclosed("}"));
    if (list.empty())
        return Expression{Form::hash, line, {}, {}, {}, {}};
    if (list.size() > 1 || list.front().form != Form::hash)
        return fail_at(line, "a hash wants key => value pairs");
    return std::move(list.front());
}

Expected<std::vector<Expression>> ExpressionParser::arguments(std::string_view close) {
    std::vector<Expression> list;
    Expression pairs{Form::hash, peek().line, {}, {}, {}, {}};
    skip_within(close);
    while (close.empty() || !at_sign(close)) {
        MCO_CHECK(argument(list, pairs.children));
        skip_within(close);
        if (!accept_sign(","))
            break;
        skip_newlines();
    }
    if (!pairs.children.empty())
        list.push_back(std::move(pairs));
    return list;
}

Expected<std::vector<Expression>> ExpressionParser::enclosed(std::string_view close) {
    MCO_TRY(list, arguments(close));
    MCO_CHECK(expect_sign(close));
    return list;
}

/// One value for `list`, or key and value for `pairs`.
Expected<void> ExpressionParser::argument(std::vector<Expression>& list,
                                          std::vector<Expression>& pairs) {
    const bool label = peek().kind == Lexeme::label;
    MCO_TRY(first, label ? label_key() : expression());
    if (!label && !at_sign("=>")) {
        if (!pairs.empty())
            return fail_at(first.line, "a value behind key => value pairs");
        list.push_back(std::move(first));
        return {};
    }
    pairs.push_back(std::move(first));
    if (!label)
        take();
    skip_newlines();
    MCO_TRY(second, expression());
    pairs.push_back(std::move(second));
    return {};
}

void ExpressionParser::skip_within(std::string_view close) {
    if (!close.empty())
        skip_newlines();
}

Expected<Expression> ExpressionParser::label_key() {
    const auto& token = take();
    return Expression{Form::literal, token.line, Symbol{token.spelling}, {}, {}, {}};
}

}  // namespace mco::ddl
