// Words of a text in the small part of Ruby that people know from DDL files and report scripts.
// Nothing is evaluated here.
#pragma once

#include "core/error.hpp"

#include <tl/expected.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mco::ruby {

/// A stretch of a string literal: characters, or the source of what stood in `#{…}`.
struct Piece {
    std::string text;
    bool code = false;
};

struct Token {
    enum class Kind {
        identifier,
        constant,  ///< begins with a capital
        label,     ///< `key:` in a hash, without the colon
        symbol,    ///< without the colon
        text,      ///< string literal: `pieces`
        words,     ///< `%w[…]`: a piece each
        regexp,    ///< `spelling` is the source, `options` as in mco::Regexp
        integer,
        real,
        punctuation,  ///< an operator such as => == != .. :: or a single sign; a lone : too
        newline,      ///< or a semicolon
        end,
    };
    Kind kind = Kind::end;
    int line = 0;
    std::string spelling;
    std::vector<Piece> pieces;
    std::uint8_t options = 0;
    int text_line = 0;    ///< where a heredoc's text begins; 0 for everything else
    bool spaced = false;  ///< a blank stands before it: `x [1]` is not `x[1]`

    bool is(Kind wanted, std::string_view spelt) const {
        return kind == wanted && spelling == spelt;
    }
};

/// Splits `text`, whose first line has the number `first_line`; the last token is an `end`. Errors
/// begin with the line.
Expected<std::vector<Token>> lex(std::string_view text, int first_line);

/// An error at a line, as lex() and what follows it report them: `LINE: MESSAGE`.
tl::unexpected<Error> fail_at(int line, std::string_view message);

}  // namespace mco::ruby
