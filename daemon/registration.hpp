// Tells the collective regularly that this node is there (protocol §12.6, client and agents §8.1).
#pragma once

#include "core/config/config.hpp"
#include "core/security/provider.hpp"
#include "daemon/node.hpp"
#include "system/asio.hpp"
#include "transport/connector.hpp"

#include <array>
#include <memory>
#include <string>
#include <string_view>

namespace mco::daemon {

/// What can be registered.
constexpr std::array<std::string_view, 3> registrations = {"agentlist", "meta", "inventory"};

/// Is there what the setting `registration` names? Errors: invalid, with what there is.
Expected<void> check_registration(const config::Config& config);

/// `agentlist`: the agents' names. `meta`: everything that filters are matched against.
/// `inventory`: the same, so that receivers of `meta` can read it, and the agents' versions, the
/// data plug-ins and the version of the program.
Value registration_body(std::string_view plugin, const agents::NodeView& node);

/// Where: registration_collective if it is one of ours, else the main one.
std::string registration_collective(const config::Config& config);

/// All members are for the I/O thread.
class Registration {
  public:
    /// Everything outlives it.
    struct Parts {
        asio::io_context& io;
        const config::Config& config;
        const Node& node;
        const security::Provider& provider;
        transport::Connector& connector;
        const system::Clock& clock;
        system::Log& log;
    };

    explicit Registration(const Parts& parts);

    /// Publishes at once, or after a random part of the interval if registration_splay is set, and
    /// then at every interval; never if the interval is 0.
    void start();
    /// Publishes once. Errors are only told: the next time may go well.
    Expected<void> publish() const;

  private:
    void schedule(std::chrono::milliseconds delay);

    const Parts parts_;
    asio::steady_timer timer_;
    std::shared_ptr<Registration*>
        alive_;  // handlers that are still queued look whether it is gone
};

}  // namespace mco::daemon
