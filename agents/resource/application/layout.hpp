// Rows of text in columns, as the screens of this command have them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mco::resource::application {

enum class Align { left, right };

struct Column {
    Align align = Align::left;
    std::size_t gap = 2;    ///< blanks before it
    std::size_t least = 0;  ///< width
};

using Cells = std::vector<std::string>;

/// A line for each row; cells that are missing are empty, no line ends with a blank. The first
/// column gives way where lines are longer than `terminal` columns, if that is not 0; no cell holds
/// anything that moves a cursor.
std::string laid_out(const std::vector<Column>& columns,
                     const std::vector<Cells>& rows,
                     std::size_t terminal);

/// `12,345`.
std::string grouped(std::size_t number);

/// `7 nodes`, `1 node`.
std::string counted(std::size_t number, std::string_view noun);

/// `99.5%`, rounded down: 100.0% is only what is the whole.
std::string percent(double share);

/// The line that says how many rows are not shown; empty if all are.
std::string left_out(std::size_t all, std::size_t shown);

/// Names of nodes in little room: consecutive numbers folded, at most some of them.
std::string node_list(const std::vector<std::string>& nodes);

}  // namespace mco::resource::application
