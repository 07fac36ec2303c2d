// The actions that change resources, or tell what would be changed: diff, create and apply
// (resources §4).
#pragma once

#include "agents/puppetral/means.hpp"
#include "core/rpc/rpc.hpp"

namespace mco::puppetral {

/// What would be changed about one resource. Any worker thread; blocks. So do the others.
rpc::Output diff(const Means& means, const Map& inputs);

/// Brings one resource into its state, as the original's clients ask for it.
rpc::Output create(const Means& means, const Map& inputs);

/// Brings several into their states, or tells what that would change.
rpc::Output apply(const Means& means, const Map& inputs);

}  // namespace mco::puppetral
