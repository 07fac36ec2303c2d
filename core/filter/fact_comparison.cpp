#include "core/filter/fact_comparison.hpp"

#include "core/filter/pattern.hpp"
#include "core/text/utf8.hpp"

#include <algorithm>
#include <charconv>
#include <compare>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mco::filter {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool all_digits(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

/// `[0-9]+.[0-9]+`, where the dot is any one character: three digits are such a text as well.
bool digits_around_one(std::string_view line) {
    const auto first = static_cast<std::size_t>(
        std::find_if_not(line.begin(), line.end(), is_digit) - line.begin());
    if (first == line.size())
        return line.size() >= 3;
    const auto middle = std::max<std::size_t>(text::utf8_character(line.substr(first)), 1);
    return first > 0 && all_digits(line.substr(first + middle));
}

/// The original's tests are line-anchored: one fitting line is enough.
template <class Test>
bool any_line(std::string_view text, Test test) {
    while (true) {
        const auto end = text.find('\n');
        if (test(text.substr(0, end)))
            return true;
        if (end == std::string_view::npos)
            return false;
        text.remove_prefix(end + 1);
    }
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blank = " \t\n\v\f\r";
    const auto first = text.find_first_not_of(blank);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

Error no_number(std::string_view text) {
    return {Errc::invalid, "cannot compare " + quoted_pattern(text) + " as a number"};
}

/// Decimal digits without leading zeros, so that length and then text decide: no number is too
/// long.
Expected<std::string_view> as_integer(std::string_view text) {
    const auto digits = trimmed(text);
    if (!all_digits(digits))
        return tl::unexpected(no_number(text));
    return digits.substr(std::min(digits.find_first_not_of('0'), digits.size() - 1));
}

/// `1.5`, `1e5`, `1_5` (which is 15) and plain digits; everything else only looked like a number.
Expected<double> as_float(std::string_view text) {
    std::string digits(trimmed(text));
    digits.erase(std::remove(digits.begin(), digits.end(), '_'), digits.end());
    double number = 0;
    const auto* end = digits.data() + digits.size();
    const auto [stopped, problem] = std::from_chars(digits.data(), end, number);
    if (stopped != end || (problem != std::errc() && problem != std::errc::result_out_of_range))
        return tl::unexpected(no_number(text));
    return problem == std::errc() ? number : std::numeric_limits<double>::infinity();
}

Expected<std::partial_ordering> compare(std::string_view fact, std::string_view value) {
    if (any_line(fact, all_digits) && any_line(value, all_digits)) {
        MCO_TRY(left, as_integer(fact));
        MCO_TRY(right, as_integer(value));
        return left.size() == right.size() ? left <=> right : left.size() <=> right.size();
    }
    if (any_line(fact, digits_around_one) && any_line(value, digits_around_one)) {
        MCO_TRY(left, as_float(fact));
        MCO_TRY(right, as_float(value));
        return left <=> right;
    }
    return fact <=> value;
}

bool holds(std::string_view op, std::partial_ordering order) {
    if (op == "!=")
        return std::is_neq(order);
    if (op == "<")
        return std::is_lt(order);
    if (op == "<=")
        return std::is_lteq(order);
    return op == ">" ? std::is_gt(order) : std::is_gteq(order);
}

bool is_ordering(std::string_view op) {
    return op == "!=" || op == "<" || op == "<=" || op == ">" || op == ">=";
}

/// What remains of a FactTest when the fact is known: the pattern is compiled once for all
/// elements.
struct ElementTest {
    const FactTest& test;
    std::optional<Pattern> pattern;

    Expected<bool> operator()(const Value& element) const {
        const auto* text = element.text();
        if (test.op == "==")
            return text != nullptr && *text == test.value;
        if (text == nullptr && test.op == "!=")
            return true;
        if (text == nullptr)
            return fail(
                Errc::invalid,
                "the fact " + test.fact + " holds nested structures and cannot be compared");
        if (pattern)
            return pattern->search(*text);
        MCO_TRY(order, compare(*text, test.value));
        return holds(test.op, order);
    }
};

/// What is compared: the elements of a list, the keys of a map, or the fact itself.
std::vector<const Value*> elements_of(const Value& fact) {
    std::vector<const Value*> elements;
    if (const auto* list = fact.array()) {
        for (const auto& item : *list)
            elements.push_back(&item);
    } else if (const auto* map = fact.map()) {
        for (const auto& entry : map->entries())
            elements.push_back(&entry.key);
    } else {
        elements.push_back(&fact);
    }
    return elements;
}

}  // namespace

std::string_view pattern_of(std::string_view value) {
    std::string_view inner = value;
    any_line(value, [&inner](std::string_view line) {
        const bool wrapped = line.size() > 2 && line.front() == '/' && line.back() == '/';
        if (wrapped)
            inner = line.substr(1, line.size() - 2);
        return wrapped;
    });
    return inner;
}

Expected<bool> satisfies(const FactTest& test, const Value* fact) {
    const bool known = test.op == "==" || test.op == "=~" || is_ordering(test.op);
    if (fact == nullptr || !known)
        return false;
    ElementTest fits{test, std::nullopt};
    if (test.op == "=~") {
        MCO_TRY(pattern, Pattern::compile(pattern_of(test.value)));
        fits.pattern = std::move(pattern);
    }
    for (const auto* element : elements_of(*fact)) {
        MCO_TRY(hit, fits(*element));
        if (hit)
            return true;
    }
    return false;
}

}  // namespace mco::filter
