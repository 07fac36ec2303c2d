// The tree of a DDL file, and reading it. Internal to core/ddl.
//
//   file       = { statement }
//   statement  = plain { ( "if" | "unless" ) expression }
//   plain      = NAME [ arguments | "(" arguments ")" ] [ "do" body "end" | "{" body "}" ]
//              | expression "." ( "each" | "each_pair" | "each_with_index" ) block
//              | ( "if" | "unless" ) expression [ "then" ] body otherwise
//              | ( NAME | CONSTANT ) ( "=" | "+=" ) expression
//              | "def" NAME [ parameters ] body "end"      (a body of anything else is passed over)
//              | expression
//   block      = "do" names body "end" | "{" names body "}"
//   names      = "|" NAME { "," NAME } "|"
//   otherwise  = "elsif" expression [ "then" ] body otherwise | [ "else" body ] "end"
//   arguments  = argument { "," argument }
//   argument   = expression | expression "=>" expression | LABEL expression
//
// The grammar of expressions is in expressions.hpp.
#pragma once

#include "core/error.hpp"
#include "core/value.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mco::ddl {

struct Expression {
    enum class Form {
        literal,   ///< `value`
        text,      ///< the children as texts, one behind the other
        fold,      ///< the children with `signs` between them, from the left: + - * / % ** == …
        either,    ///< the first child that is true, else the last
        all,       ///< the first child that is not true, else the last
        inverted,  ///< `!` of the child
        choice,    ///< the second child if the first is true, else the third
        range,     ///< from the first child to the second, which `name` == "..." leaves out
        list,      ///< children
        hash,      ///< children: key, value, key, value …
        name,      ///< the variable `name`
        constant,  ///< the class `name`, or what was assigned to it
        function,  ///< `name` of the children
        method,    ///< `name` of the first child, with the others; `[]` for `x[…]`
    };
    Form form = Form::literal;
    int line = 0;
    Value value;
    std::string name;
    std::vector<Expression> children;
    std::vector<std::string> signs;  ///< of a fold: what stands before each child but the first
};

struct Statement {
    enum class Form {
        call,    ///< `name` with arguments, whose last may be a hash, and perhaps a body
        each,    ///< body for every element of arguments[0], bound to `variables`; `name` is the
                 ///< method
        branch,  ///< body if arguments[0] is true, else `otherwise`
        assign,  ///< arguments[0] becomes the value of `name`
        define,  ///< the method `name`: `variables`, the last of them with `arguments` as defaults
        passed_over,  ///< the method `name`, whose body was not understood
        value,        ///< arguments[0], the result of a method if nothing follows
    };
    Form form = Form::call;
    int line = 0;
    std::string name;
    std::vector<Expression> arguments;
    bool has_body = false;
    std::vector<Statement> body;
    std::vector<Statement> otherwise;
    std::vector<std::string> variables;
};

/// Reads a whole file. Errors begin with the line: `LINE: MESSAGE`.
Expected<std::vector<Statement>> parse_statements(std::string_view text);

}  // namespace mco::ddl
