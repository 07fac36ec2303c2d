#include "cli/render/reports.hpp"

#include "cli/render/statistics.hpp"
#include "cli/render/text.hpp"
#include "core/text/ruby.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>

namespace mco::render {

namespace {

using client::Result;

/// The elements of a list as text, in order; empty if `value` is none.
std::vector<std::string> texts(const Value* value) {
    std::vector<std::string> all;
    if (value != nullptr && value->array() != nullptr)
        for (const auto& element : *value->array())
            all.push_back(text::to_s(element));
    return all;
}

std::vector<std::string> sorted(std::vector<std::string> names) {
    std::sort(names.begin(), names.end());
    return names;
}

std::string member(const Value& of, std::string_view name) {
    const auto* value = of.find(name);
    return value != nullptr ? text::to_s(*value) : std::string();
}

std::string moment(const Value& of, std::string_view name) {
    const auto* value = of.find(name);
    if (value == nullptr || value->integer() == nullptr)
        return member(of, name);
    return local_time(TimePoint(std::chrono::seconds(*value->integer())));
}

std::string row(std::string_view label, std::string_view text) {
    return right(label, 29) + ": " + std::string(text) + '\n';
}

std::string joined(const std::vector<std::string>& all) {
    std::string text;
    for (const auto& one : all)
        text += (text.empty() ? "" : ", ") + one;
    return text;
}

/// Names, three to a row, `      %-15s %-15s %-15s`.
std::string three_columns(std::vector<std::string> names, std::string_view when_empty) {
    if (names.empty())
        return "      " + std::string(when_empty) + '\n';
    names.resize((names.size() + 2) / 3 * 3);
    std::string text;
    for (std::size_t i = 0; i < names.size(); i += 3)
        text += fmt::format(
            "      {} {} {}\n", left(names[i], 15), left(names[i + 1], 15), left(names[i + 2], 15));
    return text;
}

std::vector<std::string> data_plugins(const Value& inventory) {
    auto names = sorted(texts(inventory.find("data_plugins")));
    for (auto& name : names)
        for (auto at = name.find("_data"); at != std::string::npos; at = name.find("_data"))
            name.erase(at, 5);
    return names;
}

std::string server_statistics(const Value& statistics, const Value& inventory) {
    const Value none;
    const auto* times = statistics.find("times");
    if (times == nullptr)
        times = &none;
    auto text = std::string("   Server Statistics:\n") +
                row("Version", member(statistics, "version")) +
                row("Start Time", moment(statistics, "starttime")) +
                row("Config File", member(statistics, "configfile"));
    if (const auto* collectives = inventory.find("collectives"))
        text += row("Collectives", joined(texts(collectives)));
    if (inventory.find("main_collective") != nullptr)
        text += row("Main Collective", member(inventory, "main_collective"));
    return text + row("Process ID", member(statistics, "pid")) +
           row("Total Messages", member(statistics, "total")) +
           row("Messages Passed Filters", member(statistics, "passed")) +
           row("Messages Filtered", member(statistics, "filtered")) +
           row("Expired Messages", member(statistics, "ttlexpired")) +
           row("Replies Sent", member(statistics, "replies")) +
           row("Total Processor Time", member(*times, "utime") + " seconds") +
           row("System Time", member(*times, "stime") + " seconds");
}

std::string facts_section(const Value& inventory) {
    const auto* facts = inventory.find("facts");
    if (facts == nullptr || facts->map() == nullptr || facts->map()->empty())
        return "      No facts known\n";
    std::map<std::string, std::string> sorted;
    for (const auto& [name, value] : facts->map()->entries())
        sorted[text::to_s(name)] = text::to_s(value);
    std::string text;
    for (const auto& [name, value] : sorted)
        text += "      " + name + " => " + value + '\n';
    return text;
}

}  // namespace

std::string inventory_page(std::string_view sender,
                           const Value& statistics,
                           const Value& inventory) {
    const auto classes = texts(inventory.find("classes"));
    return fmt::format("Inventory for {}:\n\n", sender) + server_statistics(statistics, inventory) +
           "\n   Agents:\n" +
           three_columns(sorted(texts(inventory.find("agents"))), "No agents installed") +
           "\n   Data Plugins:\n" +
           three_columns(data_plugins(inventory), "No data plugins installed") +
           "\n   Configuration Management Classes:\n" +
           (classes.empty() ? "      No classes applied\n" : name_columns(classes)) +
           "\n   Facts:\n" + facts_section(inventory);
}

std::string collective_list(const std::vector<Result>& results) {
    std::vector<std::pair<std::string, std::size_t>> sizes;
    std::size_t nodes = 0;
    for (const auto& result : results) {
        const auto* collectives = result.data.find("collectives");
        if (collectives == nullptr || collectives->array() == nullptr)
            continue;
        ++nodes;
        for (const auto& name : texts(collectives)) {
            const auto known = std::find_if(
                sizes.begin(), sizes.end(), [&](const auto& size) { return size.first == name; });
            if (known == sizes.end())
                sizes.emplace_back(name, 1);
            else
                ++known->second;
        }
    }
    std::stable_sort(sizes.begin(), sizes.end(), [](const auto& a, const auto& b) {
        return a.second < b.second;
    });
    std::string text =
        "   " + left("Collective", 30) + " Nodes\n   " + left("==========", 30) + " =====\n";
    for (const auto& [name, size] : sizes)
        text += fmt::format("   {} {}\n", left(name, 30), size);
    return text + fmt::format("\n   {} {}\n\n", right("Total nodes:", 30), nodes);
}

}  // namespace mco::render
