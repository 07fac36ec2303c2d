#include "cli/reports/node.hpp"

#include "cli/render/statistics.hpp"
#include "core/text/ruby.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <set>
#include <utility>

namespace mco::reports {
namespace {

using client::Result;

constexpr std::array<std::string_view, 4> lists = {"collectives",
                                                   "agents",
                                                   "data_plugins",
                                                   "classes"};

std::vector<std::string> sorted_texts(const Value* list) {
    std::vector<std::string> texts;
    if (list != nullptr && list->array() != nullptr)
        for (const auto& element : *list->array())
            texts.push_back(text::to_s(element));
    std::sort(texts.begin(), texts.end());
    return texts;
}

/// Data plug-ins are called `fact`, but nodes call them `fact_data`.
std::string without_ending(std::string name) {
    constexpr std::string_view ending = "_data";
    if (name.ends_with(ending))
        name.erase(name.size() - ending.size());
    return name;
}

Array array_of(const std::vector<std::string>& texts) {
    return {texts.begin(), texts.end()};
}

/// Maps by key, at every level; lists keep their order.
Value sorted(const Value& value) {
    if (const auto* list = value.array()) {
        Array elements;
        for (const auto& element : *list)
            elements.push_back(sorted(element));
        return elements;
    }
    const auto* map = value.map();
    if (map == nullptr)
        return value;
    auto entries = std::vector<Entry>();
    for (const auto& entry : map->entries())
        entries.push_back({text::to_s(entry.key), sorted(entry.value)});
    std::stable_sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
        return *a.key.string() < *b.key.string();
    });
    Map result;
    result.entries() = std::move(entries);
    return result;
}

/// A leaf is `os.family` and its value, a list one leaf.
void add_leaves(const std::string& name, const Value& value, Array& leaves) {
    const auto* map = value.map();
    if (map == nullptr) {
        leaves.push_back(Map{{"name", name}, {"value", value}});
        return;
    }
    for (const auto& [key, inner] : map->entries())
        add_leaves(name.empty() ? text::to_s(key) : name + '.' + text::to_s(key), inner, leaves);
}

Value number(std::size_t count) {
    return static_cast<std::int64_t>(count);
}

/// How many nodes name each of the things under `key`.
Array tally(const Array& nodes, std::string_view key) {
    std::map<std::string, std::size_t> counts;
    for (const auto& node : nodes) {
        const auto names = sorted_texts(node.find(key));
        for (const auto& name : std::set<std::string>(names.begin(), names.end()))
            ++counts[name];
    }
    Array all;
    for (const auto& [name, nodes_of_it] : counts)
        all.push_back(Map{{"name", name}, {"count", number(nodes_of_it)}});
    return all;
}

bool by_identity(const Value& a, const Value& b) {
    return *a.find("identity")->string() < *b.find("identity")->string();
}

std::string utc(TimePoint time) {
    return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}",
                       fmt::gmtime(std::chrono::system_clock::to_time_t(
                           std::chrono::floor<std::chrono::seconds>(time))));
}

}  // namespace

Map script_names(const Result& result, const Value& time) {
    Map names = {{"identity", result.sender}, {"time", time}};
    if (const auto* data = result.data.map())
        for (const auto& [key, value] : data->entries())
            if (key.text() != nullptr && names.find(*key.text()) == nullptr)
                names.set(*key.text(), value);
    return names;
}

Map node_value(const Result& result) {
    Map node = {{"identity", result.sender}};
    for (const std::string_view name : {"version", "main_collective"}) {
        const auto* value = result.data.find(name);
        node.set(name, value != nullptr ? *value : Value());
    }
    for (const auto name : lists)
        node.set(name, array_of(sorted_texts(result.data.find(name))));
    for (auto& plugin : *node.find("data_plugins")->array())
        plugin = without_ending(*plugin.string());
    const auto* facts = result.data.find("facts");
    node.set("facts", facts != nullptr && facts->map() != nullptr ? sorted(*facts) : Value(Map()));
    return node;
}

Map node_with_statistics(const Result& statistics, const Result& inventory) {
    auto node = node_value(inventory);
    node.set("statistics", sorted(statistics.data));
    return node;
}

Membership membership(const std::vector<Result>& results) {
    std::map<std::string, std::vector<std::string>> members;
    Membership all;
    for (const auto& result : results) {
        const auto* collectives = result.data.find("collectives");
        if (collectives == nullptr || collectives->array() == nullptr)
            continue;
        ++all.nodes;
        for (const auto& name : sorted_texts(collectives))
            members[name].push_back(result.sender);
    }
    for (auto& [name, nodes] : members) {
        std::sort(nodes.begin(), nodes.end());
        all.collectives.push_back({name, std::move(nodes)});
    }
    return all;
}

Value membership_value(const Membership& membership) {
    Array collectives;
    for (const auto& collective : membership.collectives)
        collectives.push_back(
            Map{{"name", collective.name}, {"nodes", array_of(collective.nodes)}});
    return Map{{"collectives", std::move(collectives)}, {"total_nodes", number(membership.nodes)}};
}

Value report_value(const client::Outcome& inventory, const Subject& subject, FactList fact_list) {
    Array nodes;
    Array failed;
    for (const auto& result : inventory.results) {
        if (result.status != 0) {
            failed.push_back(Map{{"identity", result.sender}, {"message", result.message}});
            continue;
        }
        auto node = node_value(result);
        Array leaves;
        if (fact_list == FactList::yes)
            add_leaves("", *node.find("facts"), leaves);
        node.set("fact_list", std::move(leaves));
        nodes.push_back(std::move(node));
    }
    std::sort(nodes.begin(), nodes.end(), by_identity);
    std::sort(failed.begin(), failed.end(), by_identity);
    auto missing = inventory.statistics.silent;
    std::sort(missing.begin(), missing.end());
    Map totals = {{"nodes", number(nodes.size())},
                  {"missing", number(missing.size())},
                  {"failed", number(failed.size())}};
    for (const auto name : lists)
        totals.set(name, tally(nodes, name));
    return Map{{"time", render::local_time(subject.time)},
               {"time_utc", utc(subject.time)},
               {"collective", subject.collective},
               {"nodes", std::move(nodes)},
               {"missing", array_of(missing)},
               {"failed", std::move(failed)},
               {"totals", std::move(totals)}};
}

}  // namespace mco::reports
