// What of a resource goes to other nodes, and what goes along with it (resources §7).
#pragma once

#include "core/error.hpp"
#include "core/ral/canonical.hpp"
#include "core/ral/resource.hpp"
#include "core/value.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mco::client {

/// What is only copied when it is asked for.
struct CloneWish {
    bool password = false;
    bool same_version = false;  ///< of a package; else any
    bool removal = false;       ///< an absent resource may be copied, too
    bool home = false;          ///< where a user is created, so is the home directory
    bool ids = false;           ///< uid and gid
};

/// A parameter that stays behind, and what would change that; empty: nothing, it belongs to the
/// node.
struct NotCopied {
    std::string name;
    std::string hint;

    bool operator==(const NotCopied&) const = default;
};

struct ClonePlan {
    ral::Resource resource;             ///< as it is to be
    std::vector<ral::Resource> groups;  ///< before it: those of a user
    std::vector<NotCopied> not_copied;  ///< in the order of the source's parameters
    bool home = false;                  ///< where it is created, with its home directory

    /// All of it for the action `apply`, in order. `created`: on nodes that have none yet.
    Array resources(bool created) const;
};

/// What was learned of the source.
struct CloneSource {
    ral::Resource resource;                   ///< as `find` answered
    ral::GroupNames groups = {};              ///< of the node, for users
    std::optional<std::string> content = {};  ///< of a regular file
};

/// Why resources of this type are never cloned; empty if they may be. Some act even when Puppet is
/// only asked what it would do (resources §2, trap 4).
std::string why_not_cloned(std::string_view type);

/// Errors: invalid and not_found, saying why it cannot be cloned, and denied where the source did
/// not tell what is wished.
Expected<ClonePlan> plan_clone(const CloneSource& source, const CloneWish& wish);

}  // namespace mco::client
