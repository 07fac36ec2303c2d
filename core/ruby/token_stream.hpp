// The reading head over the words of a text.
#pragma once

#include "core/ruby/token.hpp"

#include <cstddef>

namespace mco::ruby {

/// The tokens must outlive it and end with an `end`, which is never passed.
class TokenStream {
  public:
    explicit TokenStream(const std::vector<Token>& tokens) : tokens_(tokens) {}

    const Token& peek() const { return tokens_[at_]; }

    const Token& take() {
        const auto& token = peek();
        if (at_ + 1 < tokens_.size())
            ++at_;
        return token;
    }

    /// The word behind the next one; the last one again if there is none.
    const Token& peek_second() const { return tokens_[at_ + 1 < tokens_.size() ? at_ + 1 : at_]; }

    /// Where the head is, and the way back there.
    std::size_t position() const { return at_; }

    void back_to(std::size_t position) { at_ = position; }

    bool at_sign(std::string_view sign) const { return peek().is(Token::Kind::punctuation, sign); }

    bool at_word(std::string_view word) const { return peek().is(Token::Kind::identifier, word); }

    bool accept_sign(std::string_view sign) {
        const bool there = at_sign(sign);
        if (there)
            take();
        return there;
    }

    void skip_newlines() {
        while (peek().kind == Token::Kind::newline)
            take();
    }

    tl::unexpected<Error> unexpected() const {
        const auto& token = peek();
        switch (token.kind) {
            case Token::Kind::end:
                return fail_at(token.line, "unexpected end of file");
            case Token::Kind::newline:
                return fail_at(token.line, "unexpected end of line");
            case Token::Kind::text:
            case Token::Kind::words:
            case Token::Kind::regexp:
                return fail_at(token.line, "unexpected literal");
            default:
                return fail_at(token.line, "unexpected '" + token.spelling + "'");
        }
    }

    Expected<void> expect_sign(std::string_view sign) {
        if (!accept_sign(sign))
            return unexpected();
        return {};
    }

    Expected<void> expect_word(std::string_view word) {
        if (!at_word(word))
            return unexpected();
        take();
        return {};
    }

  private:
    const std::vector<Token>& tokens_;
    std::size_t at_ = 0;
};

}  // namespace mco::ruby
