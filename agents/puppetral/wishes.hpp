// Resources as requests want them, checked before Puppet sees them (resources §2, §4).
#pragma once

#include "core/error.hpp"
#include "core/ral/resource.hpp"
#include "core/value.hpp"

#include <string>
#include <vector>

namespace mco::puppetral {

/// The resource that the inputs type, title and parameters of an action describe; without
/// parameters all other inputs are those. Nothing that Puppet could run, that makes another
/// resource of it, or that stands for a value which was not told can be among them. Errors: what a
/// caller is told; invalid, limit.
Expected<ral::Resource> wished_resource(const Map& inputs);

/// The same for a list of such maps: at least one, 64 at most.
Expected<std::vector<ral::Resource>> wished_resources(const Map& inputs);

}  // namespace mco::puppetral
