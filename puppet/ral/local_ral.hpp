// The resources of this node: native where that says the same as Puppet, else by the worker
// (resources §1, §3). One for all agents of a daemon.
#pragma once

#include "core/config/config.hpp"
#include "core/error.hpp"
#include "core/ral/canonical.hpp"
#include "core/ral/resource.hpp"
#include "core/time.hpp"
#include "puppet/local_puppet.hpp"
#include "puppet/ral/native.hpp"
#include "puppet/ral/worker.hpp"
#include "system/clock.hpp"
#include "system/log.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mco::puppet {

/// All members: any worker thread; they block until the deadline at most. Errors are those of
/// worker and native reading, and are what a caller is told. Type names are checked (is_type_name)
/// before anything else.
class LocalRal {
  public:
    /// Nothing is started. Errors: invalid, naming the setting.
    static Expected<std::unique_ptr<LocalRal>> make(const config::Config& config,
                                                    LocalPuppet& puppet,
                                                    system::Runner& runner,
                                                    const system::Clock& clock,
                                                    system::Log& log);

    Expected<ral::Resource> find(const std::string& type,
                                 const std::string& title,
                                 Monotonic deadline);

    /// `provider` as for Worker::search(); `system` is dpkg's packages alone, read natively.
    Expected<Listed> search(const std::string& type,
                            const std::string& provider,
                            Monotonic deadline);

    struct Types {
        std::vector<std::string> names;   ///< sorted
        std::vector<std::string> native;  ///< those that are read without Ruby here
        std::string puppet_version;       ///< empty without Puppet
    };

    Expected<Types> types(Monotonic deadline);

    /// Waits for a catalog that the Puppet agent applies, unless it is a no-op.
    Expected<ApplyResult> apply(const std::vector<ral::Resource>& resources,
                                bool noop,
                                Monotonic deadline);

    Expected<ral::GroupNames> group_names() const;

    /// Ends the worker; what was remembered of Puppet's plug-ins is looked at anew.
    void refresh();

    LocalPuppet& puppet() { return puppet_; }

  private:
    LocalRal(LocalPuppet& puppet,
             NativeReading native,
             WorkerSettings worker,
             const system::Clock& clock,
             system::Log& log);

    LocalPuppet& puppet_;
    NativeReading native_;
    Worker worker_;
    const system::Clock& clock_;
};

}  // namespace mco::puppet
