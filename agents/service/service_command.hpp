// Services by a command such as /sbin/service, whose exit status is all it tells (client and agents
// §5.3).
#pragma once

#include "agents/service/services.hpp"
#include "system/clock.hpp"
#include "system/process.hpp"

#include <string>

namespace mco::services {

/// `COMMAND NAME ACTION`: a start, restart or status that succeeds means that the service runs, a
/// stop that it does not. Nothing is refused, and only a command that cannot be run is a failure.
class ServiceCommand final : public Provider {
  public:
    /// Runner and clock outlive it. `command` is a program, without words of its own.
    ServiceCommand(std::string command, system::Runner& runner, const system::Clock& clock);

    Answer act(Action action, const std::string& name, Monotonic deadline) const override;

  private:
    std::string command_;
    system::Runner& runner_;
    const system::Clock& clock_;
};

}  // namespace mco::services
