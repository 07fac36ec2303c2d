// Services by Puppet's own providers, where systemd does not run (client and agents §5.3).
#pragma once

#include "agents/service/managed.hpp"
#include "core/value.hpp"
#include "puppet/ral/ral.hpp"

#include <functional>

namespace mco::services {

/// A no-op tells whether a service runs, a catalog of one resource starts or stops it. Puppet
/// restarts what another resource notifies, here one of type notify.
class PuppetServices final : public Manager {
  public:
    /// Makes the node's resources at their first use.
    using FindRal = std::function<puppet::Ral&()>;

    /// `parameters`: those of the type service that the node's settings give, such as hasstatus.
    PuppetServices(FindRal ral, Map parameters);

    Expected<State> state(const std::string& name, Monotonic deadline) const override;
    Expected<void> act(Action action,
                       const std::string& name,
                       const State& before,
                       Monotonic deadline) const override;

  private:
    ral::Resource service(const std::string& name, const char* ensure) const;

    FindRal ral_;
    Map parameters_;
};

}  // namespace mco::services
