#include "core/ruby/lexer.hpp"

#include <cctype>

namespace mco::ruby {
namespace {

void append_utf8(std::string& text, std::uint32_t point) {
    const auto add = [&text](std::uint32_t byte) { text += static_cast<char>(byte); };
    if (point < 0x80) {
        add(point);
    } else if (point < 0x800) {
        add(0xc0U | (point >> 6U));
        add(0x80U | (point & 0x3fU));
    } else if (point < 0x10000) {
        add(0xe0U | (point >> 12U));
        add(0x80U | ((point >> 6U) & 0x3fU));
        add(0x80U | (point & 0x3fU));
    } else {
        add(0xf0U | (point >> 18U));
        add(0x80U | ((point >> 12U) & 0x3fU));
        add(0x80U | ((point >> 6U) & 0x3fU));
        add(0x80U | (point & 0x3fU));
    }
}

/// `\u00e9` or `\u{e9}`, behind the u. Nothing is added for what is no code point.
bool read_code_point(Cursor& cursor, std::string& text) {
    const bool braced = cursor.peek() == '{';
    cursor.skip(braced ? 1 : 0);
    std::uint32_t point = 0;
    int digits = 0;
    for (;
         digits < (braced ? 6 : 4) && std::isxdigit(static_cast<unsigned char>(cursor.peek())) != 0;
         ++digits) {
        const char c = cursor.take();
        const int value = c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
        point = point * 16 + static_cast<std::uint32_t>(value);
    }
    const bool closed = !braced || cursor.peek() == '}';
    cursor.skip(braced ? 1 : 0);
    const bool valid =
        digits > 0 && closed && point <= 0x10ffff && (point < 0xd800 || point > 0xdfff);
    if (valid)
        append_utf8(text, point);
    return valid;
}

char escaped(char c) {
    switch (c) {
        case 'n':
            return '\n';
        case 't':
            return '\t';
        case 'r':
            return '\r';
        case 'e':
            return '\x1b';
        case 's':
            return ' ';
        case 'a':
            return '\a';
        case 'b':
            return '\b';
        case 'f':
            return '\f';
        case 'v':
            return '\v';
        case '0':
            return '\0';
        default:
            return c;
    }
}

/// A backslash sequence, behind the backslash.
Expected<void> read_escape(Cursor& cursor, std::string& text) {
    const int line = cursor.line();
    if (cursor.at_end())
        return fail_at(line, "a backslash at the end of a string");
    const char c = cursor.take();
    if (c == 'x' || c == 'c' || c == 'M' || c == 'C')
        return fail_at(line, std::string("the escape \\") + c + " is not supported");
    if (c == 'u') {
        if (!read_code_point(cursor, text))
            return fail_at(line, "invalid Unicode escape");
    } else if (c != '\n') {
        text += escaped(c);
    }
    return {};
}

/// The source in `#{…}`, behind the opening brace, up to and with the closing one.
Expected<std::string> read_code(Cursor& cursor) {
    const int line = cursor.line();
    std::string code;
    char quote = '\0';
    for (int depth = 1; !cursor.at_end();) {
        const char c = cursor.take();
        if (quote != '\0') {
            quote = c == quote ? '\0' : quote;
        } else if (c == '\'' || c == '"') {
            quote = c;
        } else if (c == '{') {
            ++depth;
        } else if (c == '}' && --depth == 0) {
            return code;
        }
        code += c;
    }
    return fail_at(line, "#{ is never closed");
}

/// A double-quoted literal under construction.
struct Quoted {
    std::vector<Piece> pieces;
    std::string text;  // behind the last piece

    void end_text() {
        if (!text.empty())
            pieces.push_back({std::move(text), false});
        text.clear();
    }

    Expected<void> read_one(Cursor& cursor) {
        const char c = cursor.take();
        if (c == '\\')
            return read_escape(cursor, text);
        if (c != '#' || cursor.peek() != '{') {
            text += c;
            return {};
        }
        cursor.skip(1);
        end_text();
        MCO_TRY(code, read_code(cursor));
        pieces.push_back({std::move(code), true});
        return {};
    }
};

/// Reads up to `close`, or to the end of the text when that is NUL.
Expected<std::vector<Piece>> read_pieces(Cursor& cursor, char close) {
    const int line = cursor.line();
    Quoted quoted;
    while (!cursor.at_end() && (close == '\0' || cursor.peek() != close))
        MCO_CHECK(quoted.read_one(cursor));
    if (close != '\0' && cursor.at_end())
        return fail_at(line, "a string is never closed");
    cursor.skip(1);
    quoted.end_text();
    return std::move(quoted.pieces);
}

}  // namespace

char closing(char open) {
    switch (open) {
        case '[':
            return ']';
        case '(':
            return ')';
        case '{':
            return '}';
        case '<':
            return '>';
        default:
            return open;
    }
}

Expected<std::string> read_single_quoted(Cursor& cursor, char close) {
    const int line = cursor.line();
    std::string text;
    while (!cursor.at_end()) {
        const char c = cursor.take();
        if (c == close)
            return text;
        const bool escape = c == '\\' && (cursor.peek() == '\\' || cursor.peek() == close);
        text += escape ? cursor.take() : c;
    }
    return fail_at(line, "a string is never closed");
}

Expected<std::vector<Piece>> read_double_quoted(Cursor& cursor, char close) {
    return read_pieces(cursor, close);
}

Expected<std::vector<Piece>> split_interpolation(std::string_view raw, int line) {
    Cursor cursor(raw, line);
    return read_pieces(cursor, '\0');
}

Expected<Token> read_regexp(Cursor& cursor, char close) {
    Token token{Token::Kind::regexp, cursor.line(), {}, {}, 0};
    while (!cursor.at_end() && cursor.peek() != close) {
        const char c = cursor.take();
        if (c == '#' && cursor.peek() == '{')
            return fail_at(token.line, "interpolation in a regular expression is not supported");
        if (c == '\\' && cursor.peek() != '/')
            token.spelling += c;
        if (c != '\\')
            token.spelling += c;
        else if (!cursor.at_end())
            token.spelling += cursor.take();
    }
    if (cursor.at_end())
        return fail_at(token.line, "a regular expression is never closed");
    cursor.skip(1);
    for (; std::isalpha(static_cast<unsigned char>(cursor.peek())) != 0; cursor.skip(1)) {
        switch (cursor.peek()) {
            case 'i':
                token.options |= 1U;
                break;
            case 'x':
                token.options |= 2U;
                break;
            case 'm':
                token.options |= 4U;
                break;
            case 'o':
            case 'u':
            case 'n':
                break;
            default:
                return fail_at(token.line,
                               std::string("unknown regular expression option ") + cursor.peek());
        }
    }
    return token;
}

Expected<std::vector<Piece>> read_words(Cursor& cursor, char close) {
    MCO_TRY(text, read_single_quoted(cursor, close));
    std::vector<Piece> words;
    Cursor inside(text, 0);
    const auto blank = [](char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; };
    while (true) {
        inside.take_while(blank);
        if (inside.at_end())
            return words;
        words.push_back({inside.take_while([&blank](char c) { return !blank(c); }), false});
    }
}

}  // namespace mco::ruby
