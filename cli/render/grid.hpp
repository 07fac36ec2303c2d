// Rows and columns of text, fitted to a terminal or as wide as their content.
#pragma once

#include "cli/render/colour.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mco::render {

/// How wide lines may become and whether they have colours.
struct GridStyle {
    Palette palette;
    std::size_t columns = 0;  ///< of the terminal; 0: nothing is cut
};

class Grid {
  public:
    /// The first column holds names: it is the last to be cut.
    explicit Grid(std::vector<std::string> headings);

    /// A cell for each column. What is empty stays so.
    void add(std::vector<std::string> cells);

    /// A row whose first cell is followed by one text in `colour` across all other columns.
    void add_note(std::string name, std::string note, Colour colour);

    /// A line for the headings, one for each row. Columns of numbers are aligned to the right.
    /// Cells that do not fit end with an ellipsis. No line ends with a blank. Where columns are too
    /// many for the terminal, what is left comes in further tables, each with the first column.
    std::string text(const GridStyle& style) const;

  private:
    struct Row {
        std::vector<std::string> cells;
        bool note = false;
        Colour colour = Colour::normal;
    };

    Grid part(std::size_t first, std::size_t end) const;
    std::string whole(const GridStyle& style) const;
    std::vector<std::size_t> natural_widths() const;
    std::vector<std::size_t> widths(const GridStyle& style) const;
    std::vector<bool> numeric() const;

    std::vector<std::string> headings_;
    std::vector<Row> rows_;
};

/// `text` without anything that moves the cursor: control characters are written as escapes.
std::string one_line(std::string_view text);

/// At most `width` characters of `text`, the last of them an ellipsis if some are missing.
std::string shortened(std::string_view text, std::size_t width);

}  // namespace mco::render
