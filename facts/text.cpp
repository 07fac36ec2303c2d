#include "facts/text.hpp"

#include "core/config/literals.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>

namespace mco::facts {

namespace {

std::string lower_case(std::string_view text) {
    std::string lowered(text);
    std::transform(lowered.begin(), lowered.end(), lowered.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return lowered;
}

bool is_one_of(const std::string& word, std::initializer_list<std::string_view> words) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

bool consists_of(std::string_view text, std::string_view characters) {
    return !text.empty() && text.find_first_not_of(characters) == std::string_view::npos;
}

std::string_view without_sign(std::string_view text) {
    return !text.empty() && (text.front() == '-' || text.front() == '+') ? text.substr(1) : text;
}

std::string without(std::string text, std::string_view characters) {
    const auto dropped = [characters](char c) {
        return characters.find(c) != std::string_view::npos;
    };
    text.erase(std::remove_if(text.begin(), text.end(), dropped), text.end());
    return text;
}

/// YAML 1.1 integers; `08` and `0o17` are none. Returns the empty string when it is none.
std::string integer_text(std::string_view plain) {
    const auto digits = without_sign(plain);
    const bool based = (digits.substr(0, 2) == "0x" &&
                        consists_of(digits.substr(2), "0123456789abcdefABCDEF_,")) ||
                       (digits.substr(0, 2) == "0b" && consists_of(digits.substr(2), "01_,"));
    const bool octal = digits.substr(0, 1) == "0" && consists_of(digits, "01234567_,");
    const bool decimal = !digits.empty() && digits.front() >= '1' && digits.front() <= '9' &&
                         consists_of(digits, "0123456789_,");
    if (!based && !octal && !decimal)
        return {};
    const auto literal = without(std::string(plain), ",");
    if (const auto number = config::parse_integer(literal))
        return std::to_string(*number);
    constexpr std::size_t longest_that_fits = 18;
    return decimal && digits.size() > longest_that_fits ? without(literal, "+_") : std::string{};
}

/// YAML 1.1 floats have a point, and a sign in their exponent. Returns the empty string when it is
/// none.
std::string decimal_text(std::string_view plain) {
    const auto lowered = lower_case(plain);
    if (is_one_of(lowered, {".inf", "+.inf"}))
        return "Infinity";
    if (lowered == "-.inf")
        return "-Infinity";
    if (lowered == ".nan")
        return "NaN";
    const auto point = lowered.find('.');
    const auto exponent = lowered.find('e');
    if (point == std::string::npos || lowered.size() < 2 ||
        !consists_of(lowered, "0123456789_,.e+-"))
        return {};
    const auto fraction = std::string_view(lowered).substr(
        point + 1, exponent == std::string::npos ? exponent : exponent - point - 1);
    const bool signed_exponent = exponent == std::string::npos ||
                                 (exponent > point && exponent + 2 < lowered.size() &&
                                  (lowered[exponent + 1] == '+' || lowered[exponent + 1] == '-'));
    if (!signed_exponent || fraction.find_first_not_of("0123456789") != std::string_view::npos)
        return {};
    auto literal = without(lowered, "_,");
    if (fraction.empty())
        literal.insert(literal.find('.') + 1, "0");
    const auto number = config::parse_real(literal);
    return number ? real_text(*number) : std::string{};
}

std::string leaf_text(const Value& value) {
    if (const auto* text = value.text())
        return *text;
    if (const auto* flag = value.boolean())
        return *flag ? "true" : "false";
    if (const auto* number = value.integer())
        return std::to_string(*number);
    if (const auto* number = value.real())
        return real_text(*number);
    if (const auto* pattern = value.regexp())
        return '/' + pattern->source + '/';
    return {};
}

}  // namespace

std::string real_text(double number) {
    if (std::isnan(number))
        return "NaN";
    if (std::isinf(number))
        return number < 0 ? "-Infinity" : "Infinity";
    const double size = std::abs(number);
    const bool plain = size == 0 || (size >= 1e-4 && size < 1e16);
    std::array<char, 64> buffer{};
    const auto format = plain ? std::chars_format::fixed : std::chars_format::scientific;
    const auto end =
        std::to_chars(buffer.data(), buffer.data() + buffer.size(), number, format).ptr;
    std::string text(buffer.data(), end);
    if (text.find('.') == std::string::npos)
        text.insert(std::min(text.find('e'), text.size()), ".0");
    return text;
}

std::string scalar_text(std::string_view plain) {
    const auto word = lower_case(plain);
    if (is_one_of(word, {"", "~", "null"}))
        return {};
    if (is_one_of(word, {"true", "yes", "on"}))
        return "true";
    if (is_one_of(word, {"false", "no", "off"}))
        return "false";
    if (auto number = integer_text(plain); !number.empty())
        return number;
    if (auto number = decimal_text(plain); !number.empty())
        return number;
    if (plain.size() < 2 || plain.front() != ':')
        return std::string(plain);
    const auto symbol = plain.substr(1);
    const bool quoted = symbol.size() >= 2 && symbol.front() == symbol.back() &&
                        (symbol.front() == '"' || symbol.front() == '\'');
    return std::string(quoted ? symbol.substr(1, symbol.size() - 2) : symbol);
}

Value stringified(const Value& value) {
    if (const auto* map = value.map())
        return stringified(*map);
    const auto* list = value.array();
    if (list == nullptr)
        return leaf_text(value);
    Array members;
    members.reserve(list->size());
    for (const auto& member : *list)
        members.push_back(stringified(member));
    return members;
}

Map stringified(const Map& map) {
    Map result;
    for (const auto& [key, value] : map.entries())
        result.set(leaf_text(key), stringified(value));
    return result;
}

}  // namespace mco::facts
