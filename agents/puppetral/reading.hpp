// The actions that show resources: find, search and types (resources §4).
#pragma once

#include "agents/puppetral/means.hpp"
#include "core/rpc/rpc.hpp"

namespace mco::puppetral {

/// One resource as it is. Any worker thread; blocks. So do the others.
rpc::Output find(const Means& means, const Map& inputs);

/// All of a type; refused if they would not fit into a reply that clients take.
rpc::Output search(const Means& means, const Map& inputs);

/// Names of the types that the node knows.
rpc::Output types(const Means& means);

}  // namespace mco::puppetral
