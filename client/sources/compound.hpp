// Compound filters where there are no data plug-ins. Internal to client/sources.
#pragma once

#include "core/error.hpp"
#include "core/filter/compound_filter.hpp"
#include "core/filter/filter.hpp"

#include <string_view>

namespace mco::client {

/// The -S options of `filter`, decoded. `method` is for messages. Errors: malformed, limit; invalid
/// when they ask data plug-ins, because only the nodes have those.
Expected<filter::Compound> compound_of(const filter::Filter& filter, std::string_view method);

/// Does a node match the facts, classes and compound filters in `filter`? With the rules of the
/// nodes themselves; agents pass. Errors: those of patterns and comparisons.
Expected<bool> list_matches(const filter::Filter& filter,
                            const filter::Compound& compound,
                            const filter::Inventory& node);

}  // namespace mco::client
