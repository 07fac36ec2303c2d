// What requests may change on this node, and of what they may have a preview (resources §4).
#pragma once

#include "agents/puppetral/means.hpp"
#include "core/error.hpp"
#include "core/ral/resource.hpp"

#include <vector>

namespace mco::puppetral {

/// Whether all of them may be changed: by the lists plugin.puppetral.resource_…, of which without
/// settings nothing is; `exec` by name only; nothing that Puppet manages unless that is allowed. An
/// Error names the first that may not. Any worker thread; blocks.
Expected<void> check_change(const Means& means,
                            const std::vector<ral::Resource>& resources,
                            Monotonic deadline);

/// Whether Puppet can tell what it would do without doing something. An Error as above.
Expected<void> check_preview(const Means& means, const std::vector<ral::Resource>& resources);

}  // namespace mco::puppetral
