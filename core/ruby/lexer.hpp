// How the lexer is put together; others use token.hpp. Internal to core/ruby.
#pragma once

#include "core/ruby/token.hpp"

#include <cstddef>

namespace mco::ruby {

/// Where the lexer is in the text.
class Cursor {
  public:
    Cursor(std::string_view text, int line) : text_(text), line_(line) {}

    bool at_end() const { return at_ >= text_.size(); }

    char peek(std::size_t ahead = 0) const {
        return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
    }

    bool starts_with(std::string_view wanted) const {
        return text_.substr(at_).starts_with(wanted);
    }

    bool at_line_start() const { return at_ == 0 || text_[at_ - 1] == '\n'; }

    int line() const { return line_; }

    /// The next character, which must exist.
    char take() {
        const char c = text_[at_++];
        line_ += c == '\n' ? 1 : 0;
        return c;
    }

    void skip(std::size_t count) {
        for (; count > 0 && !at_end(); --count)
            take();
    }

    template <class Test>
    std::string take_while(Test test) {
        std::string taken;
        while (!at_end() && test(peek()))
            taken += take();
        return taken;
    }

    /// The rest of the line without its end, which is passed over.
    std::string take_line() {
        auto taken = take_while([](char c) { return c != '\n'; });
        skip(1);
        return taken;
    }

  private:
    std::string_view text_;
    std::size_t at_ = 0;
    int line_;
};

/// Literals. Each begins behind its opening delimiter and ends behind the closing one; `fail_at`
/// the opening line if there is none.
Expected<std::string> read_single_quoted(Cursor& cursor, char close);
Expected<std::vector<Piece>> read_double_quoted(Cursor& cursor, char close);
Expected<Token> read_regexp(Cursor& cursor, char close);
Expected<std::vector<Piece>> read_words(Cursor& cursor, char close);

/// Splits the inside of a double-quoted literal or heredoc at `#{…}` and resolves its escapes.
Expected<std::vector<Piece>> split_interpolation(std::string_view raw, int line);

/// What closes a literal that `open` began.
char closing(char open);

}  // namespace mco::ruby
