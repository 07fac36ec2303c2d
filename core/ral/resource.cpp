#include "core/ral/resource.hpp"

#include "core/text/ruby.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace mco::ral {
namespace {

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_word(char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '_';
}

tl::unexpected<Error> no_resource(const std::string& why) {
    return fail(Errc::malformed, "a resource " + why);
}

/// Symbols and patterns, which Ruby peers may send, as texts; the rest as it is.
Value plain(const Value& value) {
    if (const auto* list = value.array()) {
        Array elements;
        std::transform(list->begin(), list->end(), std::back_inserter(elements), plain);
        return elements;
    }
    if (const auto* map = value.map()) {
        Map members;
        for (const auto& [key, member] : map->entries())
            members.entries().push_back({text::to_s(key), plain(member)});
        return members;
    }
    return value.symbol() || value.regexp() ? Value(text::to_s(value)) : value;
}

Expected<std::string> read_text(const Map& map, const std::string& name) {
    const auto* value = map.find(name);
    const auto* text = value ? value->text() : nullptr;
    if (!text || text->empty())
        return no_resource("has no " + name);
    return *text;
}

Expected<Map> read_parameters(const Map& map) {
    const auto* value = map.find("parameters");
    const auto* parameters = value ? value->map() : nullptr;
    if (!parameters)
        return no_resource("has no parameters");
    Map read;
    for (const auto& [key, parameter] : parameters->entries()) {
        if (!key.text())
            return no_resource("has a parameter whose name is no text");
        read.entries().push_back({*key.text(), plain(parameter)});
    }
    return read;
}

Expected<std::vector<std::string>> read_tags(const Map& map) {
    std::vector<std::string> tags;
    const auto* value = map.find("tags");
    if (!value || value->is_nil())
        return tags;
    if (!value->array())
        return no_resource("has tags that are no list");
    for (const auto& tag : *value->array())
        tags.push_back(text::to_s(tag));
    return tags;
}

}  // namespace

std::string Resource::reference() const {
    return capitalized(type) + '[' + title + ']';
}

bool is_type_name(std::string_view name) {
    if (name.empty() || !is_letter(name.front()))
        return false;
    for (std::size_t at = 0; at < name.size(); ++at) {
        if (is_word(name[at]))
            continue;
        if (name.substr(at, 2) != "::" || at + 2 == name.size() || !is_word(name[at + 2]))
            return false;
        ++at;
    }
    return true;
}

std::string in_lower_case(std::string_view type) {
    std::string lower(type);
    for (char& c : lower)
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    return lower;
}

std::string capitalized(std::string_view type) {
    std::string shown(type);
    bool first = true;
    for (char& c : shown) {
        if (first && c >= 'a' && c <= 'z')
            c = static_cast<char>(c - 'a' + 'A');
        first = c == ':';
    }
    return shown;
}

bool is_scrubbed(const Value& value) {
    if (const auto* list = value.array())
        return std::any_of(list->begin(), list->end(), is_scrubbed);
    if (const auto* map = value.map())
        return std::any_of(map->entries().begin(), map->entries().end(), [](const auto& entry) {
            return is_scrubbed(entry.key) || is_scrubbed(entry.value);
        });
    const auto* text = value.text();
    return text && text->find(scrubbed_mark) != std::string::npos;
}

Value to_value(const Resource& resource) {
    return Map{{"exported", resource.exported},
               {"title", resource.title},
               {"parameters", resource.parameters},
               {"tags", Array(resource.tags.begin(), resource.tags.end())},
               {"type", capitalized(resource.type)}};
}

Expected<Resource> read_resource(const Value& value) {
    const auto* map = value.map();
    if (!map)
        return no_resource("is no map");
    MCO_TRY(type, read_text(*map, "type"));
    if (!is_type_name(type))
        return no_resource("has a type whose name is none");
    MCO_TRY(title, read_text(*map, "title"));
    MCO_TRY(parameters, read_parameters(*map));
    MCO_TRY(tags, read_tags(*map));
    const auto* exported = map->find("exported");
    return Resource{in_lower_case(type),
                    std::move(title),
                    std::move(parameters),
                    std::move(tags),
                    exported && exported->boolean() && *exported->boolean()};
}

}  // namespace mco::ral
