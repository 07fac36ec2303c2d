// The resources of a node, as agents see them (resources §1, §3).
#pragma once

#include "core/error.hpp"
#include "core/ral/canonical.hpp"
#include "core/ral/resource.hpp"
#include "core/time.hpp"
#include "puppet/ral/worker.hpp"

#include <string>
#include <vector>

namespace mco::puppet {

/// All members: any worker thread; they block until the deadline at most. Errors are what a caller
/// is told. Type names are checked (is_type_name) before anything else.
class Ral {
  public:
    Ral() = default;
    Ral(const Ral&) = delete;
    Ral& operator=(const Ral&) = delete;
    virtual ~Ral() = default;

    virtual Expected<ral::Resource> find(const std::string& type,
                                         const std::string& title,
                                         Monotonic deadline) = 0;

    /// Sorted by title. `provider`: only that one's, empty: all; `system` is dpkg's packages alone,
    /// read natively.
    virtual Expected<Listed> search(const std::string& type,
                                    const std::string& provider,
                                    Monotonic deadline) = 0;

    struct Types {
        std::vector<std::string> names;   ///< sorted
        std::vector<std::string> native;  ///< those that are read without Ruby here
        std::string puppet_version;       ///< empty without Puppet
    };

    virtual Expected<Types> types(Monotonic deadline) = 0;

    /// Waits for a catalog that the Puppet agent applies, unless it is a no-op.
    virtual Expected<ApplyResult> apply(const std::vector<ral::Resource>& resources,
                                        bool noop,
                                        Monotonic deadline) = 0;

    virtual Expected<ral::GroupNames> group_names() const = 0;

    /// Ends the worker; what was remembered of Puppet's plug-ins is looked at anew.
    virtual void refresh() = 0;
};

}  // namespace mco::puppet
