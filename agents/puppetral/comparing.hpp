// The actions by which nodes are compared: digest and list (resources §5).
#pragma once

#include "agents/puppetral/means.hpp"
#include "core/rpc/rpc.hpp"

namespace mco::puppetral {

/// A digest for each type; one that cannot be read has an error in its place. Any worker thread;
/// blocks. So does the other.
rpc::Output digest(const Means& means, const Map& inputs);

/// A page of the canonical lines of one type.
rpc::Output list(const Means& means, const Map& inputs);

}  // namespace mco::puppetral
