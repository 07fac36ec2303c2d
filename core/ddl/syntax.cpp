#include "core/ddl/syntax.hpp"

#include "core/ruby/token_stream.hpp"

#include <charconv>

namespace mco::ddl {

using ruby::fail_at;
using ruby::Token;
using ruby::TokenStream;

namespace {

using Lexeme = Token::Kind;

constexpr int deepest = 32;       // nested expressions and blocks together
constexpr int longest_chain = 8;  // method calls one behind the other: each nests the tree by one

/// Recursive descent over the tokens, which outlive it.
class Parser : private TokenStream {
  public:
    Parser(const std::vector<Token>& tokens, int depth) : TokenStream(tokens), depth_(depth) {}

    Expected<std::vector<Statement>> file() {
        MCO_TRY(statements, body());
        if (peek().kind != Lexeme::end)
            return unexpected();
        return statements;
    }

    Expected<Expression> only_expression() {
        MCO_TRY(read, expression());
        skip_newlines();
        if (peek().kind != Lexeme::end)
            return unexpected();
        return read;
    }

  private:
    /// Counts the nesting for as long as it lives.
    struct Level {
        explicit Level(int& depth) : depth_(depth) { ++depth_; }

        Level(const Level&) = delete;
        Level& operator=(const Level&) = delete;
        Level(Level&&) = delete;
        Level& operator=(Level&&) = delete;

        ~Level() { --depth_; }

        int& depth_;
    };

    bool at_body_end() const {
        return peek().kind == Lexeme::end || at_word("end") || at_word("else") ||
               at_word("elsif") || at_sign("}");
    }

    Expected<std::vector<Statement>> body() {
        std::vector<Statement> statements;
        const Level level(depth_);
        if (depth_ > deepest)
            return fail_at(peek().line, "nested too deeply");
        for (skip_newlines(); !at_body_end(); skip_newlines()) {
            MCO_TRY(read, statement());
            statements.push_back(std::move(read));
            if (peek().kind != Lexeme::newline && !at_body_end())
                return unexpected();
        }
        return statements;
    }

    Expected<Statement> statement() {
        if (at_word("if") || at_word("unless"))
            return branch();
        if (at_sign("[") || peek().kind == Lexeme::words)
            return each();
        if (peek().kind != Lexeme::identifier || at_word("do"))
            return unexpected();
        return call();
    }

    Expected<Statement> call() {
        Statement read{Statement::Form::call, peek().line, take().spelling, {}, false, {}, {}};
        MCO_TRY(list, call_arguments());
        read.arguments = std::move(list);
        read.has_body = at_word("do");
        if (read.has_body) {
            take();
            MCO_TRY(statements, ended_body("end"));
            read.body = std::move(statements);
        }
        return read;
    }

    Expected<std::vector<Expression>> call_arguments() {
        if (accept_sign("("))
            return enclosed(")");
        const bool none = peek().kind == Lexeme::newline || at_word("do") || at_body_end();
        return none ? Expected<std::vector<Expression>>() : arguments("");
    }

    /// A body and what ends it: `end` or a brace.
    Expected<std::vector<Statement>> ended_body(std::string_view ending) {
        MCO_TRY(statements, body());
        MCO_CHECK(ending == "end" ? expect_word(ending) : expect_sign(ending));
        return statements;
    }

    Expected<Statement> each() {
        Statement read{Statement::Form::each, peek().line, {}, {}, true, {}, {}};
        MCO_TRY(list, value());
        read.arguments.push_back(std::move(list));
        MCO_CHECK(expect_sign("."));
        MCO_CHECK(expect_word("each"));
        const bool braces = accept_sign("{");
        MCO_TRY(variable, braces ? block_variable() : do_and_variable());
        read.name = std::move(variable);
        MCO_TRY(statements, ended_body(braces ? "}" : "end"));
        read.body = std::move(statements);
        return read;
    }

    Expected<std::string> do_and_variable() {
        MCO_CHECK(expect_word("do"));
        return block_variable();
    }

    Expected<std::string> block_variable() {
        MCO_CHECK(expect_sign("|"));
        if (peek().kind != Lexeme::identifier)
            return unexpected();
        auto name = take().spelling;
        MCO_CHECK(expect_sign("|"));
        return name;
    }

    /// Behind `if` and `elsif`; ends behind the `end` that both share.
    Expected<Statement> branch() {
        Statement read{Statement::Form::branch, peek().line, {}, {}, true, {}, {}};
        const bool inverted = take().spelling == "unless";
        MCO_CHECK(condition(read));
        MCO_TRY(statements, body());
        read.body = std::move(statements);
        if (at_word("elsif")) {
            const Level level(depth_);
            if (depth_ > deepest)
                return fail_at(peek().line, "nested too deeply");
            MCO_TRY(other, branch());
            read.otherwise.push_back(std::move(other));
        } else {
            MCO_CHECK(else_and_end(read));
        }
        if (inverted)
            std::swap(read.body, read.otherwise);
        return read;
    }

    Expected<void> condition(Statement& read) {
        MCO_TRY(left, expression());
        read.arguments.push_back(std::move(left));
        if (at_sign("==") || at_sign("!=")) {
            read.name = take().spelling;
            MCO_TRY(right, expression());
            read.arguments.push_back(std::move(right));
        }
        if (at_word("then"))
            take();
        return {};
    }

    Expected<void> else_and_end(Statement& read) {
        if (at_word("else")) {
            take();
            MCO_TRY(statements, body());
            read.otherwise = std::move(statements);
        }
        return expect_word("end");
    }

    /// Up to `close`, or to the end of the line when that is empty. Pairs become one hash at the
    /// end.
    Expected<std::vector<Expression>> arguments(std::string_view close) {
        std::vector<Expression> list;
        Expression pairs{Expression::Form::hash, peek().line, {}, {}, {}};
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

    /// arguments() and what closes them.
    Expected<std::vector<Expression>> enclosed(std::string_view close) {
        MCO_TRY(list, arguments(close));
        MCO_CHECK(expect_sign(close));
        return list;
    }

    /// One value for `list`, or key and value for `pairs`.
    Expected<void> argument(std::vector<Expression>& list, std::vector<Expression>& pairs) {
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

    void skip_within(std::string_view close) {
        if (!close.empty())
            skip_newlines();
    }

    Expected<Expression> label_key() {
        const auto& token = take();
        return Expression{Expression::Form::literal, token.line, Symbol{token.spelling}, {}, {}};
    }

    Expected<Expression> expression() {
        const Level level(depth_);
        if (depth_ > deepest)
            return fail_at(peek().line, "nested too deeply");
        MCO_TRY(first, primary());
        if (!at_sign("+"))
            return first;
        Expression sum{Expression::Form::sum, first.line, {}, {}, {}};
        sum.children.push_back(std::move(first));
        while (accept_sign("+")) {
            skip_newlines();
            MCO_TRY(next, primary());
            sum.children.push_back(std::move(next));
        }
        return sum;
    }

    Expected<Expression> primary() {
        MCO_TRY(read, value());
        for (int calls = 0; accept_sign("."); ++calls) {
            if (peek().kind != Lexeme::identifier || calls == longest_chain)
                return unexpected();
            MCO_TRY(method, method_of(std::move(read)));
            read = std::move(method);
        }
        return read;
    }

    Expected<Expression> method_of(Expression receiver) {
        Expression method{Expression::Form::method, peek().line, {}, take().spelling, {}};
        method.children.push_back(std::move(receiver));
        if (accept_sign("(")) {
            MCO_TRY(list, enclosed(")"));
            for (auto& argument : list)
                method.children.push_back(std::move(argument));
        }
        return method;
    }

    Expected<Expression> value() {
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
                return Expression{Expression::Form::constant, token.line, {}, take().spelling, {}};
            case Lexeme::identifier:
                return named();
            case Lexeme::punctuation:
                return bracketed();
            default:
                return unexpected();
        }
    }

    Expected<Expression> literal(Value value) const {
        return Expression{Expression::Form::literal, peek().line, std::move(value), {}, {}};
    }

    Expected<Expression> number() {
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
    Expected<Expression> text() {
        Expression read{Expression::Form::text, peek().line, {}, {}, {}};
        while (peek().kind == Lexeme::text) {
            const auto& token = take();
            for (const auto& piece : token.pieces) {
                MCO_TRY(part, piece.code ? code(piece.text, token.line) : literal(piece.text));
                read.children.push_back(std::move(part));
            }
        }
        return read;
    }

    Expected<Expression> code(std::string_view source, int line) const {
        MCO_TRY(tokens, ruby::lex(source, line));
        return Parser(tokens, depth_).only_expression();
    }

    Expected<Expression> words() {
        const auto& token = take();
        Expression list{Expression::Form::list, token.line, {}, {}, {}};
        for (const auto& piece : token.pieces)
            list.children.push_back({Expression::Form::literal, token.line, piece.text, {}, {}});
        return list;
    }

    Expected<Expression> named() {
        for (const std::string_view keyword :
             {"end", "do", "if", "unless", "else", "elsif", "then"}) {
            if (at_word(keyword))
                return unexpected();
        }
        const auto& token = take();
        if (token.spelling == "true" || token.spelling == "false")
            return literal(token.spelling == "true");
        if (token.spelling == "nil")
            return literal(nullptr);
        Expression read{Expression::Form::name, token.line, {}, token.spelling, {}};
        if (accept_sign("(")) {
            read.form = Expression::Form::function;
            MCO_TRY(list, enclosed(")"));
            read.children = std::move(list);
        }
        return read;
    }

    Expected<Expression> bracketed() {
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
        return Expression{Expression::Form::list, line, {}, {}, std::move(list)};
    }

    Expected<Expression> hash(int line) {
        MCO_TRY(list, enclosed("}"));
        if (list.empty())
            return Expression{Expression::Form::hash, line, {}, {}, {}};
        if (list.size() > 1 || list.front().form != Expression::Form::hash)
            return fail_at(line, "a hash wants key => value pairs");
        return std::move(list.front());
    }

    int depth_;
};

}  // namespace

Expected<std::vector<Statement>> parse_statements(std::string_view text) {
    MCO_TRY(tokens, ruby::lex(text, 1));
    return Parser(tokens, 0).file();
}

}  // namespace mco::ddl
