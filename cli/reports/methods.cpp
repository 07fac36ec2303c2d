#include "cli/reports/methods.hpp"

#include "core/text/ruby.hpp"
#include "core/text/utf8.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>

namespace mco::reports {
namespace {

using Arguments = std::vector<const Value*>;

tl::unexpected<Error> unsuitable() {
    return fail(Errc::invalid, "");  // the caller knows the method and says what it was called on
}

Value whole(std::size_t number) {
    return static_cast<std::int64_t>(number);
}

Expected<Value> size(const Value& on, const Arguments&) {
    if (const auto* list = on.array())
        return whole(list->size());
    if (const auto* map = on.map())
        return whole(map->size());
    if (const auto* text = on.text())
        return whole(text::utf8_length(*text));
    return unsuitable();
}

Expected<Value> is_empty(const Value& on, const Arguments& arguments) {
    MCO_TRY(count, size(on, arguments));
    return Value(count == Value(0));
}

Expected<Value> is_nil(const Value& on, const Arguments&) {
    return Value(on.is_nil());
}

/// Nested lists are joined with the same text, as Ruby does.
void join_into(std::string& text, bool& first, const Array& list, const std::string& between) {
    for (const auto& element : list) {
        if (const auto* nested = element.array()) {
            join_into(text, first, *nested, between);
            continue;
        }
        text += (first ? "" : between) + text::to_s(element);
        first = false;
    }
}

Expected<Value> join(const Value& on, const Arguments& arguments) {
    if (on.array() == nullptr)
        return unsuitable();
    std::string text;
    bool first = true;
    join_into(text,
              first,
              *on.array(),
              arguments.empty() ? std::string() : text::to_s(*arguments.front()));
    return Value(std::move(text));
}

std::optional<double> number(const Value& value) {
    if (const auto* integer = value.integer())
        return static_cast<double>(*integer);
    return value.real() != nullptr ? std::optional(*value.real()) : std::nullopt;
}

/// Numbers before texts: there is an order for every list, even where Ruby has none.
bool is_before(const Value& a, const Value& b) {
    const auto first = number(a);
    const auto second = number(b);
    if (first && second)
        return *first < *second;
    if (first || second)
        return first.has_value();
    return text::to_s(a) < text::to_s(b);
}

Expected<Value> sort(const Value& on, const Arguments&) {
    if (on.array() == nullptr)
        return unsuitable();
    auto list = *on.array();
    std::stable_sort(list.begin(), list.end(), is_before);
    return Value(std::move(list));
}

Expected<Value> reverse(const Value& on, const Arguments&) {
    if (on.array() == nullptr)
        return unsuitable();
    return Value(Array(on.array()->rbegin(), on.array()->rend()));
}

Expected<Value> uniq(const Value& on, const Arguments&) {
    if (on.array() == nullptr)
        return unsuitable();
    Array list;
    for (const auto& element : *on.array())
        if (std::find(list.begin(), list.end(), element) == list.end())
            list.push_back(element);
    return Value(std::move(list));
}

Expected<Value> first(const Value& on, const Arguments&) {
    if (on.array() == nullptr)
        return unsuitable();
    return on.array()->empty() ? Value() : on.array()->front();
}

Expected<Value> last(const Value& on, const Arguments&) {
    if (on.array() == nullptr)
        return unsuitable();
    return on.array()->empty() ? Value() : on.array()->back();
}

Expected<Value> includes(const Value& on, const Arguments& arguments) {
    const auto& wanted = *arguments.front();
    if (const auto* list = on.array())
        return Value(std::find(list->begin(), list->end(), wanted) != list->end());
    if (on.map() != nullptr && wanted.text() != nullptr)
        return Value(on.find(*wanted.text()) != nullptr);
    if (on.text() != nullptr && wanted.text() != nullptr)
        return Value(on.text()->find(*wanted.text()) != std::string::npos);
    return unsuitable();
}

Expected<Value> keys(const Value& on, const Arguments&) {
    if (on.map() == nullptr)
        return unsuitable();
    Array all;
    for (const auto& entry : on.map()->entries())
        all.push_back(entry.key);
    return Value(std::move(all));
}

Expected<Value> fetch(const Value& on, const Arguments& arguments) {
    if (on.map() == nullptr || arguments.front()->text() == nullptr)
        return unsuitable();
    const auto* found = on.find(*arguments.front()->text());
    return found != nullptr ? *found : *arguments.back();
}

Expected<Value> to_s(const Value& on, const Arguments&) {
    return Value(text::to_s(on));
}

Expected<Value> inspect(const Value& on, const Arguments&) {
    return Value(text::inspect(on));
}

/// The number at the front of a text, otherwise 0, as in Ruby.
double leading_number(const std::string& text) {
    const auto begin = text.find_first_not_of(" \t\n");
    double value = 0;
    if (begin != std::string::npos)
        std::from_chars(
            text.data() + begin, text.data() + text.size(), value, std::chars_format::fixed);
    return std::isfinite(value) ? value : 0;
}

Expected<Value> to_f(const Value& on, const Arguments&) {
    if (const auto given = number(on))
        return Value(*given);
    if (on.is_nil())
        return Value(0.0);
    if (on.string() == nullptr)
        return unsuitable();
    return Value(leading_number(*on.string()));
}

Expected<Value> to_i(const Value& on, const Arguments& arguments) {
    constexpr double largest = 9.2e18;
    if (on.integer() != nullptr)
        return on;
    MCO_TRY(real, to_f(on, arguments));
    if (!(std::abs(*real.real()) < largest))
        return unsuitable();
    return Value(static_cast<std::int64_t>(*real.real()));
}

/// A text, byte by byte; a symbol becomes a text.
template <class Change>
Expected<Value> changed(const Value& on, Change change) {
    if (on.text() == nullptr)
        return unsuitable();
    auto text = *on.text();
    std::transform(text.begin(), text.end(), text.begin(), [&](char c) {
        return static_cast<char>(change(static_cast<unsigned char>(c)));
    });
    return Value(std::move(text));
}

Expected<Value> upcase(const Value& on, const Arguments&) {
    return changed(on, [](int c) { return std::toupper(c); });
}

Expected<Value> downcase(const Value& on, const Arguments&) {
    return changed(on, [](int c) { return std::tolower(c); });
}

Expected<Value> capitalize(const Value& on, const Arguments& arguments) {
    MCO_TRY(lower, downcase(on, arguments));
    auto text = *lower.string();
    if (!text.empty())
        text.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(text.front())));
    return Value(std::move(text));
}

Expected<Value> strip(const Value& on, const Arguments&) {
    if (on.text() == nullptr)
        return unsuitable();
    constexpr std::string_view blank = " \t\n\v\f\r";
    const auto& text = *on.text();
    const auto begin = text.find_first_not_of(blank);
    if (begin == std::string::npos)
        return Value("");
    return Value(text.substr(begin, text.find_last_not_of(blank) - begin + 1));
}

constexpr std::array<Method, 25> methods = {{
    {"size", 0, 0, size},         {"length", 0, 0, size},       {"count", 0, 0, size},
    {"empty?", 0, 0, is_empty},   {"nil?", 0, 0, is_nil},       {"join", 0, 1, join},
    {"sort", 0, 0, sort},         {"reverse", 0, 0, reverse},   {"uniq", 0, 0, uniq},
    {"first", 0, 0, first},       {"last", 0, 0, last},         {"include?", 1, 1, includes},
    {"has_key?", 1, 1, includes}, {"key?", 1, 1, includes},     {"member?", 1, 1, includes},
    {"keys", 0, 0, keys},         {"fetch", 2, 2, fetch},       {"to_s", 0, 0, to_s},
    {"inspect", 0, 0, inspect},   {"to_i", 0, 0, to_i},         {"to_f", 0, 0, to_f},
    {"upcase", 0, 0, upcase},     {"downcase", 0, 0, downcase}, {"capitalize", 0, 0, capitalize},
    {"strip", 0, 0, strip},
}};

}  // namespace

const Method* find_method(std::string_view name) {
    const auto found = std::find_if(
        methods.begin(), methods.end(), [&](const Method& one) { return one.name == name; });
    return found == methods.end() ? nullptr : &*found;
}

std::vector<std::string> method_names() {
    std::vector<std::string> names;
    for (const auto& one : methods)
        names.emplace_back(one.name);
    return names;
}

bool is_true(const Value& value) {
    return !value.is_nil() && value != Value(false);
}

}  // namespace mco::reports
