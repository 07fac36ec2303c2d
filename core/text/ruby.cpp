#include "core/text/ruby.hpp"

#include "core/text/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>

namespace mco::text {

namespace {

/// One code point taken off the front of `text`; `bad` when the first byte begins none.
struct Decoded {
    char32_t point = 0;
    std::size_t size = 1;
    bool bad = false;
};

Decoded decode(std::string_view text) {
    const std::size_t size = utf8_character(text);
    const auto first = static_cast<unsigned char>(text.front());
    if (size < 2)
        return {first, 1, size == 0};
    char32_t point = first & (0xffu >> (size + 1));
    for (const char next : text.substr(1, size - 1))
        point = (point << 6) | (static_cast<unsigned char>(next) & 0x3fu);
    return {point, size, false};
}

/// Controls, separators and noncharacters are escaped; unassigned code points are taken as
/// printable.
bool printable(char32_t point) {
    if (point < 0x80)
        return point >= 0x20 && point != 0x7f;
    if (point < 0xa0)
        return point == 0x85;
    return point != 0x2028 && point != 0x2029 && (point & 0xfffe) != 0xfffe;
}

std::string escaped(char32_t point) {
    constexpr std::string_view named = "\a\b\t\n\v\f\r";
    if (point >= 0x07 && point <= 0x0d)
        return {'\\', "abtnvfr"[named.find(static_cast<char>(point))]};
    if (point == 0x1b)
        return "\\e";
    const auto number = static_cast<std::uint32_t>(point);
    return number < 0x10000 ? fmt::format("\\u{:04X}", number) : fmt::format("\\u{{{:X}}}", number);
}

bool is_word(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x80 || c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z');
}

bool is_operator(std::string_view name) {
    constexpr std::array<std::string_view, 26> operators = {
        "[]", "[]=", "!", "!=", "!~", "=~", "==", "===", "<=>", "<", "<=", ">",  ">=",
        "+",  "-",   "*", "**", "/",  "%",  "&",  "|",   "^",   "~", "<<", ">>", "+@"};
    return std::find(operators.begin(), operators.end(), name) != operators.end() || name == "-@" ||
           name == "`";
}

/// Whether a symbol can be written without quotes: an identifier, an operator, a variable name.
bool is_bare_symbol(std::string_view name) {
    if (is_operator(name))
        return true;
    const bool variable = name.starts_with('@') || name.starts_with('$');
    name.remove_prefix(name.starts_with("@@") ? 2 : variable ? 1 : 0);
    if (!variable && name.size() > 1 &&
        (name.ends_with('?') || name.ends_with('!') || name.ends_with('=')))
        name.remove_suffix(1);
    if (name.empty() || (name.front() >= '0' && name.front() <= '9'))
        return false;
    return std::all_of(name.begin(), name.end(), is_word);
}

std::string symbol_text(const Symbol& symbol) {
    return ':' + (is_bare_symbol(symbol.name) ? symbol.name : quoted(symbol.name));
}

std::string regexp_options(std::uint8_t options, bool inverted) {
    std::string text;
    for (const auto& [bit, letter] : {std::pair{4, 'm'}, std::pair{1, 'i'}, std::pair{2, 'x'}})
        if (((options & bit) != 0) != inverted)
            text += letter;
    return text;
}

std::string regexp_source(const std::string& source) {
    std::string text;
    for (std::size_t i = 0; i < source.size(); ++i) {
        if (source[i] == '/')
            text += '\\';
        text += source[i];
        if (source[i] == '\\' && i + 1 < source.size())
            text += source[++i];
    }
    return text;
}

std::string map_text(const Map& map) {
    std::string text = "{";
    for (const auto& [key, value] : map.entries()) {
        if (text.size() > 1)
            text += ", ";
        text += inspect(key) + "=>" + inspect(value);
    }
    return text + '}';
}

std::string array_text(const Array& array) {
    std::string text = "[";
    for (const auto& value : array) {
        if (text.size() > 1)
            text += ", ";
        text += inspect(value);
    }
    return text + ']';
}

void add_joined(std::string& text, const Array& values, bool& first) {
    for (const auto& value : values) {
        if (const auto* nested = value.array()) {
            add_joined(text, *nested, first);
            continue;
        }
        text += (first ? "" : ", ") + to_s(value);
        first = false;
    }
}

struct Inspector {
    std::string operator()(std::monostate) const { return "nil"; }

    std::string operator()(bool b) const { return b ? "true" : "false"; }

    std::string operator()(std::int64_t i) const { return std::to_string(i); }

    std::string operator()(double d) const { return float_text(d); }

    std::string operator()(const std::string& s) const { return quoted(s); }

    std::string operator()(const Symbol& s) const { return symbol_text(s); }

    std::string operator()(const Regexp& r) const {
        return '/' + regexp_source(r.source) + '/' + regexp_options(r.options, false);
    }

    std::string operator()(const Array& a) const { return array_text(a); }

    std::string operator()(const Map& m) const { return map_text(m); }
};

}  // namespace

std::string quoted(std::string_view text) {
    std::string shown = "\"";
    while (!text.empty()) {
        const auto decoded = decode(text);
        const auto bytes = text.substr(0, decoded.size);
        text.remove_prefix(decoded.size);
        if (decoded.bad)
            shown += fmt::format("\\x{:02X}", static_cast<std::uint32_t>(decoded.point));
        else if (bytes == "\"" || bytes == "\\")
            shown += '\\' + std::string(bytes);
        else if (bytes == "#" && !text.empty() &&
                 std::string_view("{$@").find(text.front()) != std::string_view::npos)
            shown += "\\#";
        else if (printable(decoded.point))
            shown += bytes;
        else
            shown += escaped(decoded.point);
    }
    return shown + '"';
}

std::string inspect(const Value& value) {
    return std::visit(Inspector{}, value.data());
}

std::string to_s(const Value& value) {
    if (value.is_nil())
        return {};
    if (const auto* text = value.text())
        return *text;
    if (const auto* regexp = value.regexp()) {
        const auto off = regexp_options(regexp->options, true);
        return "(?" + regexp_options(regexp->options, false) + (off.empty() ? "" : "-" + off) +
               ":" + regexp_source(regexp->source) + ")";
    }
    return inspect(value);
}

std::string joined(const Array& values) {
    std::string text;
    bool first = true;
    add_joined(text, values, first);
    return text;
}

std::string float_text(double number) {
    if (std::isnan(number))
        return "NaN";
    if (std::isinf(number))
        return number < 0 ? "-Infinity" : "Infinity";
    std::array<char, 32> buffer{};
    const auto end =
        std::to_chars(buffer.begin(), buffer.end(), number, std::chars_format::scientific).ptr;
    std::string_view shortest(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
    std::string sign = shortest.starts_with('-') ? "-" : "";
    shortest.remove_prefix(sign.size());
    const auto mark = shortest.find('e');
    int exponent = 0;
    const auto* digits_of_exponent = shortest.data() + mark + (shortest[mark + 1] == '+' ? 2 : 1);
    std::from_chars(digits_of_exponent, shortest.data() + shortest.size(), exponent);
    std::string digits(shortest.substr(0, mark));
    std::erase(digits, '.');
    // The decimal point stands after `point` digits; 15 are written out, as are more if some follow
    // the point.
    const int point = exponent + 1;
    const int count = static_cast<int>(digits.size());
    if (number == 0)
        return sign + "0.0";
    if (point > 0 && point < count)
        return sign + digits.insert(static_cast<std::size_t>(point), ".");
    if (point > 0 && point <= 15)
        return sign + digits + std::string(static_cast<std::size_t>(point - count), '0') + ".0";
    if (point <= 0 && point > -4)
        return sign + "0." + std::string(static_cast<std::size_t>(-point), '0') + digits;
    digits.insert(1, ".");
    return fmt::format("{}{}{}e{:+03d}", sign, digits, count == 1 ? "0" : "", exponent);
}

}  // namespace mco::text
