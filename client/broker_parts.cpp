#include "client/broker_parts.hpp"

#include "system/asio.hpp"
#include "system/credentials/pool_tls.hpp"
#include "transport/factory.hpp"

#include <utility>

namespace mco::client {

namespace {

/// An unknown connector is the fault of one line of the configuration.
Error with_origin(Error error, const config::Config& config) {
    const auto line = config.core.find("connector");
    if (error.code == Errc::not_found && line != config.core.end())
        error.message = line->second.origin + ": " + error.message;
    return error;
}

}  // namespace

BrokerParts::BrokerParts(std::unique_ptr<asio::io_context> io,
                         credentials::Secured secured,
                         std::unique_ptr<transport::Connector> connector)
    : io_(std::move(io)), secured_(std::move(secured)), connector_(std::move(connector)) {}

BrokerParts::~BrokerParts() = default;

SwitchboardParts BrokerParts::for_switchboard(const config::Config& config,
                                              const system::Clock& clock) {
    return {*io_,
            *connector_,
            *secured_.provider,
            clock,
            config.identity,
            config.securityprovider == "x509"};
}

void BrokerParts::remember_nodes(system::Log& log) const {
    const auto* known = secured_.known.get();
    if (const auto saved = known == nullptr ? Expected<void>() : known->save(); !saved)
        log.info("The certificates of nodes cannot be remembered: {}", saved.error().message);
}

Expected<std::unique_ptr<BrokerParts>> make_broker_parts(const config::Config& config,
                                                         const system::Clock& clock,
                                                         system::Log& log,
                                                         const UserFolders& folders) {
    const auto role = credentials::Role::client;
    auto surroundings = credentials::this_process(folders.home);
    surroundings.cache_folder = folders.cache;
    MCO_TRY(secured, credentials::make_provider(config, role, surroundings, clock.now()));
    for (const auto& warning : secured.warnings)
        log.info("{}", warning);
    auto* known = secured.known.get();
    if (const auto used = known == nullptr ? Expected<void>() : known->recall(clock.now()); !used)
        log.info("All certificates are verified again: {}", used.error().message);
    auto io = std::make_unique<asio::io_context>(1);
    auto connector = transport::make_connector(
        *io, credentials::with_pool_tls(config, role, surroundings), clock, log);
    if (!connector)
        return tl::unexpected(with_origin(std::move(connector).error(), config));
    return std::make_unique<BrokerParts>(std::move(io), std::move(secured), *std::move(connector));
}

}  // namespace mco::client
