#include "core/filter/ruby_syntax.hpp"

#include <cctype>
#include <cstddef>

namespace mco::filter {
namespace {

constexpr std::string_view hex_digits = "0-9a-fA-F";

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_hex(char c) {
    return std::isxdigit(static_cast<unsigned char>(c)) != 0;
}

/// One pass from left to right. What is not mentioned here means the same in both dialects.
class Translation {
  public:
    Translation(std::string_view ruby, bool extended) : in_(ruby), extended_(extended) {}

    Expected<std::string> run() {
        while (at_ < in_.size())
            MCO_CHECK(in_class_ ? class_item() : item());
        return std::move(out_);
    }

  private:
    char peek(std::size_t ahead = 0) const {
        return at_ + ahead < in_.size() ? in_[at_ + ahead] : '\0';
    }

    void copy(std::size_t count) {
        out_ += in_.substr(at_, count);
        at_ = std::min(at_ + count, in_.size());
    }

    void replace(std::size_t count, std::string_view by) {
        out_ += by;
        at_ = std::min(at_ + count, in_.size());
    }

    Expected<void> item() {
        switch (peek()) {
            case '\\':
                return escape();
            case '[':
                open_class();
                return {};
            case '(':
                return group();
            case '{':
                repeat();
                return {};
            case '#':
                if (extended_)
                    skip_comment();
                else
                    copy(1);
                return {};
            default:
                copy(1);
                return {};
        }
    }

    void skip_comment() {
        while (at_ < in_.size() && in_[at_] != '\n')
            ++at_;
    }

    /// `\h` is a hexadecimal digit, `\v` a vertical tab, and quoting by `\Q…\E` does not exist in
    /// Ruby.
    Expected<void> escape() {
        switch (peek(1)) {
            case 'h':
                replace(2,
                        in_class_ ? std::string(hex_digits) : "[" + std::string(hex_digits) + "]");
                return {};
            case 'H':
                if (in_class_)
                    return fail(Errc::malformed, "\\H inside [] is not supported");
                replace(2, "[^" + std::string(hex_digits) + "]");
                return {};
            case 'v':
                replace(2, "\\x0b");
                return {};
            case 'Q':
                replace(2, "Q");
                return {};
            case 'E':
                replace(2, "E");
                return {};
            case 'u':
                return code_point();
            default:
                copy(2);
                return {};
        }
    }

    Expected<void> code_point() {
        const bool braced = peek(2) == '{';
        const std::size_t first = at_ + (braced ? 3 : 2);
        std::size_t last = first;
        while (last < in_.size() && is_hex(in_[last]) && last - first < (braced ? 6 : 4))
            ++last;
        const bool closed = !braced || (last < in_.size() && in_[last] == '}');
        if (last == first || !closed || (!braced && last - first != 4))
            return fail(Errc::malformed, "invalid Unicode escape");
        out_ += "\\x{" + std::string(in_.substr(first, last - first)) + "}";
        at_ = last + (braced ? 1 : 0);
        return {};
    }

    void open_class() {
        in_class_ = true;
        copy(peek(1) == '^' ? 2 : 1);
        if (peek() == ']')
            copy(1);
    }

    Expected<void> class_item() {
        switch (peek()) {
            case '\\':
                return escape();
            case ']':
                in_class_ = false;
                copy(1);
                return {};
            case '[':
                return posix_class();
            case '&':
                if (peek(1) == '&')
                    return fail(Errc::malformed, "set intersection with && is not supported");
                copy(1);
                return {};
            default:
                copy(1);
                return {};
        }
    }

    /// `[:alpha:]`; any other bracket inside a set would be a nested set in Ruby and a plain
    /// character in PCRE2.
    Expected<void> posix_class() {
        const auto end = in_.find(":]", at_ + 2);
        if (peek(1) != ':' || end == std::string_view::npos)
            return fail(Errc::malformed, "a set inside a set is not supported");
        copy(end + 2 - at_);
        return {};
    }

    Expected<void> group() {
        if (peek(1) == '*')
            return fail(Errc::malformed, "target of repeat operator is missing");
        if (peek(1) != '?')
            copy(1);
        else if (peek(2) == '#')
            replace(in_.find(')', at_) == std::string_view::npos ? in_.size()
                                                                 : in_.find(')', at_) + 1 - at_,
                    "");
        else if (!group_options())
            copy(2);
        return {};
    }

    /// `(?m-ix:`: Ruby's m is PCRE2's s; its a, d and u choose character tables, which are ASCII
    /// here anyway.
    bool group_options() {
        std::size_t end = at_ + 2;
        while (end < in_.size() &&
               std::string_view("mixadu-").find(in_[end]) != std::string_view::npos)
            ++end;
        if (end == at_ + 2 || end >= in_.size() || (in_[end] != ':' && in_[end] != ')'))
            return false;
        out_ += "(?";
        for (const char option : in_.substr(at_ + 2, end - at_ - 2)) {
            if (option == 'm')
                out_ += 's';
            else if (option == 'i' || option == 'x' || option == '-')
                out_ += option;
        }
        out_ += in_[end];
        at_ = end + 1;
        return true;
    }

    /// `{,3}` is `{0,3}`; PCRE2 10.42 reads it as four characters.
    void repeat() {
        std::size_t end = at_ + 2;
        while (end < in_.size() && is_digit(in_[end]))
            ++end;
        const bool open_below =
            peek(1) == ',' && end > at_ + 2 && end < in_.size() && in_[end] == '}';
        if (open_below)
            replace(2, "{0,");
        else
            copy(1);
    }

    std::string_view in_;
    bool extended_;
    std::string out_;
    std::size_t at_ = 0;
    bool in_class_ = false;
};

}  // namespace

Expected<std::string> to_pcre2(std::string_view ruby, bool extended) {
    return Translation(ruby, extended).run();
}

}  // namespace mco::filter
