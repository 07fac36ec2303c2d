#include "agents/resource/application/screens.hpp"

#include "agents/resource/application/layout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

namespace mco::resource::application {

namespace {

using client::Comparison;
using client::Figures;
using client::TitleFigures;
using client::TypeComparison;
using render::Colour;

/// The heading in bold, the rest as it is.
std::string with_heading(std::string text, const Style& style) {
    const auto end = text.find('\n');
    return style.palette.paint(Colour::bold, text.substr(0, end)) + text.substr(end);
}

bool goes_before(const TitleFigures& a, const TitleFigures& b, SortBy key) {
    switch (key) {
        case SortBy::nodes:
            return a.nodes < b.nodes;
        case SortBy::variants:
            return a.variants > b.variants;
        case SortBy::similarity:
            return a.similarity() < b.similarity();
        case SortBy::name:
            break;
    }
    return false;
}

std::vector<std::string> failing_nodes(const Comparison& comparison, const TypeComparison& type) {
    std::vector<std::string> names;
    for (const auto& failure : type.failed)
        names.push_back(comparison.nodes[failure.node]);
    return names;
}

/// `37 users, 65 in all, 99.5% similar; 2 nodes did not answer: web7 web8`.
std::string sums(const Comparison& comparison, const TypeComparison& type) {
    const auto figures = type.figures();
    auto text = fmt::format("{}, {} in all, {} similar",
                            counted(figures.titles, type.type),
                            grouped(figures.total),
                            percent(figures.similarity()));
    const auto& silent = comparison.silent;
    if (!silent.empty())
        text += fmt::format("; {} did not answer: {}",
                            counted(silent.size(), "node"),
                            node_list(comparison.names(silent)));
    if (!type.failed.empty())
        text += fmt::format("; {} failed: {}",
                            counted(type.failed.size(), "node"),
                            node_list(failing_nodes(comparison, type)));
    return text + '\n';
}

/// `host: no such type on 2 nodes: web[7-8]`, a line for each.
std::string unknown_types(const Comparison& comparison) {
    std::string text;
    for (const auto& type : comparison.types)
        if (!type.unknown.empty())
            text += fmt::format("{}: no such type on {}: {}\n",
                                type.type,
                                counted(type.unknown.size(), "node"),
                                node_list(comparison.names(type.unknown)));
    return text;
}

}  // namespace

Expected<std::vector<TitleFigures>> chosen_titles(const TypeComparison& type,
                                                  const Choices& choices) {
    std::vector<TitleFigures> chosen;
    for (const auto& title : type.variants.titles()) {
        MCO_TRY(through, choices.lets_through(title.title));
        const bool differs = title.variants > 1 || title.nodes < type.answered.size();
        if (through && (differs || !choices.differing))
            chosen.push_back(title);
    }
    std::stable_sort(chosen.begin(), chosen.end(), [&](const auto& a, const auto& b) {
        return goes_before(a, b, choices.sort);
    });
    return chosen;
}

std::string list_screen(const Comparison& comparison,
                        const TypeComparison& type,
                        const std::vector<TitleFigures>& rows,
                        const Choices& choices,
                        const Style& style) {
    constexpr std::size_t usual_name = 10;
    const std::vector<Column> columns = {
        {Align::left, 0, usual_name}, {Align::right, 2, 5}, {Align::right, 2, 8}, {Align::left, 5}};
    const auto answered = type.answered.size();
    const auto shown = choices.shown(rows.size());
    std::vector<Cells> cells = {{"NAME", "NODES", "VARIANTS"}};
    for (std::size_t i = 0; i < shown; ++i) {
        const auto& row = rows[i];
        cells.push_back({std::string(row.title),
                         fmt::format("{}/{}", row.nodes, answered),
                         grouped(row.variants),
                         row.nodes < answered ? fmt::format("missing on {}", answered - row.nodes)
                                              : std::string()});
    }
    return with_heading(laid_out(columns, cells, style.columns), style) +
           left_out(rows.size(), shown) + sums(comparison, type);
}

std::string inspect_screen(const Comparison& comparison,
                           const std::vector<Figures>& figures,
                           const Style& style) {
    constexpr std::size_t usual_name = 8;
    const std::vector<Column> columns = {{Align::left, 0, usual_name},
                                         {Align::right},
                                         {Align::right},
                                         {Align::right},
                                         {Align::right}};
    std::vector<Cells> cells = {{"TYPE", "RESOURCES", "NODES", "DIFFERING", "SIMILARITY"}};
    Figures all;
    for (std::size_t i = 0; i < figures.size(); ++i) {
        const auto& one = figures[i];
        all += one;
        cells.push_back({comparison.types[i].type,
                         grouped(one.titles),
                         grouped(one.total),
                         grouped(one.differing),
                         percent(one.similarity())});
    }
    cells.push_back({"overall", "", "", grouped(all.differing), percent(all.similarity())});
    return with_heading(laid_out(columns, cells, style.columns), style) + unknown_types(comparison);
}

std::string failed_nodes(const Comparison& comparison, const render::Palette& palette) {
    std::map<std::string, std::map<std::string, std::vector<std::string>>> reasons;
    for (const auto& type : comparison.types)
        for (const auto& failure : type.failed)
            reasons[comparison.nodes[failure.node]][failure.why].push_back(type.type);
    if (reasons.empty())
        return {};
    std::vector<Cells> rows;
    for (const auto& [node, whys] : reasons)
        for (const auto& [why, types] : whys) {
            std::string about;
            if (types.size() < comparison.types.size())
                for (const auto& type : types)
                    about += (about.empty() ? "" : ", ") + type;
            rows.push_back({"", node, about.empty() ? why : about + ": " + why});
        }
    constexpr std::size_t usual = 30;
    return '\n' + palette.paint(Colour::red, "Failed:") + "\n\n" +
           laid_out({{Align::left}, {Align::left, 4, usual}, {Align::left, 1}}, rows, 0);
}

}  // namespace mco::resource::application
