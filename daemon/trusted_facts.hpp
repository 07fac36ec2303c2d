// The fact `trusted`: what an authority vouches for about this node, as Puppet has it. Facts files
// cannot say it differently.
#pragma once

#include "core/value.hpp"

#include <memory>

namespace mco::daemon {

/// `facts` with `trusted` in place of what calls itself so there: as one map, and every leaf once
/// more under its dotted name (`trusted.extensions.pp_role`), because filters know only whole
/// names. The same facts, not a copy, when `trusted` is empty.
std::shared_ptr<const Map> with_trusted(std::shared_ptr<const Map> facts, const Map& trusted);

}  // namespace mco::daemon
