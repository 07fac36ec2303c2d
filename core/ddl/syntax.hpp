// The tree of a DDL file, and reading it. Internal to core/ddl.
//
//   file       = { statement }
//   statement  = NAME [ arguments | "(" arguments ")" ] [ "do" body "end" ]
//              | list ".each" "do" "|" NAME "|" body "end"
//              | list ".each" "{" "|" NAME "|" body "}"
//              | ( "if" | "unless" ) condition body otherwise
//   condition  = expression [ ( "==" | "!=" ) expression ]
//   otherwise  = "elsif" condition body otherwise | [ "else" body ] "end"
//   arguments  = argument { "," argument }
//   argument   = expression | expression "=>" expression | LABEL expression
//   expression = primary { "+" primary }
//   primary    = value { "." NAME [ "(" arguments ")" ] }
//   value      = literal | NAME | CONSTANT | NAME "(" arguments ")"
//              | "[" arguments "]" | "{" arguments "}" | "(" expression ")"
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
        sum,       ///< the same, but the children must be strings
        list,      ///< children
        hash,      ///< children: key, value, key, value …
        name,      ///< the variable `name`
        constant,  ///< the class `name`
        function,  ///< `name` of the children
        method,    ///< `name` of the first child, with the others
    };
    Form form = Form::literal;
    int line = 0;
    Value value;
    std::string name;
    std::vector<Expression> children;
};

struct Statement {
    enum class Form {
        call,    ///< `name` with arguments, whose last may be a hash, and perhaps a body
        each,    ///< body for every element of arguments[0], bound to the variable `name`
        branch,  ///< body if the condition holds, else `otherwise`; `name` is ==, != or empty for
                 ///< bare truth
    };
    Form form = Form::call;
    int line = 0;
    std::string name;
    std::vector<Expression> arguments;
    bool has_body = false;
    std::vector<Statement> body;
    std::vector<Statement> otherwise;
};

/// Reads a whole file. Errors begin with the line: `LINE: MESSAGE`.
Expected<std::vector<Statement>> parse_statements(std::string_view text);

}  // namespace mco::ddl
