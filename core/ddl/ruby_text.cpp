#include "core/ddl/ruby_text.hpp"

#include "core/filter/utf8.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>

namespace mco::ddl {
namespace {

/// Shortest digits that read back the same; scientific below 0.0001 and from 10 to the 15th on.
std::string shown_real(double number) {
    if (std::isnan(number))
        return "NaN";
    if (std::isinf(number))
        return number < 0 ? "-Infinity" : "Infinity";
    const double magnitude = std::abs(number);
    const bool scientific = magnitude != 0 && (magnitude < 1e-4 || magnitude >= 1e15);
    std::array<char, 64> buffer{};
    const auto format = scientific ? std::chars_format::scientific : std::chars_format::fixed;
    auto* const end =
        std::to_chars(buffer.data(), buffer.data() + buffer.size(), number, format).ptr;
    std::string text(buffer.data(), end);
    const auto mantissa = std::min(text.find('e'), text.size());
    if (text.find('.') == std::string::npos)
        text.insert(mantissa, ".0");
    return text;
}

/// A stray byte as `\xFF`, a control character as `\u0001`.
std::string escaped(unsigned char byte, bool character) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    return (character ? "\\u00" : "\\x") + std::string{digits[byte >> 4U], digits[byte & 0xfU]};
}

std::string quoted(std::string_view text) {
    std::string result = "\"";
    while (!text.empty()) {
        const auto length = filter::utf8_character(text);
        const char c = text.front();
        constexpr std::string_view named = "\n\t\r\x1b\a\b\f\v";
        const auto name = named.find(c);
        if (name != std::string_view::npos)
            result += {'\\', std::string_view("ntreabfv")[name]};
        else if (c == '"' || c == '\\' ||
                 (c == '#' && text.size() > 1 &&
                  std::string_view("{$@").find(text[1]) != std::string_view::npos))
            result += {'\\', c};
        else if (length == 0 || static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
            result += escaped(static_cast<unsigned char>(c), length != 0);
        else
            result += text.substr(0, length);
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return result + '"';
}

bool is_plain_symbol(std::string_view name) {
    const auto is_word = [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
    };
    if (name.empty() || !is_word(name.front()) ||
        std::isdigit(static_cast<unsigned char>(name.front())) != 0)
        return false;
    const bool marked = name.back() == '?' || name.back() == '!' || name.back() == '=';
    const auto stem = name.substr(0, name.size() - (marked ? 1 : 0));
    return std::all_of(stem.begin(), stem.end(), is_word);
}

/// `(?-mix:…)`, which is how a regular expression prints; slashes are escaped.
std::string shown_regexp(const Regexp& regexp, bool literal) {
    std::string source;
    for (std::size_t i = 0; i < regexp.source.size(); ++i) {
        const bool escape = regexp.source[i] == '/' && (i == 0 || regexp.source[i - 1] != '\\');
        source += escape ? "\\/" : std::string(1, regexp.source[i]);
    }
    std::string on;
    std::string off;
    constexpr std::array<std::pair<char, unsigned>, 3> flags = {{{'m', 4}, {'i', 1}, {'x', 2}}};
    for (const auto& [letter, bit] : flags)
        ((regexp.options & bit) != 0 ? on : off) += letter;
    if (literal)
        return "/" + source + "/" + on;
    return "(?" + on + (off.empty() ? "" : "-" + off) + ":" + source + ")";
}

std::string inspected_list(const Array& list) {
    std::string text = "[";
    for (const auto& item : list)
        text += (text.size() > 1 ? ", " : "") + inspected(item);
    return text + "]";
}

std::string inspected_map(const Map& map) {
    std::string text = "{";
    for (const auto& [key, value] : map.entries())
        text += (text.size() > 1 ? ", " : "") + inspected(key) + "=>" + inspected(value);
    return text + "}";
}

void add_joined(std::string& text, const Array& values, bool& first) {
    for (const auto& value : values) {
        if (const auto* nested = value.array()) {
            add_joined(text, *nested, first);
            continue;
        }
        text += (first ? "" : ", ") + shown(value);
        first = false;
    }
}

}  // namespace

std::string shown(const Value& value) {
    if (const auto* text = value.text())
        return *text;
    if (const auto* regexp = value.regexp())
        return shown_regexp(*regexp, false);
    return value.is_nil() ? "" : inspected(value);
}

std::string inspected(const Value& value) {
    if (const auto* flag = value.boolean())
        return *flag ? "true" : "false";
    if (const auto* integer = value.integer())
        return std::to_string(*integer);
    if (const auto* real = value.real())
        return shown_real(*real);
    if (const auto* text = value.string())
        return quoted(*text);
    if (const auto* symbol = value.symbol())
        return ":" + (is_plain_symbol(symbol->name) ? symbol->name : quoted(symbol->name));
    if (const auto* regexp = value.regexp())
        return shown_regexp(*regexp, true);
    if (const auto* list = value.array())
        return inspected_list(*list);
    if (const auto* map = value.map())
        return inspected_map(*map);
    return "nil";
}

std::string joined(const Array& values) {
    std::string text;
    bool first = true;
    add_joined(text, values, first);
    return text;
}

}  // namespace mco::ddl
