#include "agents/puppet/resource_catalog.hpp"

#include "core/text/utf8.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string_view>
#include <utility>

namespace mco::puppet {
namespace {

using Json = nlohmann::ordered_json;  // Puppet reads parameters in order, and the last one wins

constexpr std::size_t most_parameters = 64;
constexpr std::size_t longest_parameter_name = 64;
constexpr std::size_t largest_catalog = 1u << 20;

/// Types of Puppet's own whose name is also spelt otherwise.
constexpr std::array<std::pair<std::string_view, std::string_view>, 4> other_spellings = {
    {{"exec", "command"}, {"file", "path"}, {"k5login", "path"}, {"tidy", "path"}}};

bool is_word(std::string_view text) {
    const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
    return !text.empty() && is_letter(text.front()) &&
           std::all_of(text.begin(), text.end(), [&](char c) {
               return is_letter(c) || (c >= '0' && c <= '9') || c == '_';
           });
}

bool is_type(std::string_view text) {
    for (;;) {
        const std::size_t end = text.find("::");
        if (!is_word(text.substr(0, end)))
            return false;
        if (end == std::string_view::npos)
            return true;
        text.remove_prefix(end + 2);
    }
}

bool is_line(const std::string& text) {
    return text::is_utf8(text) && std::all_of(text.begin(), text.end(), [](unsigned char c) {
               return c >= 0x20 && c != 0x7f;
           });
}

std::optional<Json> scalar(const Value& value) {
    if (const std::string* text = value.text())
        return text::is_utf8(*text) ? std::optional<Json>(*text) : std::nullopt;
    if (const bool* boolean = value.boolean())
        return *boolean;
    if (const std::int64_t* integer = value.integer())
        return *integer;
    if (const double* real = value.real(); real && std::isfinite(*real))
        return *real;
    return std::nullopt;
}

std::optional<Json> to_json(const Value& value) {
    const Array* const array = value.array();
    if (!array)
        return scalar(value);
    Json list = Json::array();
    for (const Value& element : *array) {
        auto json = scalar(element);
        if (!json)
            return std::nullopt;
        list.push_back(*std::move(json));
    }
    return list;
}

bool also_names(std::string_view type, std::string_view parameter) {
    return std::find(other_spellings.begin(), other_spellings.end(), std::pair(type, parameter)) !=
           other_spellings.end();
}

Expected<Json> parameters_of(const ResourceName& name, const Map& inputs, bool may_name) {
    Json parameters = Json::object();
    bool named = false;
    for (const Entry& input : inputs.entries()) {
        const std::string* const key = input.key.text();
        if (key && (*key == "name" || *key == "type" || *key == "process_results"))
            continue;
        if (!key || !is_word(*key) || key->size() > longest_parameter_name)
            return fail(Errc::invalid, "There is an input whose name no Puppet parameter has");
        const bool names = also_names(name.type, *key);
        if (*key == "title" || (names && !(may_name && name.type == "exec")))
            return fail(Errc::invalid,
                        "The parameter " + *key + " cannot be given: the name says it");
        named = named || names;
        auto value = to_json(input.value);
        if (!value)
            return fail(
                Errc::invalid,
                "The parameter " + *key + " should be text, a number, a boolean or a list of them");
        parameters[*key] = *std::move(value);
        if (parameters.size() > most_parameters)
            return fail(Errc::limit, "There are too many parameters");
    }
    if (!named)
        parameters["name"] = name.title;
    return parameters;
}

}  // namespace

Expected<std::string> catalog_of(const ResourceName& name, const Map& inputs, bool may_name) {
    if (!is_type(name.type))
        return fail(Errc::invalid, "The type is not the name of a Puppet type");
    if (!is_line(name.title))
        return fail(Errc::invalid, "The name is not one line of text");
    MCO_TRY(parameters, parameters_of(name, inputs, may_name));
    // `kind` keeps Puppet from taking an unknown type for something that needs no work.
    const Json resource = {{"type", name.type},
                           {"title", name.title},
                           {"exported", false},
                           {"kind", "compilable_type"},
                           {"parameters", std::move(parameters)}};
    const Json catalog = {{"name", "mcollective"},
                          {"version", "mcollective"},
                          {"catalog_format", 1},
                          {"environment", ""},
                          {"resources", Json::array({resource})},
                          {"edges", Json::array()},
                          {"classes", Json::array()}};
    std::string text = catalog.dump();
    if (text.size() > largest_catalog)
        return fail(Errc::limit, "The parameters are too large");
    return text;
}

}  // namespace mco::puppet
