// The language of -S (protocol §8.3), from text to tokens.
#include "core/filter/compound.hpp"
#include "core/text/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace mco::filter {
namespace {

using Kind = Token::Kind;

bool is_word_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool is_word(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), is_word_character);
}

/// The comparison that `text` begins with; empty when it begins with none.
std::string_view leading_operator(std::string_view text) {
    constexpr std::array<std::string_view, 10> operators = {
        "!=", "<=", ">=", "==", "=~", "=>", "=<", "=", "<", ">"};
    for (const auto op : operators) {
        if (text.starts_with(op))
            return op;
    }
    return {};
}

/// As it crosses the wire: `=` alone means equality, and two are spelt in either order.
std::string_view data_operator(std::string_view written) {
    if (written == "=")
        return "==";
    if (written == "=>")
        return ">=";
    return written == "=<" ? "<=" : written;
}

std::string_view stripped(std::string_view text) {
    const auto first = text.find_first_not_of(' ');
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

/// `'a', 'b'`: quoted texts of one kind of quotes, separated by commas.
bool is_argument_list(std::string_view text, char quote) {
    while (true) {
        text = stripped(text);
        if (text.size() < 2 || text.front() != quote)
            return false;
        const auto end = text.find(quote, 1);
        if (end == std::string_view::npos)
            return false;
        text = stripped(text.substr(end + 1));
        if (text.empty())
            return true;
        if (text.front() != ',')
            return false;
        text.remove_prefix(1);
    }
}

/// What stands between the outermost quotes; absent for an empty list.
Expected<std::optional<std::string>> arguments(std::string_view text) {
    text = stripped(text);
    if (text.empty())
        return std::nullopt;
    if (!is_argument_list(text, '\'') && !is_argument_list(text, '"'))
        return fail(Errc::malformed, "arguments of a function stand in quotes, all of one kind");
    return std::string(text.substr(1, text.size() - 2));
}

/// What is known of a statement while it is read.
struct Draft {
    std::string left;  // before the comparison
    std::string_view op;
    std::string right;
    std::optional<std::string> call;  // what stands in the parentheses of a function
    std::size_t name_length = 0;      // of that function, within `left`
    bool quoted = false;

    std::string& part() { return op.empty() ? left : right; }
};

/// Bytes of the text.
struct Place {
    std::size_t begin = 0;
    std::size_t end = 0;
};

/// `why`, with the character at which `text` is wrong; what is marked is `marked`.
tl::unexpected<SyntaxError> wrong_in(std::string_view text,
                                     std::size_t position,
                                     SyntaxError::Fault fault,
                                     const std::string& why,
                                     Place marked) {
    const auto character = text::utf8_length(text.substr(0, position)) + 1;
    return tl::unexpected(SyntaxError{fault,
                                      "at character " + std::to_string(character) + ": " + why,
                                      marked.begin,
                                      std::min(marked.end, text.size())});
}

class Scanner {
  public:
    template <class T>
    using Scanned = tl::expected<T, SyntaxError>;

    explicit Scanner(std::string_view text) : text_(text) {}

    Scanned<std::vector<Token>> scan() {
        for (const auto edge : {std::size_t{0}, text_.empty() ? 0 : text_.size() - 1})
            if (!text_.empty() && text_[edge] == ' ')
                return wrong_in(text_,
                                edge,
                                SyntaxError::Fault::order,
                                "it begins or ends with a space",
                                {edge, edge + 1});
        std::vector<Token> tokens;
        while (at_ < text_.size()) {
            begin_ = at_;
            MCO_TRY(token, next());
            tokens.push_back(std::move(token));
            places_.push_back({begin_, at_});
            at_ = std::min(text_.find_first_not_of(' ', at_), text_.size());
        }
        return tokens;
    }

    /// Of each token.
    const std::vector<Place>& places() const { return places_; }

  private:
    /// The whole token is marked, to the next space.
    tl::unexpected<SyntaxError> wrong(std::size_t position, const std::string& why) const {
        const auto end = std::max(std::min(text_.find(' ', at_), text_.size()), position + 1);
        return wrong_in(text_, position, SyntaxError::Fault::token, why, {begin_, end});
    }

    /// A word without anything behind it is a class if it is all there is; elsewhere something was
    /// forgotten.
    bool word_here(std::string_view word) const {
        if (!text_.substr(at_).starts_with(word))
            return false;
        const auto end = at_ + word.size();
        if (end == text_.size() || text_[end] == ')')
            return at_ > 0;
        return text_[end] == ' ' || text_[end] == '(';
    }

    Scanned<Token> next() {
        constexpr std::array<std::pair<std::string_view, Kind>, 3> words = {
            {{"not", Kind::lnot}, {"and", Kind::land}, {"or", Kind::lor}}};
        constexpr std::array<std::pair<char, Kind>, 3> signs = {
            {{'(', Kind::open}, {')', Kind::close}, {'!', Kind::lnot}}};
        for (const auto& [sign, kind] : signs) {
            if (text_[at_] == sign) {
                ++at_;
                return Token{kind};
            }
        }
        for (const auto& [word, kind] : words) {
            if (word_here(word)) {
                at_ += word.size();
                return Token{kind};
            }
        }
        return text_[at_] == '/' ? class_pattern() : statement();
    }

    /// A class pattern goes up to the next space: it cannot contain one.
    Scanned<Token> class_pattern() {
        const auto begin = at_;
        at_ = std::min(text_.find(' ', at_), text_.size());
        const auto token = text_.substr(begin, at_ - begin);
        if (std::count(token.begin(), token.end(), '/') % 2 != 0)
            return wrong(begin, "a pattern goes from one slash to another, without spaces");
        const auto end = token.find('/', 1);
        if (token.size() > end + 1 && !leading_operator(token.substr(end + 1)).empty())
            return wrong(begin, "a pattern cannot be compared");
        return Token{Kind::statement, std::string(token)};
    }

    Scanned<Token> statement() {
        const auto begin = at_;
        Draft draft;
        while (at_ < text_.size() && text_[at_] != ')') {
            if (text_[at_] == ' ') {
                if (!joins_at_spaces(draft))
                    break;
                continue;
            }
            MCO_TRY(goes_on, take(draft));
            if (!goes_on)
                break;
        }
        return finished(draft, begin);
    }

    /// Spaces belong to a statement only beside its comparison.
    bool joins_at_spaces(const Draft& draft) {
        const auto after = text_.find_first_not_of(' ', at_);
        if (after == std::string_view::npos)
            return false;
        const bool before_comparison =
            draft.op.empty() && !leading_operator(text_.substr(after)).empty();
        const bool after_comparison = !draft.op.empty() && draft.right.empty() && !draft.quoted;
        if (before_comparison || after_comparison)
            at_ = after;
        return before_comparison || after_comparison;
    }

    /// The comparison, once.
    bool take_operator(Draft& draft) {
        const auto op = draft.op.empty() ? leading_operator(text_.substr(at_)) : std::string_view();
        if (op.empty())
            return false;
        draft.op = op;
        at_ += op.size();
        return true;
    }

    /// False when the statement ends here.
    Scanned<bool> take(Draft& draft) {
        const char c = text_[at_];
        if (c == '/')
            return take_pattern(draft);
        if (c == '"' || c == '\'') {
            MCO_CHECK(take_quoted(draft));
            return true;
        }
        if (c == '(') {
            MCO_CHECK(take_arguments(draft));
            return true;
        }
        if (take_operator(draft))
            return true;
        if (static_cast<unsigned char>(c) < 0x20)
            return wrong(at_, "only spaces separate, not tabs or line ends");
        draft.part() += c;
        ++at_;
        return true;
    }

    /// `/…/` up to the next slash without a backslash before it; nothing may follow.
    Scanned<bool> take_pattern(Draft& draft) {
        const auto begin = at_;
        if (draft.op.empty() || !draft.right.empty())
            return wrong(begin, "a slash begins a pattern and stands only after a comparison");
        draft.right += text_[at_++];
        while (at_ < text_.size() && text_[at_] != '/') {
            if (text_[at_] == '\\' && at_ + 1 < text_.size())
                draft.right += text_[at_++];
            draft.right += text_[at_++];
        }
        if (at_ == text_.size())
            return wrong(begin, "this pattern has no end");
        draft.right += text_[at_++];
        if (at_ < text_.size() && text_[at_] != ' ' && text_[at_] != ')')
            return wrong(at_, "nothing can follow a pattern");
        return false;
    }

    /// Quotes go, a backslash keeps the character after it.
    Scanned<void> take_quoted(Draft& draft) {
        const auto begin = at_;
        const char quote = text_[at_++];
        draft.quoted = true;
        while (at_ < text_.size() && text_[at_] != quote) {
            if (text_[at_] == '\\')
                ++at_;
            if (at_ < text_.size())
                draft.part() += text_[at_++];
        }
        if (at_ == text_.size())
            return wrong(begin, "this quote has no end");
        ++at_;
        return {};
    }

    Scanned<void> take_arguments(Draft& draft) {
        const auto end = text_.find(')', at_);
        if (!draft.op.empty() || draft.call || !is_word(draft.left) ||
            end == std::string_view::npos)
            return wrong(at_, "a parenthesis belongs to a function: NAME('…').FIELD=VALUE");
        draft.name_length = draft.left.size();
        draft.call = std::string(text_.substr(at_ + 1, end - at_ - 1));
        at_ = end + 1;
        return {};
    }

    Scanned<Token> finished(const Draft& draft, std::size_t begin) const {
        if (draft.call)
            return function(draft, begin);
        if (draft.left.empty())
            return wrong(begin, fmt::format("a name is missing before '{}'", draft.op));
        if (!draft.op.empty() && draft.right.empty())
            return wrong(at_, fmt::format("a value is missing after '{}'", draft.op));
        return Token{Kind::statement, draft.left + std::string(draft.op) + draft.right};
    }

    Scanned<Token> function(const Draft& draft, std::size_t begin) const {
        const auto field = std::string_view(draft.left).substr(draft.name_length);
        if (!field.starts_with('.') || !is_word(field.substr(1)) || draft.right.empty())
            return wrong(begin, "a function is written NAME('…').FIELD=VALUE");
        auto params = arguments(*draft.call);
        if (!params)
            return wrong(begin, params.error().message);
        DataTest test{draft.left.substr(0, draft.name_length),
                      *std::move(params),
                      std::string(field.substr(1)),
                      std::string(data_operator(draft.op)),
                      draft.right};
        const bool slashes =
            test.value.size() > 1 && test.value.front() == '/' && test.value.back() == '/';
        if (slashes && (test.op == "==" || test.op == "!=" || test.op == "=~")) {
            test.value = test.value.substr(1, test.value.size() - 2);
            test.op = test.op == "!=" ? "!=~" : "=~";
        }
        return Token{Kind::function, {}, std::move(test)};
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t begin_ = 0;  // of the token that is read
    std::vector<Place> places_;
};

/// From places in the list of tokens to places in the text.
tl::unexpected<SyntaxError> in_text(const SyntaxError& error,
                                    std::string_view text,
                                    const std::vector<Place>& places) {
    const auto first = places.at(std::min(error.begin, places.size() - 1));
    const auto last = places.at(std::min(error.end, places.size()) - 1);
    return wrong_in(text, first.begin, error.fault, error.why, {first.begin, last.end});
}

}  // namespace

tl::expected<std::vector<Token>, SyntaxError> read_compound(std::string_view text) {
    if (text.size() > max_compound_text)
        return tl::unexpected(SyntaxError{
            SyntaxError::Fault::limit,
            "the expression is longer than " + std::to_string(max_compound_text) + " bytes",
            max_compound_text,
            text.size()});
    Scanner scanner(text);
    MCO_TRY(tokens, scanner.scan());
    const auto expression = Expression::checked(tokens, Precedence::and_first);
    if (!expression)
        return in_text(expression.error(), text, scanner.places());
    return tokens;
}

Expected<std::vector<Token>> parse_compound(std::string_view text) {
    auto tokens = read_compound(text);
    if (!tokens)
        return fail(
            tokens.error().fault == SyntaxError::Fault::limit ? Errc::limit : Errc::malformed,
            tokens.error().why);
    return *std::move(tokens);
}

}  // namespace mco::filter
