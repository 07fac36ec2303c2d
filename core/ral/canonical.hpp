// The form in which resources of different nodes are compared (resources §5).
#pragma once

#include "core/ral/resource.hpp"

#include <cstdint>
#include <map>
#include <string>

namespace mco::ral {

/// Of the canonical form and of the lines made of it; digests of different formats never compare.
constexpr int canonical_format = 1;

/// Names of a node's groups by their number.
using GroupNames = std::map<std::int64_t, std::string>;

struct Canonical {
    /// A user's primary group is told by name, as the parameter `group`, where it is known here.
    const GroupNames* groups = nullptr;
    bool ids = false;  ///< uid and gid stay, too, for sites where they are to agree
};

/// The parameters that take part in a comparison, sorted by name: scalars as text except true,
/// false and nil; lists that are sets sorted; without what differs from node to node by nature, and
/// without the provider of anything but packages. Secrets are hidden (secrets.hpp), whatever the
/// node's setting.
Map canonical_parameters(const Resource& resource, const Canonical& how);

/// `["title",{parameters}]`, one line without its end.
std::string canonical_line(const Resource& resource, const Canonical& how);

}  // namespace mco::ral
