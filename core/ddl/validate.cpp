#include "core/ddl/validate.hpp"

#include "core/ddl/validators.hpp"
#include "core/filter/pattern.hpp"
#include "core/serializer/json.hpp"
#include "core/text/ruby.hpp"
#include "core/text/utf8.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <string>

namespace mco::ddl {
namespace {

Expected<void> check_length(const std::string& text, std::size_t longest) {
    if (longest > 0 && text::utf8_length(text) > longest)
        return fail(Errc::invalid,
                    "Input string is longer than " + std::to_string(longest) + " character(s)");
    return {};
}

Expected<void> check_member(const Value& value, const std::vector<Value>& list) {
    if (std::find(list.begin(), list.end(), value) == list.end())
        return fail(Errc::invalid, "value should be one of " + text::joined(list));
    return {};
}

/// `^` and `$` mean the whole text here: the original lets a second line slip past them.
Expected<void> check_pattern(const std::string& text, const Pattern& wanted) {
    MCO_TRY(pattern,
            filter::Pattern::compile({wanted.source, wanted.options}, filter::Anchors::whole_text));
    MCO_TRY(found, pattern.search(text));
    if (!found)
        return fail(Errc::invalid,
                    "value should match " +
                        (wanted.regexp ? text::inspect(Regexp{wanted.source, wanted.options})
                                       : wanted.source));
    return {};
}

Expected<void> check_string(const Input& input, const Value& value) {
    MCO_CHECK(check_by_name("string", value));
    const auto& text = *value.string();
    MCO_CHECK(check_length(text, input.maxlength));
    if (!input.list.empty())
        MCO_CHECK(check_member(value, input.list));
    if (const auto* pattern = std::get_if<Pattern>(&input.validation))
        return check_pattern(text, *pattern);
    if (const auto* validator = std::get_if<ValidatorName>(&input.validation))
        return check_by_name(validator->name, value);
    return {};
}

Expected<void> check_value(const Input& input, const Value& value) {
    if (input.type == "string")
        return check_string(input, value);
    if (input.type == "list")
        return check_member(value, input.list);
    return check_by_name(input.type, value);
}

bool all_digits(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// The original's words, and which input they are about.
tl::unexpected<Error> unlike(std::string_view text, const char* what, const Input& input) {
    return fail(Errc::invalid,
                std::string(text) + " does not look like a " + what + ", which input " +
                    input.name + " must be");
}

Expected<Value> to_number(std::string_view text, const Input& input) {
    const auto* end = text.data() + text.size();
    const auto dot = text.find('.');
    if (all_digits(text)) {
        std::int64_t number = 0;
        if (std::from_chars(text.data(), end, number).ec == std::errc())
            return Value(number);
    } else if (dot != std::string_view::npos && all_digits(text.substr(0, dot)) &&
               all_digits(text.substr(dot + 1))) {
        double number = 0;
        if (std::from_chars(text.data(), end, number).ec == std::errc())
            return Value(number);
    }
    return unlike(text, "number", input);
}

Expected<Value> to_boolean(std::string_view text, const Input& input) {
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
        return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    });
    constexpr std::array<std::string_view, 5> yes = {"true", "t", "yes", "y", "1"};
    constexpr std::array<std::string_view, 5> no = {"false", "f", "no", "n", "0"};
    if (std::find(yes.begin(), yes.end(), lower) != yes.end())
        return Value(true);
    if (std::find(no.begin(), no.end(), lower) != no.end())
        return Value(false);
    return unlike(text, "boolean", input);
}

bool has_structure(std::string_view type, const Value& value) {
    return type == "array" ? value.array() != nullptr : value.map() != nullptr;
}

/// Nobody types lists and hashes but as JSON. The text may hold secrets, so no error cites it.
Expected<Value> to_structure(std::string_view text, const Input& input) {
    auto decoded = serializer::decode_json(text);
    if (!decoded || !has_structure(input.type, *decoded))
        return fail(Errc::invalid,
                    "The input " + input.name + " must be " +
                        (input.type == "array" ? "a list" : "a hash") + " in JSON" +
                        (decoded ? "" : ": " + decoded.error().message));
    return decoded;
}

}  // namespace

Expected<void> validate(const Input& input, const Value& value) {
    const auto outcome = check_value(input, value);
    if (!outcome)
        return fail(Errc::invalid,
                    "Cannot validate input " + input.name + ": " + outcome.error().message);
    return {};
}

Expected<const Action*> validate(const Ddl& ddl,
                                 std::string_view agent,
                                 std::string_view action,
                                 const Map& inputs) {
    const auto* declared = ddl.action(action);
    if (declared == nullptr)
        return fail(Errc::not_found,
                    "Attempted to call action " + std::string(action) + " for " +
                        std::string(agent) + " but it's not declared in the DDL");
    for (const auto& input : declared->inputs) {
        const auto* value = inputs.find(input.name);
        if (value != nullptr)
            MCO_CHECK(validate(input, *value));
        else if (!input.optional)
            return fail(Errc::invalid,
                        "Action " + declared->name + " needs a " + input.name + " argument");
    }
    return declared;
}

Expected<Value> convert(const Input& input, std::string_view text) {
    if (input.type == "boolean")
        return to_boolean(text, input);
    if (input.type == "integer" || input.type == "float" || input.type == "number")
        return to_number(text, input);
    if (input.type == "array" || input.type == "hash")
        return to_structure(text, input);
    return Value(text);
}

void apply_defaults(const Action& action, Map& inputs) {
    for (const auto& input : action.inputs) {
        if (!input.optional && !input.default_value.is_nil() && inputs.find(input.name) == nullptr)
            inputs.set(input.name, input.default_value);
    }
}

void fill_outputs(const Action& action, Map& data) {
    Map filled;
    for (const auto& output : action.outputs) {
        const auto* value = data.find(output.name);
        filled.set(output.name, value == nullptr ? output.default_value : *value);
    }
    for (auto& [key, value] : data.entries()) {
        if (key.text() == nullptr || action.output(*key.text()) == nullptr)
            filled.set(std::move(key), std::move(value));
    }
    data = std::move(filled);
}

}  // namespace mco::ddl
