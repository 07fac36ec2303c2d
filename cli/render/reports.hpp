// The screens of `inventory` (spec 1.5).
#pragma once

#include "client/outcome.hpp"
#include "core/value.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mco::render {

/// One node's page, from the data of its `daemon_stats` and `inventory` actions.
std::string inventory_page(std::string_view sender,
                           const Value& statistics,
                           const Value& inventory);

/// Collectives with the number of their members, the smallest first, from `collective_info`.
std::string collective_list(const std::vector<client::Result>& results);

}  // namespace mco::render
