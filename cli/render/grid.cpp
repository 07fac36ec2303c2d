#include "cli/render/grid.hpp"

#include "cli/render/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <utility>

namespace mco::render {

namespace {

constexpr std::size_t gap = 2;       // between columns
constexpr std::size_t readable = 8;  // a column is not cut to less

bool is_number(std::string_view text) {
    if (text.starts_with('-'))
        text.remove_prefix(1);
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    const auto dots = std::count(text.begin(), text.end(), '.');
    return !text.empty() && digit(text.front()) && dots <= 1 &&
           std::all_of(text.begin(), text.end(), [&](char c) { return c == '.' || digit(c); });
}

std::size_t taken(const std::vector<std::size_t>& widths) {
    return std::accumulate(widths.begin(), widths.end(), gap * (widths.size() - 1));
}

/// Cuts the widest of the columns from `first` on, as far as it takes and may be done.
void cut_widest(std::vector<std::size_t>& widths, std::size_t first, std::size_t columns) {
    const auto begin = widths.begin() + static_cast<std::ptrdiff_t>(first);
    auto cap = begin == widths.end() ? 0 : *std::max_element(begin, widths.end());
    for (; cap > readable && taken(widths) > columns; --cap)
        std::for_each(
            begin, widths.end(), [cap](std::size_t& width) { width = std::min(width, cap - 1); });
}

std::string escaped(unsigned char c) {
    switch (c) {
        case '\n':
            return "\\n";
        case '\r':
            return "\\r";
        case '\t':
            return "\\t";
        default:
            return fmt::format("\\x{:02X}", c);
    }
}

/// Whether a control character of the upper half begins at `at`: terminals obey those, too.
bool is_upper_control(std::string_view text, std::size_t at) {
    return text[at] == '\xc2' && at + 1 < text.size() &&
           static_cast<unsigned char>(text[at + 1]) >= 0x80 &&
           static_cast<unsigned char>(text[at + 1]) < 0xa0;
}

}  // namespace

std::string one_line(std::string_view text) {
    std::string shown;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto c = static_cast<unsigned char>(text[at]);
        if (is_upper_control(text, at))
            shown += escaped(static_cast<unsigned char>(text[++at]));
        else if (c < 0x20 || c == 0x7f)
            shown += escaped(c);
        else
            shown += text[at];
    }
    return shown;
}

std::string shortened(std::string_view text, std::size_t width) {
    if (text.size() <= width || length(text) <= width)
        return std::string(text);
    if (width == 0)
        return {};
    std::size_t end = 0;
    for (std::size_t characters = 0; end < text.size(); ++end)
        if ((static_cast<unsigned char>(text[end]) & 0xc0) != 0x80 && ++characters == width)
            break;
    return std::string(text.substr(0, end)) + "…";
}

Grid::Grid(std::vector<std::string> headings) : headings_(std::move(headings)) {}

void Grid::add(std::vector<std::string> cells) {
    cells.resize(headings_.size());
    rows_.push_back({std::move(cells), false, Colour::normal});
}

void Grid::add_note(std::string name, std::string note, Colour colour) {
    rows_.push_back({{std::move(name), std::move(note)}, true, colour});
}

std::vector<bool> Grid::numeric() const {
    std::vector<bool> numbers(headings_.size(), true);
    for (const auto& row : rows_)
        for (std::size_t i = 0; i < row.cells.size() && !row.note; ++i)
            if (!row.cells[i].empty() && !is_number(row.cells[i]))
                numbers[i] = false;
    numbers.front() = false;
    return numbers;
}

std::vector<std::size_t> Grid::natural_widths() const {
    std::vector<std::size_t> widths;
    for (const auto& heading : headings_)
        widths.push_back(length(heading));
    for (const auto& row : rows_)
        for (std::size_t i = 0; i < (row.note ? 1 : row.cells.size()); ++i)
            widths[i] = std::max(widths[i], length(row.cells[i]));
    return widths;
}

std::vector<std::size_t> Grid::widths(const GridStyle& style) const {
    auto widths = natural_widths();
    if (style.columns > 0) {
        cut_widest(widths, 1, style.columns);
        cut_widest(widths, 0, style.columns);
    }
    return widths;
}

/// The first column and those in [first, end); notes stand in the first part only.
Grid Grid::part(std::size_t first, std::size_t end) const {
    const auto cut = [&](const std::vector<std::string>& cells) {
        std::vector<std::string> some{cells.front()};
        some.insert(some.end(),
                    cells.begin() + static_cast<std::ptrdiff_t>(first),
                    cells.begin() + static_cast<std::ptrdiff_t>(end));
        return some;
    };
    Grid grid(cut(headings_));
    for (const auto& row : rows_)
        if (!row.note)
            grid.add(cut(row.cells));
        else if (first == 1)
            grid.rows_.push_back(row);
    return grid;
}

std::string Grid::text(const GridStyle& style) const {
    const auto natural = natural_widths();
    std::string text;
    for (std::size_t first = 1, end = 1; first == 1 || first < natural.size(); first = end) {
        auto needed = std::min(natural.front(), readable);
        for (; end < natural.size(); ++end) {
            needed += gap + std::min(natural[end], readable);
            if (style.columns > 0 && needed > style.columns && end > first)
                break;
        }
        text += (first == 1 ? "" : "\n") + part(first, end).whole(style);
        if (end == natural.size())
            break;
    }
    return text;
}

std::string Grid::whole(const GridStyle& style) const {
    const auto width = widths(style);
    const auto number = numeric();
    const auto line = [&](const std::vector<std::string>& cells) {
        std::string text;
        for (std::size_t i = 0; i < cells.size(); ++i) {
            const auto cell = shortened(cells[i], width[i]);
            text += (i == 0 ? "" : std::string(gap, ' ')) +
                    (number[i] ? right(cell, width[i]) : left(cell, width[i]));
        }
        text.erase(text.find_last_not_of(' ') + 1);
        return text;
    };
    const auto note = [&](const Row& row) {
        const auto offset = width.front() + gap;
        const auto room = style.columns > offset + readable ? style.columns - offset : readable;
        return left(shortened(row.cells[0], width[0]), offset) +
               style.palette.paint(
                   row.colour, style.columns > 0 ? shortened(row.cells[1], room) : row.cells[1]);
    };
    std::string text = style.palette.paint(Colour::bold, line(headings_)) + '\n';
    for (const auto& row : rows_)
        text += (row.note ? note(row) : line(row.cells)) + '\n';
    return text;
}

}  // namespace mco::render
