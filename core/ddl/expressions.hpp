// Reading the expressions of a DDL file. Internal to core/ddl.
//
//   expression = either [ "?" expression ":" expression ]
//   either     = both { ( "||" | "or" ) both }
//   both       = range { ( "&&" | "and" ) range }
//   range      = compared [ ( ".." | "..." ) compared ]
//   compared   = sum [ ( "==" | "!=" | "=~" | "<" | ">" | "<=" | ">=" ) sum ]
//   sum        = product { ( "+" | "-" ) product }
//   product    = power { ( "*" | "/" | "%" ) power }
//   power      = primary [ "**" primary ]
//   primary    = ( "!" | "not" ) primary | value { "." NAME [ "(" arguments ")" ] | "[" arguments
//   "]" } value      = literal | NAME | CONSTANT { "::" CONSTANT } | NAME "(" arguments ")"
//              | "respond_to?" SYMBOL | "[" arguments "]" | "{" arguments "}" | "(" expression ")"
#pragma once

#include "core/ddl/syntax.hpp"
#include "core/ruby/token_stream.hpp"

#include <initializer_list>
#include <string_view>
#include <vector>

namespace mco::ddl {

/// Recursive descent over the tokens, which outlive it.
class ExpressionParser : protected ruby::TokenStream {
  public:
    /// `depth`: how many expressions and blocks are around it.
    ExpressionParser(const std::vector<ruby::Token>& tokens, int depth)
        : TokenStream(tokens), depth_(depth) {}

    /// All the tokens as one expression.
    Expected<Expression> only_expression();

  protected:
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

    /// Fails when what a Level counts is too deep.
    Expected<void> check_depth() const;

    Expected<Expression> expression();
    /// Up to `close`, or to the end of the line when that is empty. Pairs become one hash at the
    /// end.
    Expected<std::vector<Expression>> arguments(std::string_view close);
    /// arguments() and what closes them.
    Expected<std::vector<Expression>> enclosed(std::string_view close);

    int depth_;

  private:
    using Reader = Expected<Expression> (ExpressionParser::*)();

    Expected<Expression> joined(Expression::Form form,
                                Reader part,
                                std::string_view sign,
                                std::string_view word);
    Expected<Expression> folded(Reader part,
                                std::initializer_list<std::string_view> signs,
                                std::size_t most);
    bool accept_operator(std::string_view sign, std::string_view word);
    Expected<Expression> choice();
    Expected<Expression> either();
    Expected<Expression> both();
    Expected<Expression> range();
    Expected<Expression> compared();
    Expected<Expression> sum();
    Expected<Expression> product();
    Expected<Expression> power();
    Expected<Expression> primary();
    Expected<Expression> method_of(Expression receiver);
    Expected<Expression> index_of(Expression receiver);
    Expected<Expression> value();
    Expected<Expression> literal(Value value) const;
    Expected<Expression> number();
    Expected<Expression> text();
    Expected<Expression> code(std::string_view source, int line) const;
    Expected<Expression> words();
    Expected<Expression> named();
    Expected<Expression> constant();
    Expected<Expression> bracketed();
    Expected<Expression> hash(int line);
    Expected<void> argument(std::vector<Expression>& list, std::vector<Expression>& pairs);
    void skip_within(std::string_view close);
    Expected<Expression> label_key();
};

}  // namespace mco::ddl
