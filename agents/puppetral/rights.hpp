// What requests may change on this node, and of what they may have a preview (resources §4).
#pragma once

#include "agents/puppetral/means.hpp"
#include "core/error.hpp"
#include "core/ral/resource.hpp"

#include <string>
#include <vector>

namespace mco::puppetral {

/// Whether `create` may change it: by the lists plugin.puppetral.resource_…, of which without
/// settings nothing is; `exec` by name only; nothing that Puppet manages unless that is allowed.
/// plugin.puppetral.apply may forbid it altogether; its `noop` is about the action `apply` alone.
/// An Error names the resource. Any worker thread; blocks. So do the others.
Expected<void> check_create(const Means& means, const ral::Resource& resource, Monotonic deadline);

/// Whether a real `apply` may change all of them: by plugin.puppetral.apply, and as above. An Error
/// names the first that may not.
Expected<void> check_apply(const Means& means,
                           const std::vector<ral::Resource>& resources,
                           Monotonic deadline);

/// For previews: why check_apply() would refuse each of the resources, in their order, without its
/// name; empty where it would not.
std::vector<std::string> refusals(const Means& means,
                                  const std::vector<ral::Resource>& resources,
                                  Monotonic deadline);

/// Whether callers may have a preview, and Puppet can tell what it would do without doing
/// something. An Error as above.
Expected<void> check_preview(const Means& means, const std::vector<ral::Resource>& resources);

}  // namespace mco::puppetral
