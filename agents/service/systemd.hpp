// Services by systemd, without Puppet (resources §8).
#pragma once

#include "agents/service/managed.hpp"
#include "system/clock.hpp"
#include "system/process.hpp"

#include <string>

namespace mco::services {

/// Asks and commands by `systemctl`. A definition that has changed on disk is read again before a
/// start or restart, as Puppet does; a masked unit stays masked. What fails is explained by
/// systemd's own words and the last ten lines of the unit's journal.
class Systemd final : public Manager {
  public:
    /// Both outlive it.
    Systemd(system::Runner& runner, const system::Clock& clock);

    Expected<State> state(const std::string& name, Monotonic deadline) const override;
    Expected<void> act(Action action,
                       const std::string& name,
                       const State& before,
                       Monotonic deadline) const override;

  private:
    void read_definitions(Monotonic deadline) const;
    std::string journal(const std::string& name) const;

    system::Runner& runner_;
    const system::Clock& clock_;
};

}  // namespace mco::services
