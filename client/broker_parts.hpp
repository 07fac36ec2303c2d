// What a client of the broker is made of in production: event loop, security provider and
// connector, as the configuration has them.
#pragma once

#include "client/switchboard.hpp"
#include "core/config/config.hpp"
#include "core/error.hpp"
#include "system/clock.hpp"
#include "system/credentials/credentials.hpp"
#include "system/log.hpp"
#include "transport/connector.hpp"

#include <memory>
#include <optional>
#include <string>

namespace mco::client {

/// Not connected; nothing runs. Whoever has it runs the io_context, on one thread.
class BrokerParts {
  public:
    BrokerParts(std::unique_ptr<boost::asio::io_context> io,
                credentials::Secured secured,
                std::unique_ptr<transport::Connector> connector);
    ~BrokerParts();
    BrokerParts(const BrokerParts&) = delete;
    BrokerParts& operator=(const BrokerParts&) = delete;

    boost::asio::io_context& io() { return *io_; }

    /// For the one switchboard or session on them; the parts outlive it.
    SwitchboardParts for_switchboard(const config::Config& config, const system::Clock& clock);

    /// Keeps the certificates of the nodes that answered for the next time; a failure is logged.
    void remember_nodes(system::Log& log) const;

  private:
    std::unique_ptr<boost::asio::io_context> io_;
    credentials::Secured secured_;
    std::unique_ptr<transport::Connector> connector_;
};

/// Where files of the user are.
struct UserFolders {
    std::optional<std::string> home;  ///< where certificates may be
    std::string cache;                ///< where those of nodes are remembered; empty: nowhere
};

/// Reads keys and certificates of this process; warnings about them go to `log`. `config`, `clock`
/// and `log` outlive the parts. Errors: those of credentials::make_provider() and
/// transport::make_connector(); the latter's name the line of the configuration.
Expected<std::unique_ptr<BrokerParts>> make_broker_parts(const config::Config& config,
                                                         const system::Clock& clock,
                                                         system::Log& log,
                                                         const UserFolders& folders);

}  // namespace mco::client
