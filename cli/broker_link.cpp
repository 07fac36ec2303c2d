#include "cli/broker_link.hpp"

#include "client/broker_parts.hpp"

#include <fmt/format.h>

#include <utility>

namespace mco::cli {

struct BrokerLink::Line {
    std::unique_ptr<client::BrokerParts> parts;
    client::Session session;
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
    if (!line_)
        return;
    line_->session.close();
    line_->parts->remember_nodes(log_);
}

Expected<client::Session*> BrokerLink::session() {
    if (line_)
        return &line_->session;
    MCO_TRY(parts, client::make_broker_parts(config_, clock_, log_, {home_, cache_folder_}));
    auto for_session = parts->for_switchboard(config_, clock_);
    line_.reset(new Line{std::move(parts), client::Session(std::move(for_session))});
    auto& session = line_->session;
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
