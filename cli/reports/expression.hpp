// The expressions of report scripts (spec 1.5): the few words of Ruby that reports are written in,
// read into a tree and worked out on plain data. Nothing is ever evaluated as Ruby.
//
//   expression = choice
//   choice     = either [ "?" choice ":" choice ]
//   either     = equality { "||" equality }
//   equality   = sum [ ( "==" | "!=" ) sum ]
//   sum        = member { "+" member }
//   member     = value { "." METHOD [ "(" [ expression { "," expression } ] ")" ]
//                      | "[" expression "]" }
//   value      = NAME | STRING | :SYMBOL | NUMBER | true | false | nil
//              | "[" [ expression { "," expression } ] "]" | %w[…] | "(" expression ")"
//
// A STRING in double quotes may hold `#{expression}`.
#pragma once

#include "core/error.hpp"
#include "core/ruby/token_stream.hpp"
#include "core/value.hpp"

#include <cstddef>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mco::reports {

struct Expression {
    enum class Form {
        literal,  ///< `value`
        text,     ///< the children as texts, one behind the other
        list,     ///< children
        name,     ///< what is called `name`
        index,    ///< the second child's place in the first
        method,   ///< `name` of the first child, with the others
        sum,      ///< children added up
        either,   ///< the first child that is neither nil nor false, or the last
        equal,    ///< two children
        unequal,  ///< two children
        choice,   ///< the second child if the first is true, else the third
    };
    Form form = Form::literal;
    int line = 0;
    Value value;
    std::string name;
    std::vector<Expression> children;
};

/// What expressions may call by name.
using Names = std::span<const std::string_view>;

/// Reads one expression and leaves `tokens` behind it. Errors (malformed): `LINE: MESSAGE`, which
/// names the word that was not understood: other names than `known`, unknown methods, a wrong
/// number of arguments.
Expected<Expression> parse_expression(ruby::TokenStream& tokens, Names known);

/// Works out expressions for one node; what it returns lives as long as it does and `names` do.
class Evaluation {
  public:
    /// `names` has a value for every known name, and outlives this.
    explicit Evaluation(const Map& names) : names_(names) {}

    Evaluation(const Evaluation&) = delete;
    Evaluation& operator=(const Evaluation&) = delete;

    /// Never null. What is not there is nil, also within what is not there. Errors (invalid):
    /// `LINE: MESSAGE`, when a method does not fit its value.
    Expected<const Value*> evaluate(const Expression& expression);

  private:
    Expected<const Value*> text(const Expression& expression);
    Expected<const Value*> list(const Expression& expression);
    Expected<const Value*> index(const Expression& expression);
    Expected<const Value*> method(const Expression& expression);
    Expected<const Value*> sum(const Expression& expression);
    Expected<const Value*> either(const Expression& expression);
    Expected<const Value*> equality(const Expression& expression);
    Expected<const Value*> choice(const Expression& expression);

    const Value* keep(Value value) { return &made_.emplace_back(std::move(value)); }

    const Map& names_;
    std::deque<Value> made_;  // what is in no reply
};

}  // namespace mco::reports
