#include "cli/render/live_line.hpp"

#include "cli/render/grid.hpp"
#include "cli/render/text.hpp"

#include <algorithm>
#include <utility>

namespace mco::render {

namespace {

constexpr std::size_t usual_columns = 80;

}  // namespace

/// Not the last column: some terminals begin a new line there.
LiveLine::LiveLine(std::size_t columns)
    : width_(std::max<std::size_t>(columns == 0 ? usual_columns : columns, 2) - 1) {}

std::string LiveLine::draw(std::string_view text) {
    auto line = shortened(one_line(text), width_);
    if (line == shown_)
        return {};
    auto drawn = '\r' + left(line, length(shown_));
    shown_ = std::move(line);
    return drawn;
}

std::string LiveLine::clear() {
    if (shown_.empty())
        return {};
    auto blank = '\r' + std::string(length(shown_), ' ');
    shown_.clear();
    return blank;
}

}  // namespace mco::render
