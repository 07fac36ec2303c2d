#include "daemon/daemon.hpp"

#include "system/config_files.hpp"
#include "system/credentials/pool_tls.hpp"
#include "transport/factory.hpp"

#include <utility>

namespace mco::daemon {
namespace {

/// Adds where a core key was set to an error about it.
template <class T>
Expected<T> with_origin(Expected<T> made, const config::Config& config, const std::string& key) {
    const auto setting = config.core.find(key);
    if (made || setting == config.core.end() ||
        made.error().message.find(setting->second.origin) != std::string::npos)
        return made;
    return fail(made.error().code, setting->second.origin + ": " + made.error().message);
}

/// A node whose configuration does not mention facts at all goes without; what is configured must
/// work.
Expected<std::vector<std::unique_ptr<facts::Source>>> make_fact_sources(
    const config::Config& config,
    const Surroundings& surroundings) {
    auto made = with_origin(facts::make_sources(config, surroundings.runner), config, "factsource");
    if (made || config.core.count("factsource") != 0)
        return made;
    surroundings.log.warn("This node has no facts: {}", made.error().message);
    return std::vector<std::unique_ptr<facts::Source>>();
}

std::string join(const std::vector<std::string>& words) {
    std::string joined;
    for (const std::string& word : words)
        joined += (joined.empty() ? "" : ", ") + word;
    return joined;
}

}  // namespace

Expected<Outside> make_outside(const config::Config& config, const Surroundings& surroundings) {
    MCO_CHECK(with_origin(audit_settings(config), config, "rpcauditprovider"));
    const auto role = credentials::Role::node;
    const auto process = credentials::this_process(system::process_environment()("HOME"));
    MCO_TRY(secured,
            with_origin(credentials::make_provider(config, role, process, surroundings.clock.now()),
                        config,
                        "securityprovider"));
    const auto completed = credentials::with_pool_tls(config, role, process);
    MCO_TRY(connector,
            with_origin(transport::make_connector(
                            surroundings.io, completed, surroundings.clock, surroundings.log),
                        config,
                        "connector"));
    MCO_TRY(sources, make_fact_sources(config, surroundings));
    return Outside{std::move(secured), std::move(connector), std::move(sources)};
}

Daemon::Daemon(const config::Config& config, const Surroundings& s, Outside outside)
    : config_(config),
      log_(s.log),
      outside_(std::move(outside)),
      node_({config,
             s.declarations,
             *outside_.secured.provider,
             s.clock,
             s.runner,
             s.log,
             s.version,
             s.make_agents}),
      service_({s.io, config, node_, *outside_.connector, s.workers, s.clock, s.log}),
      upkeep_({s.io, config, node_, s.workers, s.clock, s.log, outside_.secured.watcher.get()},
              std::move(outside_.fact_sources)),
      registration_(
          {s.io, config, node_, *outside_.secured.provider, *outside_.connector, s.clock, s.log}) {}

void Daemon::start(std::function<void(const Error& why)> failed) {
    log_start();
    keep_accepted();
    service_.start(std::move(failed));
    upkeep_.start([this] { registration_.start(); });
}

void Daemon::keep_accepted() {
    const auto path = config_.plugin_string("daemon.accepted",
                                            "/var/lib/mcollective/accepted-" + config_.identity);
    if (path == "0")
        return;
    if (const auto kept = node_.keep_accepted(path); !kept)
        log_.warn(
            "Requests that were accepted before a restart could be repeated after it: {}; "
            "plugin.daemon.accepted names another file",
            kept.error().message);
}

void Daemon::log_start() const {
    const auto node = node_.inventory();
    log_.info("{} joins {} with the connector {} and the security provider {}",
              node->identity,
              join(node->collectives),
              config_.connector,
              outside_.secured.name);
    log_.info("Agents: {}", join(node->agents));
    for (const std::string& warning : outside_.secured.warnings)
        log_.warn("{}", warning);
}

void Daemon::reload() {
    node_.refresh_agents();
    upkeep_.refresh();
}

void Daemon::drain(std::function<void()> done) {
    service_.drain(drain_grace(), std::move(done));
}

std::chrono::milliseconds Daemon::drain_grace() const {
    if (!config_.soft_shutdown)
        return std::chrono::seconds(5);
    if (!config_.soft_shutdown_timeout)
        return node_.longest_timeout();
    if (config_.soft_shutdown_timeout->count() > 0)
        return *config_.soft_shutdown_timeout;
    log_.warn("soft_shutdown_timeout must be more than 0: actions that run are not waited for");
    return std::chrono::milliseconds(0);
}

}  // namespace mco::daemon
