#include "core/ruby/format.hpp"

#include "core/text/ruby.hpp"
#include "core/text/utf8.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

namespace mco::ruby {
namespace {

constexpr std::size_t widest = 1000;

/// One conversion, such as `%-10.2f`.
struct Conversion {
    bool left = false;
    bool plus = false;
    bool space = false;
    bool zeros = false;
    std::size_t width = 0;
    std::optional<std::size_t> precision;
    char type = '\0';
};

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

Expected<std::size_t> read_size(std::string_view format, std::size_t& at) {
    std::size_t size = 0;
    for (; at < format.size() && is_digit(format[at]); ++at) {
        size = size * 10 + static_cast<std::size_t>(format[at] - '0');
        if (size > widest)
            return fail(Errc::limit, "a width in the format is too large");
    }
    return size;
}

void read_flags(std::string_view format, std::size_t& at, Conversion& conversion) {
    for (; at < format.size(); ++at) {
        switch (format[at]) {
            case '-':
                conversion.left = true;
                break;
            case '+':
                conversion.plus = true;
                break;
            case ' ':
                conversion.space = true;
                break;
            case '0':
                conversion.zeros = true;
                break;
            default:
                return;
        }
    }
}

/// Behind the percent sign; `at` ends behind the type.
Expected<Conversion> read_conversion(std::string_view format, std::size_t& at) {
    Conversion conversion;
    read_flags(format, at, conversion);
    MCO_TRY(width, read_size(format, at));
    conversion.width = width;
    if (at < format.size() && format[at] == '.') {
        ++at;
        MCO_TRY(precision, read_size(format, at));
        conversion.precision = precision;
    }
    if (at == format.size())
        return fail(Errc::invalid, "the format ends inside a conversion");
    conversion.type = format[at++];
    return conversion;
}

std::string padded(std::string text, const Conversion& conversion) {
    const auto length = text::utf8_length(text);
    if (length >= conversion.width)
        return text;
    const std::string blanks(conversion.width - length, ' ');
    return conversion.left ? text + blanks : blanks + text;
}

/// A number's digits with sign, zeros and padding around them.
std::string signed_padded(bool negative,
                          std::string digits,
                          const Conversion& conversion,
                          bool zeros_fit) {
    std::string sign;
    if (negative)
        sign = "-";
    else if (conversion.plus || conversion.space)
        sign = conversion.plus ? "+" : " ";
    const auto taken = sign.size() + digits.size();
    if (conversion.zeros && zeros_fit && !conversion.left && taken < conversion.width)
        digits.insert(0, conversion.width - taken, '0');
    return padded(sign + digits, conversion);
}

std::optional<double> as_real(const Value& value) {
    if (const auto* whole = value.integer())
        return static_cast<double>(*whole);
    if (const auto* real = value.real())
        return *real;
    const auto* text = value.string();
    if (text == nullptr)
        return std::nullopt;
    double number = 0;
    const auto* end = text->data() + text->size();
    const auto [stopped, problem] = std::from_chars(text->data(), end, number);
    return problem == std::errc() && stopped == end ? std::optional(number) : std::nullopt;
}

std::string fixed_digits(double magnitude, std::size_t precision, std::chars_format style) {
    std::array<char, 2048> buffer{};
    const auto end = std::to_chars(buffer.data(),
                                   buffer.data() + buffer.size(),
                                   magnitude,
                                   style,
                                   static_cast<int>(precision));
    return {buffer.data(), end.ptr};
}

tl::unexpected<Error> no_number(const Value& value) {
    return fail(Errc::invalid, "the value " + text::inspect(value) + " is not a number");
}

Expected<std::string> whole_number(const Value& value, const Conversion& conversion) {
    std::string digits;
    bool negative = false;
    if (const auto* whole = value.integer()) {
        digits = std::to_string(*whole);
        negative = *whole < 0;
        digits.erase(0, negative ? 1 : 0);
    } else {
        const auto number = as_real(value);
        if (!number || !std::isfinite(*number))
            return no_number(value);
        negative = *number <= -1;
        digits = fixed_digits(std::trunc(std::abs(*number)), 0, std::chars_format::fixed);
    }
    if (conversion.precision && digits.size() < *conversion.precision)
        digits.insert(0, *conversion.precision - digits.size(), '0');
    return signed_padded(negative, std::move(digits), conversion, !conversion.precision);
}

Expected<std::string> real_number(const Value& value, const Conversion& conversion) {
    const auto number = as_real(value);
    if (!number)
        return no_number(value);
    if (std::isnan(*number))
        return signed_padded(false, "NaN", conversion, false);
    const bool negative = std::signbit(*number);
    if (std::isinf(*number))
        return signed_padded(negative, "Inf", conversion, false);
    auto style = std::chars_format::fixed;
    if (conversion.type != 'f')
        style = conversion.type == 'e' ? std::chars_format::scientific : std::chars_format::general;
    return signed_padded(negative,
                         fixed_digits(std::abs(*number), conversion.precision.value_or(6), style),
                         conversion,
                         true);
}

std::string text_of(const Value& value, const Conversion& conversion) {
    auto text = text::to_s(value);
    if (!conversion.precision)
        return padded(std::move(text), conversion);
    std::size_t end = 0;
    for (std::size_t count = 0; count < *conversion.precision && end < text.size(); ++count)
        end += std::max<std::size_t>(text::utf8_character(std::string_view(text).substr(end)), 1);
    return padded(text.substr(0, end), conversion);
}

Expected<std::string> converted(const Value& value, const Conversion& conversion) {
    switch (conversion.type) {
        case 's':
            return text_of(value, conversion);
        case 'd':
        case 'i':
        case 'u':
            return whole_number(value, conversion);
        case 'f':
        case 'e':
        case 'g':
            return real_number(value, conversion);
        default:
            return fail(Errc::invalid,
                        std::string("the conversion %") + conversion.type + " is not supported");
    }
}

}  // namespace

Expected<std::string> format(std::string_view format, const Array& arguments) {
    std::string result;
    std::size_t next = 0;
    for (std::size_t at = 0; at < format.size();) {
        const char c = format[at++];
        if (c != '%') {
            result += c;
            continue;
        }
        MCO_TRY(conversion, read_conversion(format, at));
        if (conversion.type == '%') {
            result += '%';
            continue;
        }
        if (next == arguments.size())
            return fail(Errc::invalid, "the format wants more values than there are");
        MCO_TRY(text, converted(arguments[next++], conversion));
        result += text;
    }
    return result;
}

}  // namespace mco::ruby
