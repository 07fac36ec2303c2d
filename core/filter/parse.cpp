#include "core/filter/parse.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string>

namespace mco::filter {
namespace {

struct Operator {
    std::string_view spelling;
    std::string_view op;  // as it goes on the wire
};

constexpr std::array<Operator, 1> at_least = {{{"=>", ">="}}};
constexpr std::array<Operator, 1> at_most = {{{"=<", "<="}}};
constexpr std::array<Operator, 7> as_written = {
    {{"<=", "<="}, {">=", ">="}, {"<", "<"}, {">", ">"}, {"!=", "!="}, {"==", "=="}, {"=~", "=~"}}};
constexpr std::array<Operator, 1> equals = {{{"=", "=="}}};

std::size_t skip_spaces(std::string_view text, std::size_t at) {
    return std::min(text.find_first_not_of(' ', at), text.size());
}

/// Leading spaces do not belong to the value, except that a value of spaces only is one space.
std::string_view value_in(std::string_view rest) {
    const auto first = skip_spaces(rest, 0);
    return first == rest.size() ? rest.substr(rest.size() - 1) : rest.substr(first);
}

/// The shortest name before one of the operators, with something after it. `excluded` cannot stand
/// in the name.
std::optional<FactTest> split(std::string_view text,
                              std::span<const Operator> operators,
                              std::string_view excluded) {
    for (std::size_t length = 1;
         length < text.size() && excluded.find(text[length - 1]) == std::string_view::npos;
         ++length) {
        const auto rest = text.substr(skip_spaces(text, length));
        for (const auto& [spelling, op] : operators) {
            if (rest.starts_with(spelling) && rest.size() > spelling.size())
                return FactTest{std::string(text.substr(0, length)),
                                std::string(value_in(rest.substr(spelling.size()))),
                                std::string(op)};
        }
    }
    return std::nullopt;
}

/// `NAME = /…/`, where the name may contain spaces. The slashes stay: peers expect them.
std::optional<FactTest> split_pattern(std::string_view text) {
    for (auto equal = text.find('=', 1); equal != std::string_view::npos;
         equal = text.find('=', equal + 1)) {
        const auto value = text.substr(skip_spaces(text, equal + 1));
        if (value.size() < 3 || value.front() != '/' || value.back() != '/')
            continue;
        const auto last = text.substr(0, equal).find_last_not_of(' ');
        const auto name = last == std::string_view::npos ? 1 : last + 1;
        return FactTest{std::string(text.substr(0, name)), std::string(value), "=~"};
    }
    return std::nullopt;
}

std::optional<FactTest> read_fact(std::string_view text) {
    if (text.find('\n') != std::string_view::npos)
        return std::nullopt;
    for (const std::span<const Operator> operators :
         {std::span<const Operator>(at_least), {at_most}, {as_written}}) {
        if (auto test = split(text, operators, " "))
            return test;
    }
    if (auto test = split_pattern(text))
        return test;
    return split(text, equals, "= ");
}

}  // namespace

Expected<FactTest> parse_fact(std::string_view text) {
    if (auto test = read_fact(text))
        return *std::move(test);
    return fail(Errc::malformed,
                "Could not parse fact " + std::string(text) + ": it is not in a valid fact format");
}

void add_with(Filter& filter, std::string_view words) {
    constexpr std::string_view blank = " \t\n\v\f\r";
    for (auto at = words.find_first_not_of(blank); at != std::string_view::npos;) {
        const auto end = std::min(words.find_first_of(blank, at), words.size());
        const auto word = words.substr(at, end - at);
        if (auto test = read_fact(word))
            filter.facts.push_back(*std::move(test));
        else
            filter.classes.emplace_back(word);
        at = words.find_first_not_of(blank, end);
    }
}

}  // namespace mco::filter
