#include "cli/broker_link.hpp"

#include "system/asio.hpp"
#include "system/credentials/credentials.hpp"
#include "transport/factory.hpp"

#include <fmt/format.h>

#include <utility>

namespace mco::cli {

namespace {

/// An unknown connector is the fault of one line of the configuration.
Error with_origin(Error error, const config::Config& config) {
    const auto line = config.core.find("connector");
    if (error.code == Errc::not_found && line != config.core.end())
        error.message = line->second.origin + ": " + error.message;
    return error;
}

}  // namespace

struct BrokerLink::Parts {
    asio::io_context io{1};
    credentials::Secured secured;
    std::unique_ptr<transport::Connector> connector;
    std::unique_ptr<client::Session> session;
};

BrokerLink::BrokerLink(const config::Config& config,
                       const Settings& settings,
                       const system::Clock& clock,
                       system::Log& log,
                       std::optional<std::string> home,
                       std::string cache_folder)
    : config_(config),
      settings_(settings),
      clock_(clock),
      log_(log),
      home_(std::move(home)),
      cache_folder_(std::move(cache_folder)) {}

BrokerLink::~BrokerLink() {
    if (!parts_ || !parts_->session)
        return;
    parts_->session->close();
    const auto* known = parts_->secured.known.get();
    if (const auto saved = known == nullptr ? Expected<void>() : known->save(); !saved)
        log_.info("The certificates of nodes cannot be remembered: {}", saved.error().message);
}

Expected<client::Session*> BrokerLink::session() {
    if (parts_)
        return parts_->session.get();
    auto parts = std::make_unique<Parts>();
    auto surroundings = credentials::this_process(home_);
    surroundings.cache_folder = cache_folder_;
    MCO_TRY(
        secured,
        credentials::make_provider(config_, credentials::Role::client, surroundings, clock_.now()));
    for (const auto& warning : secured.warnings)
        log_.info("{}", warning);
    parts->secured = std::move(secured);
    auto* known = parts->secured.known.get();
    if (const auto used = known == nullptr ? Expected<void>() : known->recall(clock_.now()); !used)
        log_.info("All certificates are verified again: {}", used.error().message);
    auto connector = transport::make_connector(parts->io, config_, clock_, log_);
    if (!connector)
        return tl::unexpected(with_origin(std::move(connector).error(), config_));
    parts->connector = *std::move(connector);
    parts->session =
        std::make_unique<client::Session>(client::SessionParts{parts->io,
                                                               *parts->connector,
                                                               *parts->secured.provider,
                                                               clock_,
                                                               config_.identity,
                                                               config_.securityprovider == "x509"});
    parts_ = std::move(parts);
    auto& session = *parts_->session;
    session.catch_interrupts();
    // What goes wrong while connecting is said once, at the end, and not as a warning for every
    // attempt.
    const auto level = log_.threshold();
    log_.set_threshold(level == system::Level::warn ? system::Level::error : level);
    const auto connected = session.connect(settings_.connection_timeout);
    log_.set_threshold(level);
    if (!connected) {
        if (session.interrupted())
            return fail(Errc::unavailable, "");
        return fail(
            Errc::unavailable,
            no_connection(config_, settings_.connection_timeout, connected.error().message));
    }
    return &session;
}

std::string no_connection(const config::Config& config,
                          std::chrono::milliseconds bound,
                          const std::string& why) {
    std::string brokers;
    for (int number = 1;; ++number) {
        const auto prefix = fmt::format("{}.pool.{}.", config.connector, number);
        const auto* host = config.plugin_setting(prefix + "host");
        if (host == nullptr)
            break;
        brokers += fmt::format("{}{}:{}",
                               brokers.empty() ? "" : ", ",
                               *host,
                               config.plugin_string(prefix + "port", "61613"));
    }
    return fmt::format(
        "No connection to the message broker within {:.1f} seconds. Tried {}; the last attempt "
        "ended with: {}. "
        "Check that the broker is running and can be reached from here, and host, port, user and "
        "password in {} "
        "(plugin.{}.pool.*); --connection-timeout waits longer.",
        std::chrono::duration<double>(bound).count(),
        brokers.empty() ? "nothing, because no broker is configured" : brokers,
        why.empty() ? "no answer" : why,
        config.file.empty() ? "the configuration" : config.file,
        config.connector);
}

}  // namespace mco::cli
