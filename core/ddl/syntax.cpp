#include "core/ddl/syntax.hpp"

#include "core/ddl/expressions.hpp"

#include <algorithm>
#include <array>

namespace mco::ddl {

using ruby::Token;

namespace {

using Lexeme = Token::Kind;
using Form = Statement::Form;

bool is_any(const Token& token, std::initializer_list<std::string_view> words) {
    return std::find(words.begin(), words.end(), token.spelling) != words.end();
}

Statement statement_at(Form form, int line) {
    return {form, line, {}, {}, false, {}, {}, {}};
}

/// Statements, in terms of expressions.
class StatementParser : private ExpressionParser {
  public:
    explicit StatementParser(const std::vector<Token>& tokens) : ExpressionParser(tokens, 0) {}

    Expected<std::vector<Statement>> file() {
        MCO_TRY(statements, body());
        if (peek().kind != Lexeme::end)
            return unexpected();
        return statements;
    }

  private:
    bool at_body_end() const {
        return peek().kind == Lexeme::end || at_sign("}") ||
               (peek().kind == Lexeme::identifier && is_any(peek(), {"end", "else", "elsif"}));
    }

    bool at_modifier() const { return at_word("if") || at_word("unless"); }

    Expected<std::vector<Statement>> body() {
        std::vector<Statement> statements;
        const Level level(depth_);
        MCO_CHECK(check_depth());
        for (skip_newlines(); !at_body_end(); skip_newlines()) {
            MCO_TRY(read, statement());
            statements.push_back(std::move(read));
            if (peek().kind != Lexeme::newline && !at_body_end())
                return unexpected();
        }
        return statements;
    }

    /// A statement, and the condition that may stand behind it.
    Expected<Statement> statement() {
        MCO_TRY(read, plain_statement());
        if (!at_modifier())
            return read;
        auto outer = statement_at(Form::branch, peek().line);
        const bool inverted = take().spelling == "unless";
        MCO_TRY(condition, expression());
        outer.arguments.push_back(std::move(condition));
        (inverted ? outer.otherwise : outer.body).push_back(std::move(read));
        return outer;
    }

    Expected<Statement> plain_statement() {
        if (at_modifier())
            return branch();
        if (at_word("def"))
            return definition();
        const auto& token = peek();
        const auto& next = peek_second();
        const bool named = token.kind == Lexeme::identifier || token.kind == Lexeme::constant;
        if (named && next.kind == Lexeme::punctuation && is_any(next, {"=", "+="}))
            return assignment();
        return begins_call(token, next) ? call() : expression_statement();
    }

    /// Is it a command such as `usage "…"`, and not a value such as `x.each` or `x + 1`?
    static bool begins_call(const Token& token, const Token& next) {
        if (token.kind != Lexeme::identifier || is_any(token,
                                                       {"end",
                                                        "do",
                                                        "then",
                                                        "not",
                                                        "true",
                                                        "false",
                                                        "nil",
                                                        "return",
                                                        "yield",
                                                        "while",
                                                        "until",
                                                        "case",
                                                        "begin",
                                                        "class",
                                                        "module"}))
            return false;
        if (next.kind != Lexeme::punctuation)
            return true;
        if (next.spelling == "[")
            return next.spaced;
        return next.spelling == "(" || next.spelling == "{" || next.spelling == "}" ||
               next.spelling == "!";
    }

    Expected<Statement> assignment() {
        auto read = statement_at(Form::assign, peek().line);
        const auto target = take();
        read.name = target.spelling;
        const bool adds = take().spelling == "+=";
        skip_newlines();
        MCO_TRY(right, expression());
        if (adds) {
            using Kind = Expression::Form;
            const auto form = target.kind == Lexeme::constant ? Kind::constant : Kind::name;
            Expression sum{Kind::fold, right.line, {}, {}, {}, {"+"}};
            sum.children.push_back({form, right.line, {}, read.name, {}, {}});
            sum.children.push_back(std::move(right));
            right = std::move(sum);
        }
        read.arguments.push_back(std::move(right));
        return read;
    }

    Expected<Statement> call() {
        auto read = statement_at(Form::call, peek().line);
        read.name = take().spelling;
        if (!at_sign("{")) {
            MCO_TRY(list, call_arguments());
            read.arguments = std::move(list);
        }
        const bool braces = at_sign("{");
        read.has_body = braces || at_word("do");
        if (read.has_body) {
            take();
            MCO_TRY(statements, ended_body(braces ? "}" : "end"));
            read.body = std::move(statements);
        }
        return read;
    }

    Expected<std::vector<Expression>> call_arguments() {
        if (accept_sign("("))
            return enclosed(")");
        const bool none =
            peek().kind == Lexeme::newline || at_word("do") || at_modifier() || at_body_end();
        return none ? Expected<std::vector<Expression>>() : arguments("");
    }

    /// A body and what ends it: `end` or a brace.
    Expected<std::vector<Statement>> ended_body(std::string_view ending) {
        MCO_TRY(statements, body());
        MCO_CHECK(ending == "end" ? expect_word(ending) : expect_sign(ending));
        return statements;
    }

    /// A value that stands alone, or a loop over it.
    Expected<Statement> expression_statement() {
        auto read = statement_at(Form::value, peek().line);
        MCO_TRY(value, expression());
        const bool loops =
            value.form == Expression::Form::method && value.children.size() == 1 &&
            (value.name == "each" || value.name == "each_pair" || value.name == "each_with_index");
        if (!loops || (!at_word("do") && !at_sign("{"))) {
            read.arguments.push_back(std::move(value));
            return read;
        }
        read.form = Form::each;
        read.name = value.name;
        read.arguments.push_back(std::move(value.children.front()));
        read.has_body = true;
        const bool braces = take().spelling == "{";
        MCO_TRY(names, block_variables());
        read.variables = std::move(names);
        MCO_TRY(statements, ended_body(braces ? "}" : "end"));
        read.body = std::move(statements);
        return read;
    }

    Expected<std::vector<std::string>> block_variables() {
        std::vector<std::string> names;
        MCO_CHECK(expect_sign("|"));
        do {
            if (peek().kind != Lexeme::identifier)
                return unexpected();
            names.push_back(take().spelling);
        } while (accept_sign(","));
        MCO_CHECK(expect_sign("|"));
        return names;
    }

    /// Behind `if` and `elsif`; ends behind the `end` that both share.
    Expected<Statement> branch() {
        auto read = statement_at(Form::branch, peek().line);
        read.has_body = true;
        const bool inverted = take().spelling == "unless";
        MCO_TRY(condition, expression());
        read.arguments.push_back(std::move(condition));
        if (at_word("then"))
            take();
        MCO_TRY(statements, body());
        read.body = std::move(statements);
        if (at_word("elsif")) {
            const Level level(depth_);
            MCO_CHECK(check_depth());
            MCO_TRY(other, branch());
            read.otherwise.push_back(std::move(other));
        } else {
            MCO_CHECK(else_and_end(read));
        }
        if (inverted)
            std::swap(read.body, read.otherwise);
        return read;
    }

    Expected<void> else_and_end(Statement& read) {
        if (at_word("else")) {
            take();
            MCO_TRY(statements, body());
            read.otherwise = std::move(statements);
        }
        return expect_word("end");
    }

    /// A method. If its body is more Ruby than we read, it is passed over up to its `end`.
    Expected<Statement> definition() {
        const auto start = position();
        auto read = readable_definition();
        if (read)
            return read;
        back_to(start);
        auto passed_over = statement_at(Form::passed_over, take().line);
        passed_over.name = peek().spelling;
        if (!pass_over_body())
            return read;
        return passed_over;
    }

    Expected<Statement> readable_definition() {
        auto read = statement_at(Form::define, take().line);
        if (peek().kind != Lexeme::identifier)
            return unexpected();
        read.name = take().spelling;
        const bool enclosed_in_signs = accept_sign("(");
        while (peek().kind == Lexeme::identifier) {
            MCO_CHECK(parameter(read));
            if (!accept_sign(","))
                break;
            skip_newlines();
        }
        if (enclosed_in_signs)
            MCO_CHECK(expect_sign(")"));
        if (peek().kind != Lexeme::newline)
            return unexpected();
        MCO_TRY(statements, ended_body("end"));
        read.body = std::move(statements);
        return read;
    }

    Expected<void> parameter(Statement& method) {
        method.variables.push_back(take().spelling);
        if (!accept_sign("="))
            return method.arguments.empty() ? Expected<void>() : Expected<void>(unexpected());
        MCO_TRY(value, expression());
        method.arguments.push_back(std::move(value));
        return {};
    }

    /// Behind the first word of a definition: up to and with the `end` that belongs to it.
    bool pass_over_body() {
        bool line_begins = false;
        for (int open = 1; peek().kind != Lexeme::end;) {
            const auto& token = take();
            const bool word = token.kind == Lexeme::identifier;
            if (word && token.spelling == "end" && --open == 0)
                return true;
            if (word && (token.spelling == "do" || (line_begins && is_any(token,
                                                                          {"if",
                                                                           "unless",
                                                                           "case",
                                                                           "while",
                                                                           "until",
                                                                           "begin",
                                                                           "def",
                                                                           "class",
                                                                           "module",
                                                                           "for"}))))
                ++open;
            line_begins = token.kind == Lexeme::newline || token.spelling == "=";
        }
        return false;
    }
};

}  // namespace

Expected<std::vector<Statement>> parse_statements(std::string_view text) {
    MCO_TRY(tokens, ruby::lex(text, 1));
    return StatementParser(tokens).file();
}

}  // namespace mco::ddl
