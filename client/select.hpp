// Compound expressions as users type them (-S): read, held against the declarations of the data
// plug-ins that they ask, and put into the form that crosses the wire (protocol §8).
#pragma once

#include "client/catalogue.hpp"
#include "core/error.hpp"
#include "core/value.hpp"

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace mco::client {

/// What the -S options of one call come to.
struct Selection {
    std::vector<Value> compound;  ///< call stacks, one for each expression: Filter::compound
    /// What the data plug-ins may take on every node, by their declarations: to be added to the
    /// time of discovery and to that of the call (protocol §9.4, §9.5).
    std::chrono::seconds patience{0};
};

/// How what is wrong is shown within an expression; empty: as it is.
using Marking = std::function<std::string(std::string_view)>;

/// All `expressions` have to hold on a node. Arguments are converted to the types that the
/// declarations want, and fact comparisons spelt as every release understands them. Errors:
/// malformed and limit, in the original's words, with what is wrong marked by `marking`;
/// the same for patterns that no node could use; not_found for a data plug-in without declaration;
/// invalid for an argument that it refuses and a value that it does not return.
Expected<Selection> select(const std::vector<std::string>& expressions,
                           Catalogue& catalogue,
                           const Marking& marking = {});

}  // namespace mco::client
