// The screens of `ping` (spec 1.2).
#pragma once

#include "cli/render/grid.hpp"
#include "core/value.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mco::render {

struct Pong {
    std::string node;
    double milliseconds = 0;
};

/// One answer as it arrives.
std::string ping_line(const Pong& pong);

/// What follows the answers; `graph` adds a sparkline of the times.
std::string ping_statistics(const std::vector<Pong>& pongs, bool graph);

/// All answers as a table.
std::string ping_table(const std::vector<Pong>& pongs, const GridStyle& style);

/// For programs: one answer, and what follows them all. Times are in milliseconds.
Value ping_object(const Pong& pong);
Value ping_summary(const std::vector<Pong>& pongs);

}  // namespace mco::render
