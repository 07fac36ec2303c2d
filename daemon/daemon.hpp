// One complete daemon, built from the parts it is given. A process may hold thousands of them
// (design D6).
#pragma once

#include "agents/declarations.hpp"
#include "core/config/config.hpp"
#include "daemon/node.hpp"
#include "daemon/registration.hpp"
#include "daemon/service.hpp"
#include "daemon/upkeep.hpp"
#include "daemon/worker_pool.hpp"
#include "facts/sources.hpp"
#include "system/credentials/credentials.hpp"
#include "transport/connector.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace mco::daemon {

/// What a daemon shares with others in its process. Outlives it, as does the configuration.
struct Surroundings {
    asio::io_context& io;
    const agents::Declarations& declarations;
    WorkerPool& workers;
    const system::Clock& clock;
    system::Runner& runner;
    system::Log& log;
    std::string version;
    Node::Make<agents::Agent> make_agents = agents::make_agents;  ///< others in the fleet emulator
};

/// What a daemon has for itself of the outside world.
struct Outside {
    credentials::Secured secured;
    std::unique_ptr<transport::Connector> connector;
    std::vector<std::unique_ptr<facts::Source>> fact_sources;
};

/// What `config` asks for. Errors name the setting and where it stands; among them is everything
/// that this release cannot do and that must not be ignored.
Expected<Outside> make_outside(const config::Config& config, const Surroundings& surroundings);

/// All members are for the I/O thread.
class Daemon {
  public:
    /// Throws std::invalid_argument when a setting of an agent, of the authorisation or of the
    /// audit cannot be used.
    Daemon(const config::Config& config, const Surroundings& surroundings, Outside outside);

    /// Reads facts and classes, then connects. `failed` is called if the connector gives up for
    /// good.
    void start(std::function<void(const Error& why)> failed);

    /// Lets the agents do ahead what takes long, on a worker thread. To be called once.
    void prepare() { service_.prepare(); }

    /// Facts, classes and credentials are read again if they have changed; agents forget what they
    /// remember.
    void reload();
    /// Finishes what is being worked on, as soft_shutdown allows; disconnects; calls `done`.
    void drain(std::function<void()> done);

    void log_counters() const { service_.log_counters(); }

    /// How it is now.
    Figures figures() const { return service_.figures(); }

    /// Others have rotated the audit trail.
    void reopen_audit() { node_.reopen_audit(); }

    /// The program ends in the middle of actions: for the audit.
    void give_up_all() { node_.give_up_all(); }

    const Node& node() const { return node_; }

  private:
    void keep_accepted();
    void log_start() const;
    std::chrono::milliseconds drain_grace() const;

    const config::Config& config_;
    system::Log& log_;
    Outside outside_;
    Node node_;
    Service service_;
    Upkeep upkeep_;
    Registration registration_;
};

}  // namespace mco::daemon
