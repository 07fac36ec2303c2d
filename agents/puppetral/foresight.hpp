// What a change would fail on, where Puppet's no-op cannot see that (resources §4).
#pragma once

#include "agents/puppetral/means.hpp"
#include "core/ral/resource.hpp"

#include <string>
#include <vector>

namespace mco::puppetral {

/// Why bringing `resource` into its state would fail; empty if nothing is known against it:
/// groups of a user that are not there, a number that is taken, a package that cannot be had, a
/// directory that is missing. What `all`, the resources of the same request, bring along counts as
/// there. What cannot be found out is nothing against it. Any worker thread; blocks.
std::string would_fail(const Means& means,
                       const ral::Resource& resource,
                       const std::vector<ral::Resource>& all,
                       Monotonic deadline);

}  // namespace mco::puppetral
