#include "cli/render/grouped.hpp"

#include "cli/render/text.hpp"
#include "client/node_ranges.hpp"
#include "core/text/ruby.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace mco::render {

namespace {

using client::Result;

/// A text that is the same for equal values and differs for others. Symbols and strings are one:
/// which of them a node sends depends on how it writes messages.
void add_canonical(const Value& value, std::string& text) {
    if (const auto* list = value.array()) {
        text += '[';
        for (const auto& item : *list) {
            add_canonical(item, text);
            text += ',';
        }
        text += ']';
    } else if (const auto* map = value.map()) {
        std::vector<std::pair<std::string, const Value*>> sorted;
        for (const auto& [key, member] : map->entries()) {
            sorted.emplace_back("", &member);
            add_canonical(key, sorted.back().first);
        }
        std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
            return a.first < b.first;
        });
        text += '{';
        for (const auto& [key, member] : sorted) {
            text += key + "=>";
            add_canonical(*member, text);
            text += ',';
        }
        text += '}';
    } else if (const auto* symbol = value.symbol()) {
        text += text::quoted(symbol->name);
    } else {
        text += text::inspect(value);
    }
}

/// Whether the data of such a reply mean something: an aborted action may have got somewhere.
bool has_data(const Result& result) {
    return result.status <= 1;
}

std::string canonical(const Result& result) {
    auto text = std::to_string(result.status) + text::quoted(result.message);
    if (has_data(result))
        add_canonical(result.data, text);
    return text;
}

bool says_something(const Value& data) {
    if (data.map() == nullptr)
        return !data.is_nil();
    const auto& entries = data.map()->entries();
    return std::any_of(
        entries.begin(), entries.end(), [](const Entry& entry) { return !entry.value.is_nil(); });
}

std::string heading(const ResultGroup& group, std::size_t nodes, const Palette& palette) {
    const auto status = group.result->status;
    auto text = palette.paint(Colour::bold, fmt::format("{} node{}", nodes, nodes == 1 ? "" : "s"));
    if (const auto word = status_word(status); !word.empty())
        text += ": " + palette.paint(status_colour(status), word);
    else if (status != 0)
        text += fmt::format(": Status {}", status);
    return text + '\n';
}

/// As many names to a row as fit, one below the other.
std::string name_rows(const std::vector<std::string>& names, std::size_t columns) {
    constexpr std::size_t indent = 4;
    constexpr std::size_t gap = 2;
    constexpr std::size_t usual = 100;
    const auto cell = widest(names, 1) + gap;
    const auto room = (columns > 0 ? columns : usual) + gap;
    const auto per_row = room > indent + cell ? (room - indent) / cell : 1;
    std::string text;
    for (std::size_t i = 0; i < names.size(); ++i) {
        const bool last = i % per_row == per_row - 1 || i == names.size() - 1;
        text += (i % per_row == 0 ? std::string(indent, ' ') : "") +
                (last ? names[i] + '\n' : left(names[i], cell));
    }
    return text;
}

std::string group_text(const ResultGroup& group,
                       const ddl::Action& action,
                       const ResultStyle& style) {
    const auto& result = *group.result;
    auto names = group.nodes;
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    auto text = heading(group, names.size(), style.palette) +
                name_rows(client::fold_names(names), style.columns);
    std::string answer;
    if (result.message != "OK")
        answer += "   " + style.palette.paint(Colour::yellow, result.message) + '\n';
    if (has_data(result) && (result.status == 0 || says_something(result.data)))
        answer += data_text(result.data, action, style);
    if (!answer.empty())
        text += '\n' + answer;
    return text + '\n';
}

}  // namespace

std::vector<ResultGroup> group_results(const std::vector<Result>& results, ddl::Display display) {
    std::vector<ResultGroup> groups;
    std::unordered_map<std::string, std::size_t> places;
    for (const auto& result : results) {
        if (!is_shown(result, display))
            continue;
        const auto [found, fresh] = places.try_emplace(canonical(result), groups.size());
        if (fresh)
            groups.push_back({&result, {}});
        groups[found->second].nodes.push_back(result.sender);
    }
    std::stable_sort(groups.begin(), groups.end(), [](const ResultGroup& a, const ResultGroup& b) {
        return a.nodes.size() > b.nodes.size();
    });
    return groups;
}

std::string grouped_results(const std::vector<Result>& results,
                            const ddl::Action& action,
                            ddl::Display display,
                            const ResultStyle& style) {
    std::string text = "\n";
    for (const auto& group : group_results(results, display))
        text += group_text(group, action, style);
    return text + '\n';
}

}  // namespace mco::render
