// The rules of the agent's actions, for services whose state can be asked for (client and agents
// §5.3, resources §8).
#pragma once

#include "agents/service/services.hpp"
#include "core/error.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace mco::services {

/// How a service is at the moment.
struct State {
    bool exists = true;     ///< false: nobody here knows such a service
    bool running = false;   ///< as Puppet sees it
    bool changing = false;  ///< it is neither as it was nor as it will be
    bool masked = false;    ///< it must not be started
    bool outdated = false;  ///< its definition has changed since it was read
};

/// Systemd, or Puppet where there is none. All members: any worker thread, several at a time; they
/// block until the deadline at most.
class Manager {
  public:
    Manager() = default;
    Manager(const Manager&) = delete;
    Manager& operator=(const Manager&) = delete;
    virtual ~Manager() = default;

    virtual Expected<State> state(const std::string& name, Monotonic deadline) const = 0;

    /// Starts, stops or restarts a service that was seen as `before`, and waits until that is done.
    /// Errors: what the caller is told, possibly in several lines.
    virtual Expected<void> act(Action action,
                               const std::string& name,
                               const State& before,
                               Monotonic deadline) const = 0;
};

/// Lets time pass.
using Pause = std::function<void(std::chrono::milliseconds)>;

/// Refuses what makes no sense, and tells how a service is once it has settled: half a second after
/// a start or restart, later while it is still changing, but after five seconds at most.
class ManagedServices final : public Provider {
  public:
    ManagedServices(std::unique_ptr<const Manager> manager, Pause pause);

    Answer act(Action action, const std::string& name, Monotonic deadline) const override;

  private:
    Expected<State> settled(Action action, const std::string& name, Monotonic deadline) const;

    std::unique_ptr<const Manager> manager_;
    Pause pause_;
};

}  // namespace mco::services
