// The resources of this node: native where that says the same as Puppet, else by the worker
// (resources §1, §3). One for all agents of a daemon.
#pragma once

#include "core/config/config.hpp"
#include "core/error.hpp"
#include "puppet/local_puppet.hpp"
#include "puppet/ral/native.hpp"
#include "puppet/ral/ral.hpp"
#include "puppet/ral/worker.hpp"
#include "system/clock.hpp"
#include "system/log.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace mco::puppet {

/// Errors are those of worker and native reading.
class LocalRal final : public Ral {
  public:
    /// Nothing is started. Errors: invalid, naming the setting.
    static Expected<std::unique_ptr<LocalRal>> make(const config::Config& config,
                                                    LocalPuppet& puppet,
                                                    system::Runner& runner,
                                                    const system::Clock& clock,
                                                    system::Log& log);

    Expected<ral::Resource> find(const std::string& type,
                                 const std::string& title,
                                 Monotonic deadline) override;
    Expected<Listed> search(const std::string& type,
                            const std::string& provider,
                            Monotonic deadline) override;
    Expected<Types> types(Monotonic deadline) override;
    Expected<ApplyResult> apply(const std::vector<ral::Resource>& resources,
                                bool noop,
                                Monotonic deadline) override;
    Expected<ral::GroupNames> group_names() const override;
    void refresh() override;

  private:
    LocalRal(LocalPuppet& puppet,
             NativeReading native,
             WorkerSettings worker,
             const system::Clock& clock,
             system::Log& log);

    std::chrono::milliseconds until(Monotonic deadline) const;
    bool has_puppet(Monotonic deadline) const;
    bool reads_natively(std::string_view type, Monotonic deadline) const;
    void add_other_packages(Listed& listed, Monotonic deadline);
    Expected<void> wait_for_agent(Monotonic deadline) const;

    LocalPuppet& puppet_;
    NativeReading native_;
    Worker worker_;
    const system::Clock& clock_;
};

}  // namespace mco::puppet
