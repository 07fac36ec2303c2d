#include "client/sources/postgresql_pattern.hpp"

#include <algorithm>
#include <charconv>

namespace mco::client {

namespace {

constexpr int most_repetitions = 255;  // PostgreSQL's own limit

bool is_alphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_ascii_sign(char c) {
    return c > ' ' && c < 0x7f && !is_alphanumeric(c);
}

/// Copies what both dialects understand alike; gives up on everything else.
class Translation {
  public:
    explicit Translation(std::string_view ruby) : rest_(ruby) {}

    std::optional<std::string> run() {
        while (!rest_.empty())
            if (!take())
                return std::nullopt;
        return out_;
    }

  private:
    void copy(std::size_t count, bool repeatable) {
        out_ += rest_.substr(0, count);
        rest_.remove_prefix(count);
        repeatable_ = repeatable;
    }

    bool take() {
        switch (rest_.front()) {
            case '\\':
                return take_escape(repeatable_);
            case '[':
                return take_set();
            case '(':
                return take_group();
            case '*':
            case '+':
            case '?':
                return take_repetition(1);
            case '{':
                return take_bounds();
            case '^':
            case '$':
            case '|':
                copy(1, false);
                return true;
            default:
                copy(1, true);
                return true;
        }
    }

    bool take_group() {
        if (!rest_.starts_with("(?"))
            copy(1, false);
        else if (rest_.starts_with("(?:"))
            copy(3, false);
        else
            return false;
        return true;
    }

    /// A lazy one repeats as well; a possessive one is unknown to PostgreSQL.
    bool take_repetition(std::size_t length) {
        if (!repeatable_)
            return false;
        copy(length, false);
        if (rest_.starts_with('?'))
            copy(1, false);
        return true;
    }

    bool take_bounds() {
        const auto end = rest_.find('}');
        if (end == std::string_view::npos)
            return false;
        const auto inside = rest_.substr(1, end - 1);
        const auto comma = std::min(inside.find(','), inside.size());
        const auto upper = inside.substr(std::min(comma + 1, inside.size()));
        return is_bound(inside.substr(0, comma)) && (upper.empty() || is_bound(upper)) &&
               take_repetition(end + 1);
    }

    static bool is_bound(std::string_view digits) {
        int number = 0;
        const auto* end = digits.data() + digits.size();
        const auto [stopped, problem] = std::from_chars(digits.data(), end, number);
        return !digits.empty() && stopped == end && problem == std::errc() && number >= 0 &&
               number <= most_repetitions;
    }

    /// Letters mean the same, or more, only in part.
    bool take_escape(bool& repeatable) {
        if (rest_.size() < 2)
            return false;
        const char c = rest_[1];
        const bool anchor = c == 'A' || c == 'z';
        if (c == 'z') {
            out_ += "\\Z";
            rest_.remove_prefix(2);
        } else if (is_ascii_sign(c) ||
                   std::string_view("Adswnt").find(c) != std::string_view::npos) {
            copy(2, true);
        } else {
            return false;
        }
        repeatable = !anchor;
        return true;
    }

    bool take_set() {
        copy(1, true);
        const bool negated = rest_.starts_with('^');
        if (negated)
            copy(1, true);
        if (rest_.empty() || rest_.front() == ']')
            return false;
        while (!rest_.empty() && rest_.front() != ']')
            if (!take_member(negated))
                return false;
        if (rest_.empty())
            return false;
        copy(1, true);
        return true;
    }

    bool take_member(bool negated) {
        const char c = rest_.front();
        if (c == '[' || rest_.starts_with("&&"))
            return false;
        if (c != '\\') {
            copy(1, true);
            return true;
        }
        const bool sign = rest_.size() > 1 && is_ascii_sign(rest_[1]);
        const bool kind = rest_.size() > 1 && !negated &&
                          std::string_view("dsw").find(rest_[1]) != std::string_view::npos;
        if (!sign && !kind)
            return false;
        copy(2, true);
        return true;
    }

    std::string_view rest_;
    std::string out_;
    bool repeatable_ = false;
};

}  // namespace

std::optional<std::string> postgresql_pattern(std::string_view ruby, LetterCase letters) {
    auto translated = Translation(ruby).run();
    if (!translated)
        return std::nullopt;
    return (letters == LetterCase::any ? "(?in)" : "(?n)") + *std::move(translated);
}

std::string pattern_quoted(std::string_view text) {
    std::string quoted;
    for (const char c : text) {
        if (is_ascii_sign(c))
            quoted += '\\';
        quoted += c;
    }
    return quoted;
}

}  // namespace mco::client
