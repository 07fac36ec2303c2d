#include "agents/resource/application/layout.hpp"

#include "cli/render/grid.hpp"
#include "cli/render/text.hpp"
#include "client/node_ranges.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace mco::resource::application {

namespace {

constexpr std::size_t readable = 8;  // a column is not cut to less

std::vector<std::size_t> widths_of(const std::vector<Column>& columns,
                                   const std::vector<Cells>& rows) {
    std::vector<std::size_t> widths;
    for (const auto& column : columns)
        widths.push_back(column.least);
    for (const auto& row : rows)
        for (std::size_t i = 0; i < std::min(row.size(), widths.size()); ++i)
            widths[i] = std::max(widths[i], render::length(row[i]));
    return widths;
}

/// Cuts the first column as far as it takes and may be done.
void fit(std::vector<std::size_t>& widths,
         const std::vector<Column>& columns,
         std::size_t terminal) {
    std::size_t taken = 0;
    for (std::size_t i = 0; i < widths.size(); ++i)
        taken += widths[i] + (i == 0 ? 0 : columns[i].gap);
    if (terminal > 0 && taken > terminal && widths.front() > readable)
        widths.front() =
            std::max(readable, widths.front() - std::min(widths.front(), taken - terminal));
}

}  // namespace

std::string laid_out(const std::vector<Column>& columns,
                     const std::vector<Cells>& rows,
                     std::size_t terminal) {
    std::vector<Cells> shown = rows;
    for (auto& row : shown)
        for (auto& cell : row)
            cell = render::one_line(cell);
    auto widths = widths_of(columns, shown);
    fit(widths, columns, terminal);
    std::string text;
    for (const auto& row : shown) {
        std::string line;
        for (std::size_t i = 0; i < std::min(row.size(), columns.size()); ++i) {
            const auto cell = i == 0 ? render::shortened(row[i], widths[i]) : row[i];
            line += std::string(i == 0 ? 0 : columns[i].gap, ' ');
            line += columns[i].align == Align::right ? render::right(cell, widths[i])
                                                     : render::left(cell, widths[i]);
        }
        line.erase(line.find_last_not_of(' ') + 1);
        text += line + '\n';
    }
    return text;
}

std::string grouped(std::size_t number) {
    auto text = std::to_string(number);
    constexpr std::ptrdiff_t group = 3;
    for (auto at = static_cast<std::ptrdiff_t>(text.size()) - group; at > 0; at -= group)
        text.insert(static_cast<std::size_t>(at), ",");
    return text;
}

std::string counted(std::size_t number, std::string_view noun) {
    return fmt::format("{} {}{}", grouped(number), noun, number == 1 ? "" : "s");
}

std::string percent(double share) {
    return fmt::format("{:.1f}%", std::floor(share * 1000 + 1e-9) / 10);
}

std::string left_out(std::size_t all, std::size_t shown) {
    return all > shown ? fmt::format("… and {} more\n", grouped(all - shown)) : std::string();
}

std::string node_list(const std::vector<std::string>& nodes) {
    constexpr std::size_t most = 10;  // ranges
    const auto folded = client::fold_names(nodes);
    const auto end = folded.begin() + static_cast<std::ptrdiff_t>(std::min(folded.size(), most));
    return fmt::format(
        "{}{}", fmt::join(folded.begin(), end, " "), folded.size() > most ? " …" : "");
}

}  // namespace mco::resource::application
