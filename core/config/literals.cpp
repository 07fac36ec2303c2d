#include "core/config/literals.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <string>

namespace mco::config {

namespace {

constexpr std::string_view blanks = " \t\r\n\f\v";

std::string lower_case(std::string_view text) {
    std::string lowered(text);
    std::transform(lowered.begin(), lowered.end(), lowered.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return lowered;
}

/// Removes underscores that stand between two characters which are none; absent when one stands
/// elsewhere.
std::optional<std::string> without_underscores(std::string_view text) {
    std::string digits;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '_') {
            digits += text[i];
            continue;
        }
        const bool between =
            i > 0 && i + 1 < text.size() && text[i - 1] != '_' && text[i + 1] != '_';
        if (!between)
            return std::nullopt;
    }
    return digits;
}

/// Takes the prefix of a literal off `text` and says its base.
int take_base(std::string_view& text) {
    struct Prefix {
        std::string_view text;
        int base;
    };

    static constexpr std::array<Prefix, 4> prefixes = {
        {{"0x", 16}, {"0b", 2}, {"0o", 8}, {"0d", 10}}};
    for (const auto& prefix : prefixes) {
        if (text.substr(0, 2) == prefix.text) {
            text.remove_prefix(2);
            return prefix.base;
        }
    }
    if (text.size() > 1 && text.front() == '0') {
        text.remove_prefix(text[1] == '_' ? 2 : 1);
        return 8;
    }
    return 10;
}

bool is_negative(std::string_view& text) {
    if (text.empty() || (text.front() != '-' && text.front() != '+'))
        return false;
    const bool minus = text.front() == '-';
    text.remove_prefix(1);
    return minus;
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// from_chars takes less (`.`, `1.`) and more (`inf`) than we do: at least one digit on each side
/// of what is there.
bool looks_decimal(std::string_view text) {
    if (text.find_first_not_of("0123456789.eE+-") != std::string_view::npos || text.empty())
        return false;
    const auto point = text.find('.');
    if (point != std::string_view::npos && (point + 1 >= text.size() || !is_digit(text[point + 1])))
        return false;
    return is_digit(text.front()) || text.front() == '.';
}

}  // namespace

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos)
        return {};
    const auto last = text.find_last_not_of(std::string_view(" \t\r\n\f\v\0", 7));
    return last < first ? std::string_view{} : text.substr(first, last - first + 1);
}

std::optional<bool> parse_bool(std::string_view text) {
    static constexpr std::array<std::string_view, 5> yes = {"1", "yes", "true", "y", "t"};
    static constexpr std::array<std::string_view, 5> no = {"0", "no", "false", "n", "f"};
    const auto word = lower_case(trimmed(text));
    if (std::find(yes.begin(), yes.end(), word) != yes.end())
        return true;
    if (std::find(no.begin(), no.end(), word) != no.end())
        return false;
    return std::nullopt;
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
    const auto lowered = lower_case(trimmed(text));
    std::string_view rest = lowered;
    const bool negative = is_negative(rest);
    const int base = take_base(rest);
    const auto digits = without_underscores(rest);
    if (!digits || digits->empty())
        return std::nullopt;
    std::uint64_t magnitude = 0;
    const auto* end = digits->data() + digits->size();
    const auto [stopped, error] = std::from_chars(digits->data(), end, magnitude, base);
    if (error != std::errc{} || stopped != end)
        return std::nullopt;
    constexpr auto highest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    if (magnitude > highest)
        return negative && magnitude == highest + 1
                   ? std::optional(std::numeric_limits<std::int64_t>::min())
                   : std::nullopt;
    const auto value = static_cast<std::int64_t>(magnitude);
    return negative ? -value : value;
}

std::optional<double> parse_real(std::string_view text) {
    std::string_view rest = trimmed(text);
    const bool negative = is_negative(rest);
    const auto digits = without_underscores(rest);
    if (digits && looks_decimal(*digits)) {
        double value = 0;
        const auto* end = digits->data() + digits->size();
        const auto [stopped, error] = std::from_chars(digits->data(), end, value);
        if (error == std::errc{} && stopped == end && std::isfinite(value))
            return negative ? -value : value;
        return std::nullopt;
    }
    if (const auto whole = parse_integer(text))
        return static_cast<double>(*whole);
    return std::nullopt;
}

bool is_identity(std::string_view text) {
    const auto allowed = [](char c) {
        return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
               c == '.' || c == '-';
    };
    return !text.empty() && std::all_of(text.begin(), text.end(), allowed);
}

}  // namespace mco::config
