// What a data plug-in answers, held against a function of a compound filter (protocol §8.2).
#include "core/filter/compound.hpp"
#include "core/filter/pattern.hpp"
#include "core/filter/ruby_number.hpp"

#include <compare>
#include <string>
#include <string_view>

namespace mco::filter {
namespace {

bool holds(std::string_view op, std::partial_ordering order) {
    if (op == "!=")
        return std::is_neq(order);
    if (op == "<")
        return std::is_lt(order);
    if (op == "<=")
        return std::is_lteq(order);
    if (op == ">")
        return std::is_gt(order);
    return op == ">=" ? std::is_gteq(order) : op == "==" && std::is_eq(order);
}

bool is_equality(std::string_view op) {
    return op == "==" || op == "!=";
}

std::string trimmed(std::string_view text) {
    constexpr std::string_view blank = " \t\n\v\f\r";
    const auto first = text.find_first_not_of(blank);
    if (first == std::string_view::npos)
        return {};
    return std::string(text.substr(first, text.find_last_not_of(blank) - first + 1));
}

Expected<bool> compare_number(const DataTest& test, const Number& answer) {
    const auto wanted = ruby_number(test.value);
    if (!wanted)
        return fail(Errc::invalid, "cannot compare " + quoted_pattern(test.value) + " as a number");
    return holds(test.op, compare(answer, *wanted));
}

Expected<bool> compare_boolean(const DataTest& test, bool answer) {
    const auto wanted = trimmed(test.value);
    if (!is_equality(test.op))
        return false;
    if (wanted != "true" && wanted != "false")
        return fail(Errc::invalid,
                    "cannot compare " + quoted_pattern(test.value) + " with true or false");
    return ((wanted == "true") == answer) == (test.op == "==");
}

Expected<bool> search(const DataTest& test, const Value& answer) {
    const auto* text = answer.text();
    if (text == nullptr)
        return false;
    MCO_TRY(pattern, Pattern::compile(test.value, {Anchors::lines, test.flags}));
    MCO_TRY(found, pattern.search(*text));
    return found == (test.op == "=~");
}

}  // namespace

std::string data_plugin_name(std::string_view function) {
    constexpr std::string_view suffix = "_data";
    std::string name(function);
    for (auto& c : name)
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    if (name.size() > suffix.size() && name.ends_with(suffix))
        name.resize(name.size() - suffix.size());
    return name;
}

Expected<bool> satisfies(const DataTest& test, const Map& answer) {
    const auto* value = test.field.empty() ? nullptr : answer.find(test.field);
    if (value == nullptr || value->is_nil())
        return false;
    if (test.op == "=~" || test.op == "!=~")
        return search(test, *value);
    if (const auto* text = value->text())
        return is_equality(test.op) && (*text == test.value) == (test.op == "==");
    if (const auto* flag = value->boolean())
        return compare_boolean(test, *flag);
    if (const auto* integer = value->integer())
        return compare_number(test, *integer);
    if (const auto* real = value->real())
        return compare_number(test, *real);
    return false;
}

}  // namespace mco::filter
