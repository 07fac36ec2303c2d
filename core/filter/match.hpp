// Does a request's filter match this node? The rules of protocol §7.2 and §7.3.
#pragma once

#include "core/error.hpp"
#include "core/filter/filter.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace mco::filter {

/// What a filter is matched against: an immutable snapshot of the node.
struct Inventory {
    std::string identity;
    std::shared_ptr<const Map> facts;  ///< names to values, leaves are strings; never null
    std::vector<std::string> classes;
    std::vector<std::string> agents;
    std::vector<std::string> collectives;
    /// False until all sources of facts, and the file of classes, were read once.
    bool facts_read = true;
    bool classes_read = true;
};

/// What is not known yet cannot be decided, least of all by `not`: an error (unavailable) if the
/// fact of that name or path is not known for sure. What certificates vouch for always is
/// (`trusted`). Any thread.
Expected<void> need_fact(const Map& facts, bool facts_read, std::string_view name);
Expected<void> need_classes(bool classes_read);

/// True if the whole filter passes. An Error (a pattern that does not compile or exceeds its
/// limits, a value of the wrong kind, a compound filter whose outcome depends on data plug-ins,
/// facts or classes that were not read yet) means that the message is dropped, and names the
/// pattern. Facts go by name or path. Any thread.
Expected<bool> matches(const Filter& filter, const Inventory& inventory);

/// The same, with no regard to what its compound filters say: compound_filter.hpp judges those.
Expected<bool> matches_without_compound(const Filter& filter, const Inventory& inventory);

}  // namespace mco::filter
