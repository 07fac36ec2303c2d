#include "cli/reports/expression.hpp"
#include "cli/reports/methods.hpp"
#include "core/text/spelling.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace mco::reports {
namespace {

using ruby::fail_at;
using ruby::Token;
using Kind = Token::Kind;
using Form = Expression::Form;

constexpr int deepest = 24;        // nested expressions
constexpr int longest_chain = 12;  // of indices and methods: each nests the tree by one

std::string suggestion(std::string_view word, const std::vector<std::string>& candidates) {
    const auto near = text::nearest(word, candidates, text::plausible_edits(word.size()));
    return near ? " (did you mean " + *near + "?)" : "";
}

/// Recursive descent.
class Parser {
  public:
    Parser(ruby::TokenStream& tokens, Names known, int depth)
        : tokens_(tokens), known_(known), depth_(depth) {}

    Expected<Expression> expression() {
        if (depth_ >= deepest)
            return fail_at(line(), "nested too deeply");
        ++depth_;
        auto read = choice();
        --depth_;
        return read;
    }

  private:
    int line() const { return tokens_.peek().line; }

    static Expression made(Form form, int line, std::vector<Expression> children) {
        return {form, line, {}, {}, std::move(children)};
    }

    static Expression joined(Form form, Expression first, Expression second) {
        std::vector<Expression> children;
        const int line = first.line;
        children.push_back(std::move(first));
        children.push_back(std::move(second));
        return made(form, line, std::move(children));
    }

    Expected<Expression> choice() {
        MCO_TRY(condition, either());
        if (!tokens_.accept_sign("?"))
            return condition;
        auto read = made(Form::choice, condition.line, {});
        read.children.push_back(std::move(condition));
        tokens_.skip_newlines();
        MCO_TRY(yes, expression());
        read.children.push_back(std::move(yes));
        tokens_.skip_newlines();
        MCO_CHECK(tokens_.expect_sign(":"));
        tokens_.skip_newlines();
        MCO_TRY(no, expression());
        read.children.push_back(std::move(no));
        return read;
    }

    Expected<Expression> either() {
        MCO_TRY(first, equality());
        if (!tokens_.at_sign("|"))
            return first;
        auto read = made(Form::either, first.line, {});
        read.children.push_back(std::move(first));
        while (tokens_.accept_sign("|")) {
            MCO_CHECK(tokens_.expect_sign("|"));
            tokens_.skip_newlines();
            MCO_TRY(next, equality());
            read.children.push_back(std::move(next));
        }
        return read;
    }

    Expected<Expression> equality() {
        MCO_TRY(left, sum());
        const bool equal = tokens_.at_sign("==");
        if (!equal && !tokens_.at_sign("!="))
            return left;
        tokens_.take();
        tokens_.skip_newlines();
        MCO_TRY(right, sum());
        return joined(equal ? Form::equal : Form::unequal, std::move(left), std::move(right));
    }

    Expected<Expression> sum() {
        MCO_TRY(first, member());
        if (!tokens_.at_sign("+"))
            return first;
        auto read = made(Form::sum, first.line, {});
        read.children.push_back(std::move(first));
        while (tokens_.accept_sign("+")) {
            tokens_.skip_newlines();
            MCO_TRY(next, member());
            read.children.push_back(std::move(next));
        }
        return read;
    }

    Expected<Expression> member() {
        MCO_TRY(read, value());
        for (int length = 0; tokens_.at_sign(".") || tokens_.at_sign("["); ++length) {
            if (length == longest_chain)
                return fail_at(line(), "too many methods one behind the other");
            MCO_TRY(next, tokens_.at_sign(".") ? method(std::move(read)) : index(std::move(read)));
            read = std::move(next);
        }
        return read;
    }

    Expected<Expression> index(Expression of) {
        tokens_.take();
        tokens_.skip_newlines();
        MCO_TRY(key, expression());
        tokens_.skip_newlines();
        MCO_CHECK(tokens_.expect_sign("]"));
        return joined(Form::index, std::move(of), std::move(key));
    }

    Expected<Expression> method(Expression on) {
        tokens_.take();
        const auto& word = tokens_.peek();
        if (word.kind != Kind::identifier)
            return tokens_.unexpected();
        const auto* known = find_method(word.spelling);
        if (known == nullptr)
            return fail_at(word.line,
                           "the method '" + word.spelling + "' is not understood" +
                               suggestion(word.spelling, method_names()));
        Expression read{Form::method, word.line, {}, tokens_.take().spelling, {}};
        read.children.push_back(std::move(on));
        if (tokens_.accept_sign("(")) {
            MCO_TRY(arguments, list(")"));
            std::move(arguments.begin(), arguments.end(), std::back_inserter(read.children));
        }
        const auto count = read.children.size() - 1;
        if (count < known->least || count > known->most)
            return fail_at(read.line,
                           "the method '" + read.name + "' takes " + std::to_string(known->most) +
                               (known->most == 1 ? " argument" : " arguments"));
        return read;
    }

    /// Up to `close` and with it; a comma may stand before it.
    Expected<std::vector<Expression>> list(std::string_view close) {
        std::vector<Expression> elements;
        for (tokens_.skip_newlines(); !tokens_.at_sign(close); tokens_.skip_newlines()) {
            MCO_TRY(element, expression());
            elements.push_back(std::move(element));
            tokens_.skip_newlines();
            if (!tokens_.at_sign(close))
                MCO_CHECK(tokens_.expect_sign(","));
        }
        tokens_.take();
        return elements;
    }

    Expected<Expression> value() {
        const auto& token = tokens_.peek();
        switch (token.kind) {
            case Kind::identifier:
                return name();
            case Kind::symbol:
                return literal(Symbol{token.spelling});
            case Kind::integer:
            case Kind::real:
                return number();
            case Kind::text:
                return text();
            case Kind::words:
                return words();
            case Kind::punctuation:
                return bracketed();
            default:
                return tokens_.unexpected();
        }
    }

    /// Instead of the token that is next.
    Expected<Expression> literal(Value value) {
        return Expression{Form::literal, tokens_.take().line, std::move(value), {}, {}};
    }

    Expected<Expression> name() {
        const auto& word = tokens_.peek();
        if (word.spelling == "nil")
            return literal(nullptr);
        if (word.spelling == "true" || word.spelling == "false")
            return literal(word.spelling == "true");
        if (std::find(known_.begin(), known_.end(), word.spelling) == known_.end())
            return fail_at(word.line,
                           "'" + word.spelling + "' is not understood here" +
                               suggestion(word.spelling, {known_.begin(), known_.end()}));
        return Expression{Form::name, word.line, {}, tokens_.take().spelling, {}};
    }

    Expected<Expression> number() {
        const auto& token = tokens_.peek();
        const auto* end = token.spelling.data() + token.spelling.size();
        std::int64_t whole = 0;
        double real = 0;
        const bool integral = token.kind == Kind::integer;
        const auto [stopped, problem] = integral
                                            ? std::from_chars(token.spelling.data(), end, whole)
                                            : std::from_chars(token.spelling.data(), end, real);
        if (problem != std::errc() || stopped != end)
            return fail_at(token.line, "cannot read the number " + token.spelling);
        return integral ? literal(whole) : literal(real);
    }

    /// Literals that stand side by side are one.
    Expected<Expression> text() {
        auto read = made(Form::text, line(), {});
        while (tokens_.peek().kind == Kind::text) {
            const auto& token = tokens_.take();
            for (const auto& piece : token.pieces) {
                if (!piece.code) {
                    read.children.push_back({Form::literal, token.line, piece.text, {}, {}});
                    continue;
                }
                MCO_TRY(inside, interpolated(piece.text, token.line));
                read.children.push_back(std::move(inside));
            }
        }
        return read;
    }

    Expected<Expression> interpolated(std::string_view source, int line) const {
        MCO_TRY(words, ruby::lex(source, line));
        ruby::TokenStream stream(words);
        stream.skip_newlines();
        MCO_TRY(read, Parser(stream, known_, depth_).expression());
        stream.skip_newlines();
        if (stream.peek().kind != Kind::end)
            return stream.unexpected();
        return read;
    }

    Expected<Expression> words() {
        const auto& token = tokens_.take();
        auto read = made(Form::list, token.line, {});
        for (const auto& piece : token.pieces)
            read.children.push_back({Form::literal, token.line, piece.text, {}, {}});
        return read;
    }

    Expected<Expression> bracketed() {
        const int at = line();
        if (tokens_.accept_sign("(")) {
            tokens_.skip_newlines();
            MCO_TRY(inside, expression());
            tokens_.skip_newlines();
            MCO_CHECK(tokens_.expect_sign(")"));
            return inside;
        }
        MCO_CHECK(tokens_.expect_sign("["));
        MCO_TRY(elements, list("]"));
        return made(Form::list, at, std::move(elements));
    }

    ruby::TokenStream& tokens_;
    const Names known_;
    int depth_;
};

}  // namespace

Expected<Expression> parse_expression(ruby::TokenStream& tokens, Names known) {
    return Parser(tokens, known, 0).expression();
}

}  // namespace mco::reports
