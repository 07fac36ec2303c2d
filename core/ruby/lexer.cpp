#include "core/ruby/lexer.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace mco::ruby {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

bool is_word_start(char c) {
    return is_word(c) && !is_digit(c);
}

/// A heredoc whose body has not been reached yet.
struct Heredoc {
    std::size_t token;  // where its pieces go
    std::string tag;
    bool indented;  // the closing tag may be (<<- and <<~)
    bool dedent;    // <<~: the indentation common to all lines goes
    bool verbatim;  // <<'TAG'
};

std::string_view stripped(std::string_view line) {
    const auto first = line.find_first_not_of(" \t");
    return first == std::string_view::npos ? std::string_view() : line.substr(first);
}

std::string dedented(const std::string& body) {
    std::size_t least = std::string::npos;
    std::vector<std::string> lines;
    for (Cursor cursor(body, 0); !cursor.at_end();) {
        lines.push_back(cursor.take_line());
        if (!stripped(lines.back()).empty())
            least = std::min(least, lines.back().find_first_not_of(" \t"));
    }
    std::string text;
    for (const auto& line : lines)
        text += line.substr(std::min(least, line.size())) + "\n";
    return text;
}

class Lexer {
  public:
    Lexer(std::string_view text, int first_line) : cursor_(text, first_line) {}

    Expected<std::vector<Token>> run() {
        while (!cursor_.at_end() && !(cursor_.at_line_start() && cursor_.starts_with("__END__")))
            MCO_CHECK(next_marked());
        if (!heredocs_.empty())
            return fail_at(tokens_[heredocs_.front().token].line,
                           "the heredoc " + heredocs_.front().tag + " is never closed");
        add(Token::Kind::newline, "");
        add(Token::Kind::end, "");
        return std::move(tokens_);
    }

  private:
    void add(Token::Kind kind, std::string spelling) {
        tokens_.push_back({kind, cursor_.line(), std::move(spelling), {}, 0});
    }

    /// next(), which marks the word that it reads if a blank stands before it.
    Expected<void> next_marked() {
        const auto before = tokens_.size();
        const char c = cursor_.peek();
        MCO_CHECK(next());
        if (tokens_.size() > before)
            tokens_[before].spaced = spaced_;
        spaced_ = c == ' ' || c == '\t';
        return {};
    }

    /// Does the last word end a value, so that `/`, `%` or `-` here computes with it? Behind a name
    /// the blanks around the sign decide, as in Ruby.
    bool behind_value() const {
        if (tokens_.empty())
            return false;
        const auto& last = tokens_.back();
        switch (last.kind) {
            case Token::Kind::integer:
            case Token::Kind::real:
            case Token::Kind::text:
            case Token::Kind::constant:
                return true;
            case Token::Kind::punctuation:
                return last.spelling == ")" || last.spelling == "]";
            case Token::Kind::identifier:
                return !spaced_ || cursor_.peek(1) == ' ';
            default:
                return false;
        }
    }

    Expected<void> next() {
        const char c = cursor_.peek();
        if (c == '\n')
            return end_of_line();
        if (c == '#') {
            cursor_.take_while([](char x) { return x != '\n'; });
            return {};
        }
        if (c == ' ' || c == '\t' || c == '\r') {
            cursor_.skip(1);
            return {};
        }
        if (c == '\\' && (cursor_.peek(1) == '\n' || cursor_.starts_with("\\\r\n"))) {
            cursor_.take_line();
            return {};
        }
        if (cursor_.at_line_start() && cursor_.starts_with("=begin"))
            return block_comment();
        if (is_word_start(c))
            return word();
        if (is_digit(c) || (c == '-' && is_digit(cursor_.peek(1)) && !behind_value()))
            return number();
        return sign();
    }

    Expected<void> end_of_line() {
        add(Token::Kind::newline, "");
        cursor_.skip(1);
        auto waiting = std::move(heredocs_);
        heredocs_.clear();
        for (const auto& heredoc : waiting)
            MCO_CHECK(heredoc_body(heredoc));
        return {};
    }

    Expected<void> block_comment() {
        const int line = cursor_.line();
        while (!cursor_.at_end()) {
            if (cursor_.take_line().starts_with("=end"))
                return {};
        }
        return fail_at(line, "=begin without =end");
    }

    Expected<void> word() {
        const bool capital = std::isupper(static_cast<unsigned char>(cursor_.peek())) != 0;
        auto spelling = cursor_.take_while(is_word);
        if (cursor_.peek() == ':' && cursor_.peek(1) != ':' &&
            std::isspace(static_cast<unsigned char>(cursor_.peek(1))) != 0) {
            add(Token::Kind::label, std::move(spelling));
            cursor_.skip(1);
            return {};
        }
        if ((cursor_.peek() == '?' || cursor_.peek() == '!') && cursor_.peek(1) != '=')
            spelling += cursor_.take();
        add(capital ? Token::Kind::constant : Token::Kind::identifier, std::move(spelling));
        return {};
    }

    Expected<void> number() {
        std::string digits(cursor_.peek() == '-' ? 1 : 0, '-');
        cursor_.skip(digits.size());
        const auto digit = [](char c) { return is_digit(c) || c == '_'; };
        digits += cursor_.take_while(digit);
        auto kind = Token::Kind::integer;
        if (cursor_.peek() == '.' && is_digit(cursor_.peek(1))) {
            kind = Token::Kind::real;
            digits += cursor_.take();
            digits += cursor_.take_while(digit);
        }
        if (is_word_start(cursor_.peek()))
            return fail_at(cursor_.line(), "this kind of number is not supported");
        digits.erase(std::remove(digits.begin(), digits.end(), '_'), digits.end());
        add(kind, std::move(digits));
        return {};
    }

    Expected<void> sign() {
        const char c = cursor_.peek();
        switch (c) {
            case '\'':
            case '"':
                return quoted();
            case ':':
                return symbol();
            case '/':
                if (behind_value())
                    return punctuation();
                cursor_.skip(1);
                return regexp('/');
            case '%':
                return behind_value() ? punctuation() : percent();
            case '<':
                return at_heredoc() ? heredoc() : punctuation();
            case '@':
                return instance_variable();
            case ';':
                add(Token::Kind::newline, "");
                cursor_.skip(1);
                return {};
            default:
                return punctuation();
        }
    }

    Expected<void> punctuation() {
        constexpr std::array<std::string_view, 11> signs = {
            "...", "=>", "==", "=~", "!=", "..", "&&", "**", "+=", "<=", ">="};
        for (const auto sign : signs) {
            if (cursor_.starts_with(sign))
                return add_sign(sign);
        }
        const char c = cursor_.peek();
        if (c <= ' ' || c >= '\x7f')
            return unexpected();
        return c == '`' ? shell_command() : add_sign({&c, 1});
    }

    Expected<void> add_sign(std::string_view sign) {
        add(Token::Kind::punctuation, std::string(sign));
        cursor_.skip(sign.size());
        return {};
    }

    /// Nothing is started from here, so what it would be does not count.
    Expected<void> shell_command() {
        MCO_CHECK(add_sign("`"));
        cursor_.take_while([](char c) { return c != '`' && c != '\n'; });
        cursor_.skip(cursor_.peek() == '`' ? 1 : 0);
        return {};
    }

    /// `@name`, an identifier with its sign.
    Expected<void> instance_variable() {
        if (!is_word_start(cursor_.peek(1)))
            return punctuation();
        cursor_.skip(1);
        add(Token::Kind::identifier, "@" + cursor_.take_while(is_word));
        return {};
    }

    tl::unexpected<Error> unexpected() const {
        const char c = cursor_.peek();
        const bool printable = c > ' ' && c < '\x7f';
        return fail_at(cursor_.line(),
                       printable ? std::string("unexpected '") + c + "'" : "unexpected character");
    }

    Expected<void> quoted() {
        Token token{Token::Kind::text, cursor_.line(), {}, {}, 0};
        const char quote = cursor_.take();
        if (quote == '"') {
            MCO_TRY(pieces, read_double_quoted(cursor_, quote));
            token.pieces = std::move(pieces);
        } else {
            MCO_TRY(text, read_single_quoted(cursor_, quote));
            token.pieces.push_back({std::move(text), false});
        }
        tokens_.push_back(std::move(token));
        return {};
    }

    Expected<void> symbol() {
        const int line = cursor_.line();
        if (cursor_.peek(1) == ':')
            return add_sign("::");
        cursor_.skip(1);
        const char c = cursor_.peek();
        if (is_word_start(c)) {
            auto name = cursor_.take_while(is_word);
            if ((cursor_.peek() == '?' || cursor_.peek() == '!') && cursor_.peek(1) != '=')
                name += cursor_.take();
            add(Token::Kind::symbol, std::move(name));
            return {};
        }
        if (std::isspace(static_cast<unsigned char>(c)) != 0) {
            add(Token::Kind::punctuation, ":");
            return {};
        }
        if (c != '"' && c != '\'')
            return fail_at(line, "unexpected ':'");
        cursor_.skip(1);
        MCO_TRY(name, read_single_quoted(cursor_, c));
        if (c == '"' && name.find("#{") != std::string::npos)
            return fail_at(line, "interpolation in a symbol is not supported");
        add(Token::Kind::symbol, std::move(name));
        return {};
    }

    Expected<void> regexp(char close) {
        MCO_TRY(token, read_regexp(cursor_, close));
        tokens_.push_back(std::move(token));
        return {};
    }

    /// `%w[…]`, `%q{…}`, `%Q{…}` and `%r{…}`.
    Expected<void> percent() {
        const char type = cursor_.peek(1);
        const char open = cursor_.peek(2);
        if (std::string_view("wqQr").find(type) == std::string_view::npos || type == '\0' ||
            is_word(open) || open <= ' ')
            return unexpected();
        Token token{
            type == 'w' ? Token::Kind::words : Token::Kind::text, cursor_.line(), {}, {}, 0};
        cursor_.skip(3);
        if (type == 'r')
            return regexp(closing(open));
        if (type == 'q') {
            MCO_TRY(text, read_single_quoted(cursor_, closing(open)));
            token.pieces.push_back({std::move(text), false});
        } else {
            MCO_TRY(pieces,
                    type == 'w' ? read_words(cursor_, closing(open))
                                : read_double_quoted(cursor_, closing(open)));
            token.pieces = std::move(pieces);
        }
        tokens_.push_back(std::move(token));
        return {};
    }

    bool at_heredoc() const {
        const std::size_t mark = cursor_.peek(2) == '-' || cursor_.peek(2) == '~' ? 3 : 2;
        const char first = cursor_.peek(mark);
        return cursor_.peek(1) == '<' && (is_word_start(first) || first == '\'' || first == '"');
    }

    /// `<<TAG`, `<<-TAG`, `<<~TAG`, the tag also in quotes. The body begins on the next line.
    Expected<void> heredoc() {
        Heredoc heredoc{tokens_.size(), "", false, false, false};
        const std::size_t mark = cursor_.peek(2) == '-' || cursor_.peek(2) == '~' ? 1 : 0;
        heredoc.indented = mark == 1;
        heredoc.dedent = cursor_.peek(2) == '~';
        const char quote = cursor_.peek(2 + mark);
        const bool has_quote = quote == '\'' || quote == '"';
        heredoc.verbatim = quote == '\'';
        add(Token::Kind::text, "");
        cursor_.skip(2 + mark + (has_quote ? 1 : 0));
        heredoc.tag = cursor_.take_while(
            [&](char c) { return has_quote ? c != quote && c != '\n' : is_word(c); });
        if (has_quote && cursor_.peek() != quote)
            return fail_at(cursor_.line(), "the tag of a heredoc is never closed");
        cursor_.skip(has_quote ? 1 : 0);
        heredocs_.push_back(std::move(heredoc));
        return {};
    }

    Expected<void> heredoc_body(const Heredoc& heredoc) {
        const int line = cursor_.line();
        std::string body;
        while (!cursor_.at_end()) {
            auto text = cursor_.take_line();
            if (!text.empty() && text.back() == '\r')
                text.pop_back();
            if ((heredoc.indented ? stripped(text) : std::string_view(text)) == heredoc.tag)
                return heredoc_done(heredoc, heredoc.dedent ? dedented(body) : body, line);
            body += text + "\n";
        }
        return fail_at(tokens_[heredoc.token].line,
                       "the heredoc " + heredoc.tag + " is never closed");
    }

    Expected<void> heredoc_done(const Heredoc& heredoc, const std::string& body, int line) {
        auto& token = tokens_[heredoc.token];
        token.text_line = line;
        if (heredoc.verbatim) {
            token.pieces.push_back({body, false});
            return {};
        }
        MCO_TRY(pieces, split_interpolation(body, line));
        token.pieces = std::move(pieces);
        return {};
    }

    Cursor cursor_;
    std::vector<Token> tokens_;
    std::vector<Heredoc> heredocs_;
    bool spaced_ = false;  // a blank has just been passed
};

}  // namespace

Expected<std::vector<Token>> lex(std::string_view text, int first_line) {
    return Lexer(text, first_line).run();
}

tl::unexpected<Error> fail_at(int line, std::string_view message) {
    constexpr std::size_t longest = 200;  // what is quoted from the file may be anything
    return fail(Errc::malformed,
                std::to_string(line) + ": " + std::string(message.substr(0, longest)));
}

}  // namespace mco::ruby
