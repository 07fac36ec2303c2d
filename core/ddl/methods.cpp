#include "core/ddl/methods.hpp"

#include "core/ddl/evaluate.hpp"
#include "core/filter/pattern.hpp"
#include "core/text/ruby.hpp"
#include "core/text/utf8.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

namespace mco::ddl {

namespace {

constexpr std::size_t most_replacements = 10'000;  // of one gsub

char upper(char c) {
    return static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
}

char lower(char c) {
    return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
}

std::string stripped(const std::string& text) {
    constexpr std::string_view blank = " \t\n\v\f\r";
    const auto first = text.find_first_not_of(blank);
    return first == std::string::npos
               ? ""
               : text.substr(first, text.find_last_not_of(blank) - first + 1);
}

/// Where `wanted`, a string or pattern, first stands in `text`.
Expected<std::optional<filter::Span>> position(const std::string& text, const Value& wanted) {
    if (const auto* literal = wanted.string()) {
        const auto at = text.find(*literal);
        if (at == std::string::npos)
            return std::optional<filter::Span>();
        return std::optional<filter::Span>({at, at + literal->size()});
    }
    if (wanted.regexp() == nullptr)
        return fail(Errc::malformed, "sub wants a string or a regular expression");
    MCO_TRY(pattern, filter::Pattern::compile(*wanted.regexp()));
    return pattern.find(text);
}

/// Does the pattern ask for what stands beside a match? What is already replaced is gone by then.
bool looks_around(std::string_view pattern) {
    constexpr std::array<std::string_view, 9> signs = {
        "^", "$", "\\b", "\\B", "\\A", "\\G", "\\z", "\\Z", "(?<"};
    return std::any_of(signs.begin(), signs.end(), [pattern](std::string_view sign) {
        return pattern.find(sign) != std::string_view::npos;
    });
}

/// `text` with the first occurrence of a string or pattern replaced, or all of them.
Expected<Value> substituted(std::string text,
                            const Value& wanted,
                            const std::string& by,
                            bool all) {
    if (by.find('\\') != std::string::npos)
        return fail(Errc::malformed, "backslashes in the replacement of sub are not supported");
    if (all && wanted.regexp() != nullptr && looks_around(wanted.regexp()->source))
        return fail(Errc::malformed, "gsub with an anchor is not supported");
    std::string done;
    for (std::size_t times = 0; times < (all ? most_replacements : 1U) && !text.empty(); ++times) {
        MCO_TRY(found, position(text, wanted));
        if (!found || (all && found->begin == found->end))
            break;
        done += text.substr(0, found->begin) + by;
        text.erase(0, found->end);
    }
    return Value(done + text);
}

/// Text methods keep a symbol a symbol, as in Ruby.
Value like(const Value& original, std::string text) {
    return original.symbol() != nullptr ? Value(Symbol{std::move(text)}) : Value(std::move(text));
}

tl::unexpected<Error> unknown_method(const std::string& name) {
    return fail(Errc::malformed, "the method " + name + " is not supported here");
}

Value to_integer(const Value& on) {
    if (const auto* real = on.real())
        return Value(*real > -9e15 && *real < 9e15 ? static_cast<std::int64_t>(*real) : 0);
    if (const auto* text = on.string()) {
        const auto digits = stripped(*text);
        std::int64_t number = 0;
        std::from_chars(digits.data(), digits.data() + digits.size(), number);
        return Value(number);
    }
    return on;
}

Expected<Value> text_method(const std::string& name, const Value& on) {
    std::string changed = *on.text();
    if (name == "to_sym" || name == "intern")
        return Value(Symbol{changed});
    if (name == "strip" || name == "chomp") {
        if (name == "strip")
            return Value(stripped(changed));
        if (changed.ends_with('\n'))
            changed.pop_back();
        return Value(std::move(changed));
    }
    if (name != "capitalize" && name != "upcase" && name != "downcase")
        return unknown_method(name);
    std::transform(
        changed.begin(), changed.end(), changed.begin(), name == "upcase" ? upper : lower);
    if (name == "capitalize" && !changed.empty())
        changed.front() = upper(changed.front());
    return like(on, std::move(changed));
}

Expected<Value> list_method(const std::string& name, const Array& list) {
    if (name == "first" || name == "last")
        return list.empty() ? Value() : name == "first" ? list.front() : list.back();
    if (name == "reverse")
        return Value(Array(list.rbegin(), list.rend()));
    if (name == "join")
        return call_method(name, Value(list), {Value("")});
    return unknown_method(name);
}

Expected<Value> map_method(const std::string& name, const Map& map) {
    if (name != "keys" && name != "values")
        return unknown_method(name);
    Array list;
    for (const auto& entry : map.entries())
        list.push_back(name == "keys" ? entry.key : entry.value);
    return Value(std::move(list));
}

Expected<Value> method_without_arguments(const std::string& name, const Value& on) {
    if (name == "to_s")
        return Value(text::to_s(on));
    if (name == "freeze" || name == "dup" || name == "clone")
        return on;
    if (name == "to_i" &&
        (on.integer() != nullptr || on.real() != nullptr || on.string() != nullptr))
        return to_integer(on);
    if (name == "nil?")
        return Value(on.is_nil());
    const auto size = length(on);
    if (size >= 0 && (name == "length" || name == "size"))
        return Value(size);
    if (size >= 0 && name == "empty?")
        return Value(size == 0);
    if (on.text() != nullptr)
        return text_method(name, on);
    if (on.array() != nullptr)
        return list_method(name, *on.array());
    return on.map() != nullptr ? map_method(name, *on.map()) : unknown_method(name);
}

std::string joined_by(const Array& list, const std::string& separator) {
    std::string text;
    for (std::size_t i = 0; i < list.size(); ++i)
        text += (i == 0 ? "" : separator) + text::to_s(list[i]);
    return text;
}

}  // namespace

Expected<Value> call_method(const std::string& name,
                            const Value& on,
                            const std::vector<Value>& arguments) {
    if (arguments.empty())
        return method_without_arguments(name, on);
    const auto& first = arguments.front();
    const auto* text = on.text();
    if (text != nullptr && (name == "sub" || name == "gsub") && arguments.size() == 2 &&
        arguments[1].string() != nullptr)
        return substituted(*text, first, *arguments[1].string(), name == "gsub");
    if (arguments.size() != 1)
        return unknown_method(name);
    if (name == "join" && on.array() != nullptr && first.string() != nullptr)
        return Value(joined_by(*on.array(), *first.string()));
    if (name == "include?" && on.array() != nullptr)
        return Value(std::find(on.array()->begin(), on.array()->end(), first) != on.array()->end());
    if ((name == "include?" || name == "has_key?" || name == "key?") && on.map() != nullptr)
        return operate(Value(), "!=", *element(on, first));
    if (text != nullptr && first.string() != nullptr) {
        if (name == "include?")
            return Value(text->find(*first.string()) != std::string::npos);
        if (name == "start_with?")
            return Value(text->starts_with(*first.string()));
        if (name == "end_with?")
            return Value(text->ends_with(*first.string()));
    }
    if (name == "merge" && on.map() != nullptr && first.map() != nullptr) {
        Map merged = *on.map();
        for (const auto& entry : first.map()->entries())
            merged.set(entry.key, entry.value);
        return Value(std::move(merged));
    }
    return unknown_method(name);
}

std::int64_t length(const Value& value) {
    if (value.text() != nullptr)
        return static_cast<std::int64_t>(text::utf8_length(*value.text()));
    if (value.array() != nullptr)
        return static_cast<std::int64_t>(value.array()->size());
    return value.map() != nullptr ? static_cast<std::int64_t>(value.map()->size()) : -1;
}

Expected<Value> element(const Value& on, const Value& key) {
    if (const auto* map = on.map()) {
        for (const auto& entry : map->entries()) {
            if (entry.key == key)
                return entry.value;
        }
        return Value();
    }
    const auto* text = on.string();
    if (text != nullptr && (key.string() != nullptr || key.regexp() != nullptr)) {
        MCO_TRY(found, position(*text, key));
        return found ? Value(text->substr(found->begin, found->end - found->begin)) : Value();
    }
    const auto size = length(on);
    if (key.integer() == nullptr || size < 0)
        return fail(Errc::malformed, "there is no such element");
    const auto index = *key.integer() < 0 ? *key.integer() + size : *key.integer();
    if (index < 0 || index >= size)
        return Value();
    return on.array() != nullptr ? (*on.array())[static_cast<std::size_t>(index)]
                                 : stretch(on, index, 1);
}

Expected<Value> stretch(const Value& on, std::int64_t first, std::int64_t count) {
    const auto size = length(on);
    if (size < 0 || on.map() != nullptr)
        return fail(Errc::malformed, "only lists and texts have parts");
    if (first < 0)
        first += size;
    if (first < 0 || first > size || count < 0)
        return Value();
    count = std::min(count, size - first);
    if (const auto* list = on.array())
        return Value(Array(list->begin() + first, list->begin() + first + count));
    std::string_view rest = *on.text();
    const auto character = [](std::string_view from) {
        return std::max(text::utf8_character(from), std::size_t{1});
    };
    for (; first > 0; --first)
        rest.remove_prefix(character(rest));
    std::size_t end = 0;
    for (; count > 0; --count)
        end += character(rest.substr(end));
    return Value(rest.substr(0, end));
}

}  // namespace mco::ddl
