#include "core/filter/ruby_number.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <string>

namespace mco::filter {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_letter_or_digit(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blank = " \t\n\v\f\r";
    const auto first = text.find_first_not_of(blank);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

/// Without the underscores; absent where one does not stand between two digits.
std::optional<std::string> without_underscores(std::string_view text) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '_') {
            plain += text[i];
            continue;
        }
        const bool behind_prefix = i == 2 && text[0] == '0' && !is_digit(text[1]);
        if (i == 0 || i + 1 == text.size() || behind_prefix || !is_letter_or_digit(text[i - 1]) ||
            !is_letter_or_digit(text[i + 1]))
            return std::nullopt;
    }
    return plain;
}

struct Base {
    std::string_view prefix;
    int base;
};

/// The digits' base; the prefix is taken off.
int take_base(std::string_view& digits) {
    constexpr std::array<Base, 8> bases = {{{"0x", 16},
                                            {"0X", 16},
                                            {"0b", 2},
                                            {"0B", 2},
                                            {"0o", 8},
                                            {"0O", 8},
                                            {"0d", 10},
                                            {"0D", 10}}};
    for (const auto& [prefix, base] : bases)
        if (digits.starts_with(prefix)) {
            digits.remove_prefix(prefix.size());
            return base;
        }
    return digits.size() > 1 && digits.front() == '0' ? 8 : 10;
}

std::optional<std::int64_t> integer(std::string_view digits, bool negative) {
    const auto base = take_base(digits);
    if (digits.empty() || !is_letter_or_digit(digits.front()))
        return std::nullopt;
    const auto signed_digits = (negative ? "-" : "") + std::string(digits);
    const auto* end = signed_digits.data() + signed_digits.size();
    std::int64_t number = 0;
    const auto [stopped, problem] = std::from_chars(signed_digits.data(), end, number, base);
    if (stopped != end || problem != std::errc())
        return std::nullopt;
    return number;
}

std::optional<double> real(std::string_view digits) {
    const bool begins = !digits.empty() && (is_digit(digits.front()) || digits.front() == '.');
    if (!begins || digits.back() == '.' || digits.find(".e") != std::string_view::npos)
        return std::nullopt;
    const auto* end = digits.data() + digits.size();
    double number = 0;
    const auto [stopped, problem] = std::from_chars(digits.data(), end, number);
    if (stopped != end || problem != std::errc() || !std::isfinite(number))
        return std::nullopt;
    return number;
}

double as_double(const Number& number) {
    const auto* whole = std::get_if<std::int64_t>(&number);
    return whole != nullptr ? static_cast<double>(*whole) : std::get<double>(number);
}

}  // namespace

std::optional<Number> ruby_number(std::string_view text) {
    auto written = trimmed(text);
    const bool negative = written.starts_with('-');
    if (negative || written.starts_with('+'))
        written.remove_prefix(1);
    const auto digits = without_underscores(written);
    if (!digits)
        return std::nullopt;
    if (const auto whole = integer(*digits, negative))
        return Number(*whole);
    if (const auto number = real(*digits))
        return Number(negative ? -*number : *number);
    return std::nullopt;
}

std::partial_ordering compare(const Number& left, const Number& right) {
    const auto* whole_left = std::get_if<std::int64_t>(&left);
    const auto* whole_right = std::get_if<std::int64_t>(&right);
    if (whole_left != nullptr && whole_right != nullptr)
        return *whole_left <=> *whole_right;
    return as_double(left) <=> as_double(right);
}

}  // namespace mco::filter
