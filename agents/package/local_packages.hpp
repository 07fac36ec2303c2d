// What the agent and its data plug-in have in common within a node.
#pragma once

#include "agents/agent.hpp"
#include "agents/package/apt_get.hpp"
#include "agents/package/changes.hpp"
#include "agents/package/manager.hpp"
#include "agents/package/packages.hpp"
#include "agents/package/settings.hpp"
#include "agents/package/system_kind.hpp"
#include "puppet/ral/ral.hpp"

#include <memory>

namespace mco::package {

struct LocalPackages {
    Settings settings;
    Changes changes;
    AptGet apt;
    ManagerParts parts;
    std::unique_ptr<Packages> packages;
    std::unique_ptr<Manager> manager;  ///< null: this node has none that is known here

    /// Without `packages` and `manager`.
    LocalPackages(Settings read, const agents::AgentContext& context, Pause pause);
};

/// Whether the node's packages are changed by Puppet's providers.
bool needs_puppet(const Settings& settings, SystemKind kind);

/// Made at the first use within a node, from the settings as they are then. Throws
/// std::invalid_argument if a setting cannot be used. Any thread.
LocalPackages& local_packages(const agents::AgentContext& context);

/// For local_packages() and tests: of a node of this kind. `ral`: Puppet's resources; null where
/// needs_puppet() says that they are not needed.
std::unique_ptr<LocalPackages> make_local_packages(const agents::AgentContext& context,
                                                   Settings settings,
                                                   SystemKind kind,
                                                   puppet::Ral* ral,
                                                   Pause pause);

}  // namespace mco::package
