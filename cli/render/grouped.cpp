#include "cli/render/grouped.hpp"

#include "cli/render/text.hpp"
#include "client/node_ranges.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mco::render {

namespace {

using client::Result;
using client::ResultGroup;

bool says_something(const Value& data) {
    if (data.map() == nullptr)
        return !data.is_nil();
    const auto& entries = data.map()->entries();
    return std::any_of(
        entries.begin(), entries.end(), [](const Entry& entry) { return !entry.value.is_nil(); });
}

std::string heading(const ResultGroup& group, std::size_t nodes, const Palette& palette) {
    const auto status = group.result.status;
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
    const auto& result = group.result;
    auto names = group.nodes;
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    auto text = heading(group, names.size(), style.palette) +
                name_rows(client::fold_names(names), style.columns);
    std::string answer;
    if (result.message != "OK")
        answer += "   " + style.palette.paint(Colour::yellow, result.message) + '\n';
    if (client::has_data(result) && (result.status == 0 || says_something(result.data)))
        answer += data_text(result.data, action, style);
    if (!answer.empty())
        text += '\n' + answer;
    return text + '\n';
}

}  // namespace

client::ResultGroups group_results(const std::vector<Result>& results, ddl::Display display) {
    client::ResultGroups groups;
    for (const auto& result : results)
        if (is_shown(result, display))
            groups.add(result);
    return groups;
}

std::string grouped_results(const std::vector<Result>& results,
                            const ddl::Action& action,
                            ddl::Display display,
                            const ResultStyle& style) {
    std::string text = "\n";
    const auto groups = group_results(results, display);
    for (const auto* group : groups.by_size())
        text += group_text(*group, action, style);
    return text + '\n';
}

}  // namespace mco::render
