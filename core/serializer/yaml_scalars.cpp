#include "core/serializer/yaml_scalars.hpp"

#include "core/text/base64.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace mco::serializer::yaml {
namespace {

using std::string_view;

constexpr string_view digits = "0123456789";

std::string lowercase(string_view text) {
    std::string lower(text);
    for (char& c : lower)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return lower;
}

bool only(string_view text, string_view allowed) {
    return text.find_first_not_of(allowed) == string_view::npos;
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// Takes the sign that `text` may begin with.
bool take_minus(string_view& text) {
    const bool minus = text.starts_with('-');
    if (minus || text.starts_with('+'))
        text.remove_prefix(1);
    return minus;
}

std::string without(string_view text, string_view unwanted) {
    std::string kept;
    std::copy_if(text.begin(), text.end(), std::back_inserter(kept), [&](char c) {
        return unwanted.find(c) == string_view::npos;
    });
    return kept;
}

double real_number(const std::string& text) {
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc::result_out_of_range)  // huge or tiny: the exponent's sign tells
        return text.find("e-") == std::string::npos ? std::numeric_limits<double>::infinity() : 0.0;
    return number;
}

Value whole_number(bool minus, const std::string& text, int base) {
    std::uint64_t size = 0;
    const auto* end = text.data() + text.size();
    const auto error = std::from_chars(text.data(), end, size, base).ec;
    const auto most = std::uint64_t{1} << 63;
    if (error == std::errc() && (size < most || (minus && size == most)))
        return static_cast<std::int64_t>(minus ? 0 - size : size);
    double real = base == 10 ? real_number(text) : 0;
    for (const char c : base == 10 ? string_view() : string_view(text))
        real = real * base + (is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
    return minus ? -real : real;
}

/// Digits in which single separators stand between two of them.
bool grouped(string_view text) {
    bool after_digit = false;
    for (const char c : text) {
        if (!is_digit(c) && (!after_digit || (c != '_' && c != ',')))
            return false;
        after_digit = is_digit(c);
    }
    return after_digit;
}

std::optional<Value> integer(string_view text) {
    const bool minus = take_minus(text);
    const auto based =
        [&](std::size_t skip, string_view allowed, int base) -> std::optional<Value> {
        const auto number = without(text.substr(skip), "_,");
        if (number.empty() || !only(text.substr(skip), allowed))
            return std::nullopt;
        return whole_number(minus, number, base);
    };
    if (text.starts_with("0x") || text.starts_with("0X"))
        return based(2, "0123456789abcdefABCDEF_", 16);
    if (text.starts_with("0b"))
        return based(2, "01_", 2);
    if (text.size() > 1 && text.front() == '0')
        return based(1, "01234567_,", 8);
    if (!grouped(text))
        return std::nullopt;
    return whole_number(minus, without(text, "_,"), 10);
}

/// `e` and a signed number; or nothing at all.
bool exponent(string_view text) {
    if (text.empty())
        return true;
    return (text[0] == 'e' || text[0] == 'E') && text.size() > 2 &&
           (text[1] == '+' || text[1] == '-') && only(text.substr(2), digits);
}

std::optional<Value> real(string_view text) {
    const bool minus = take_minus(text);
    const auto point = text.find('.');
    if (point == string_view::npos || text.size() == 1)
        return std::nullopt;
    const auto whole = text.substr(0, point);
    if (!whole.empty() && (!is_digit(whole[0]) || !only(whole, "0123456789_,")))
        return std::nullopt;
    const auto rest = text.substr(point + 1);
    const auto fraction = rest.substr(0, rest.find_first_not_of(digits));
    const auto power = rest.substr(fraction.size());
    if (!exponent(power) || (whole.empty() && fraction.empty()))
        return std::nullopt;
    const auto number = real_number("0" + without(whole, "_,") + "." + std::string(fraction) + "0" +
                                    without(lowercase(power), "+"));
    return minus ? -number : number;
}

std::vector<string_view> split_at_colons(string_view text) {
    std::vector<string_view> pieces;
    for (;;) {
        const auto colon = text.find(':');
        pieces.push_back(text.substr(0, colon));
        if (colon == string_view::npos)
            return pieces;
        text.remove_prefix(colon + 1);
    }
}

bool is_sixtieth(string_view piece) {
    return !piece.empty() && piece.size() <= 2 && only(piece, digits) &&
           (piece.size() == 1 || piece[0] <= '5');
}

/// Two or three numbers between colons, as YAML 1.1 counts hours; Ruby takes two for hours and
/// minutes, and a sign for that of the first only.
std::optional<Value> sexagesimal(string_view text) {
    const bool minus = take_minus(text);
    auto pieces = split_at_colons(text);
    if (pieces.size() < 2 || pieces.size() > 3)
        return std::nullopt;
    const auto last = pieces.back();
    const auto point = last.find('.');
    const bool fractional = point != string_view::npos;
    pieces.back() = last.substr(0, point);
    const bool good = !pieces[0].empty() && is_digit(pieces[0][0]) &&
                      only(pieces[0], "0123456789_") &&
                      std::all_of(pieces.begin() + 1, pieces.end(), is_sixtieth) &&
                      (!fractional || only(last.substr(point + 1), "0123456789_"));
    if (!good)
        return std::nullopt;
    pieces.back() = last;
    constexpr std::array<double, 3> weights = {3600, 60, 1};
    double seconds = 0;
    for (std::size_t i = 0; i < pieces.size(); ++i)
        seconds +=
            real_number(without(pieces[i], "_")) * (minus && i == 0 ? -weights[i] : weights[i]);
    constexpr double most = 1e15;  // beyond it a double skips whole numbers
    if (fractional || seconds >= most || seconds <= -most)
        return Value(seconds);
    return Value(static_cast<std::int64_t>(seconds));
}

/// YYYY-MM-DD with anything behind it: Ruby would make a date or a time of most of these.
bool looks_like_date(string_view text) {
    const auto digits_at = [&](std::size_t at, std::size_t most) {
        std::size_t count = 0;
        while (count < most && at + count < text.size() && is_digit(text[at + count]))
            ++count;
        return count;
    };
    std::size_t at = text.starts_with('-') ? 1 : 0;
    if (digits_at(at, 5) != 4 || at + 4 >= text.size() || text[at + 4] != '-')
        return false;
    at += 5;
    const auto month = digits_at(at, 2);
    if (month == 0 || at + month >= text.size() || text[at + month] != '-')
        return false;
    const auto day = digits_at(at + month + 1, 2);
    const auto end = at + month + 1 + day;
    return day > 0 && (end == text.size() || text[end] == ' ' || text[end] == '\t' ||
                       text[end] == 't' || text[end] == 'T');
}

Value symbol(string_view text) {
    text.remove_prefix(1);
    if (text.size() > 1 && (text.front() == '"' || text.front() == '\'')) {
        text.remove_prefix(1);
        if (text.ends_with('"') || text.ends_with('\''))
            text.remove_suffix(1);
    }
    return Symbol{std::string(text)};
}

std::optional<Value> word(const std::string& text) {
    const auto lower = lowercase(text);
    if (lower == "true" || lower == "yes" || lower == "on")
        return Value(true);
    if (lower == "false" || lower == "no" || lower == "off")
        return Value(false);
    if (text.empty() || text == "~" || lower == "null")
        return Value();
    const auto infinity = std::numeric_limits<double>::infinity();
    if (lower == ".inf" || lower == "+.inf")
        return Value(infinity);
    if (lower == "-.inf")
        return Value(-infinity);
    if (lower == ".nan")
        return Value(std::numeric_limits<double>::quiet_NaN());
    return std::nullopt;
}

Expected<Value> regexp(const std::string& text) {
    const auto close = text.rfind('/');
    if (text.empty() || text.front() != '/' || close == 0 || !only(text.substr(close + 1), "mixn"))
        return fail(Errc::malformed, "not a regular expression");
    Regexp pattern{text.substr(1, close - 1), 0};
    for (const char flag : text.substr(close + 1))
        pattern.options |= flag == 'i' ? 1 : flag == 'x' ? 2 : flag == 'm' ? 4 : 0;
    return Value(std::move(pattern));
}

Expected<Value> binary(const std::string& text) {
    if (text.empty())
        return Value("");
    MCO_TRY(bytes, text::base64_decode(text));
    return Value(std::move(bytes));
}

Expected<Value> as_float(std::string text) {
    MCO_TRY(number, plain_scalar(std::move(text)));
    const auto* whole = number.integer();
    return whole != nullptr ? Value(static_cast<double>(*whole)) : std::move(number);
}

/// Without what all of them begin with.
string_view short_name(const std::string& tag) {
    constexpr string_view standard = "tag:yaml.org,2002:";
    if (tag.starts_with(standard))
        return string_view(tag).substr(standard.size());
    return string_view(tag).substr(tag.starts_with('!') ? 1 : 0);
}

}  // namespace

Expected<Value> plain_scalar(std::string text) {
    if (auto known = word(text))
        return *std::move(known);
    if (text.size() > 1 && text.front() == ':')
        return symbol(text);
    if (text.find('\n') != std::string::npos)
        return Value(std::move(text));
    if (looks_like_date(text))
        return fail(Errc::malformed, "dates and times are not accepted unless they are quoted");
    if (auto number = sexagesimal(text))
        return *std::move(number);
    if (auto number = real(text))
        return *std::move(number);
    if (auto number = integer(text))
        return *std::move(number);
    return Value(std::move(text));
}

Expected<Value> tagged_scalar(const std::string& tag, std::string text) {
    const auto name = short_name(tag);
    if (name == "str")
        return Value(std::move(text));
    if (name == "ruby/symbol" || name == "ruby/sym")
        return Value(Symbol{std::move(text)});
    if (name == "ruby/regexp")
        return regexp(text);
    if (name == "binary")
        return binary(text);
    if (name == "float")
        return as_float(std::move(text));
    if (name.empty() || name == "int" || name == "bool")
        return plain_scalar(std::move(text));
    return fail(Errc::malformed, "this tag is not accepted");
}

bool plain_collection_tag(const std::string& tag) {
    return tag.empty() || tag == "!" || tag == "tag:yaml.org,2002:map" ||
           tag == "tag:yaml.org,2002:seq";
}

}  // namespace mco::serializer::yaml
