// Does a request's filter match this node? The rules of protocol §7.2 and §7.3.
#pragma once

#include "core/error.hpp"
#include "core/filter/filter.hpp"

#include <memory>
#include <string>
#include <vector>

namespace mco::filter {

/// What a filter is matched against: an immutable snapshot of the node.
struct Inventory {
    std::string identity;
    std::shared_ptr<const Map> facts;  ///< names to values, leaves are strings; never null
    std::vector<std::string> classes;
    std::vector<std::string> agents;
    std::vector<std::string> collectives;
};

/// True if the whole filter passes. An Error (a pattern that does not compile or exceeds its
/// limits, a value of the wrong kind, a compound filter whose outcome depends on data plug-ins)
/// means that the message is dropped, and names the pattern. Facts go by name or path. Any thread.
Expected<bool> matches(const Filter& filter, const Inventory& inventory);

/// The same, with no regard to what its compound filters say: compound_filter.hpp judges those.
Expected<bool> matches_without_compound(const Filter& filter, const Inventory& inventory);

}  // namespace mco::filter
