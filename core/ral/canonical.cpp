#include "core/ral/canonical.hpp"

#include "core/ral/secrets.hpp"
#include "core/serializer/json.hpp"
#include "core/text/ruby.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <optional>
#include <utility>

namespace mco::ral {
namespace {

struct PropertyName {
    std::string_view type;
    std::string_view property;

    bool operator==(const PropertyName&) const = default;
};

/// Lists whose order means nothing.
constexpr std::array<PropertyName, 6> sets = {{{"user", "groups"},
                                               {"user", "roles"},
                                               {"user", "auths"},
                                               {"user", "profiles"},
                                               {"group", "members"},
                                               {"host", "host_aliases"}}};

/// What differs from node to node by nature.
constexpr std::array<PropertyName, 4> local = {
    {{"host", "target"}, {"file", "ctime"}, {"file", "mtime"}, {"file", "type"}}};

/// The numbers of users and groups: left out unless a site wants them to agree.
constexpr std::array<PropertyName, 3> numbers = {
    {{"user", "uid"}, {"user", "gid"}, {"group", "gid"}}};

template <std::size_t size>
bool is_among(const std::array<PropertyName, size>& names, const PropertyName& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_left_out(const PropertyName& name, bool ids) {
    const auto property = name.property;
    if (property == "tags" || property == "exported")
        return true;
    // nodes of the original tell the provider of everything, ours that of packages
    if (property == "provider" && name.type != "package")
        return true;
    return is_among(local, name) || (!ids && is_among(numbers, name));
}

Map sorted(std::map<std::string, Value> members) {
    Map map;
    for (auto& [name, value] : members)
        map.entries().push_back({name, std::move(value)});
    return map;
}

Value comparable(const Value& value) {
    if (value.is_nil() || value.boolean())
        return value;
    if (const auto* list = value.array()) {
        Array elements;
        std::transform(list->begin(), list->end(), std::back_inserter(elements), comparable);
        return elements;
    }
    if (const auto* map = value.map()) {
        std::map<std::string, Value> members;
        for (const auto& [key, member] : map->entries())
            members.insert_or_assign(text::to_s(key), comparable(member));
        return sorted(std::move(members));
    }
    return text::to_s(value);
}

void sort_set(Value& value) {
    if (auto* list = value.array())
        std::sort(list->begin(), list->end(), [](const Value& left, const Value& right) {
            return text::to_s(left) < text::to_s(right);
        });
}

std::optional<std::int64_t> number_of(const Value& value) {
    if (const auto* number = value.integer())
        return *number;
    const auto* text = value.text();
    std::int64_t number = 0;
    if (!text || std::from_chars(text->data(), text->data() + text->size(), number).ptr !=
                     text->data() + text->size())
        return std::nullopt;
    return text->empty() ? std::nullopt : std::optional(number);
}

/// By name where we know it; a node may have told the name already, or a number that no group has.
Value group_of(const Value& gid, const GroupNames* groups) {
    const auto number = number_of(gid);
    if (!number || !groups)
        return comparable(gid);
    const auto found = groups->find(*number);
    return found == groups->end() ? comparable(gid) : Value(found->second);
}

}  // namespace

Map canonical_parameters(const Resource& resource, const Canonical& how) {
    const Resource safe = without_secrets(resource);
    std::map<std::string, Value> kept;
    for (const auto& [key, value] : safe.parameters.entries()) {
        const std::string property = text::to_s(key);
        const PropertyName name{resource.type, property};
        if (name == PropertyName{"user", "gid"} && !value.is_nil())
            kept.insert_or_assign("group", group_of(value, how.groups));
        if (is_left_out(name, how.ids))
            continue;
        auto& shown = kept.insert_or_assign(property, comparable(value)).first->second;
        if (is_among(sets, name))
            sort_set(shown);
    }
    return sorted(std::move(kept));
}

std::string canonical_line(const Resource& resource, const Canonical& how) {
    return '[' + serializer::encode_json(resource.title) + ',' +
           serializer::encode_json(canonical_parameters(resource, how)) + ']';
}

}  // namespace mco::ral
