#include "daemon/monitoring.hpp"

#include <utility>

namespace mco::daemon {
namespace {

constexpr long longest_interval = 86400;

/// Says which setting it is about, and where that stands.
tl::unexpected<Error> wrong(const config::Config& config,
                            const std::string& name,
                            const Error& why) {
    const config::Setting& setting = config.plugin.at(name);
    return fail(why.code,
                setting.origin + ": plugin." + name + " = " + setting.value + ": " + why.message);
}

}  // namespace

Expected<Monitoring::Settings> Monitoring::settings(const config::Config& config,
                                                    const std::optional<std::string>& status_file) {
    Settings settings;
    settings.status_file = status_file;
    if (const auto* configured = config.plugin_setting("daemon.status_file");
        configured && !configured->empty()) {
        if (!configured->starts_with('/'))
            return wrong(
                config, "daemon.status_file", {Errc::invalid, "expected an absolute path"});
        if (!status_file)
            settings.status_file = *configured;
    }
    const std::string interval = "daemon.status_interval";
    MCO_TRY(seconds, config.plugin_int(interval, settings.status_interval.count()));
    if (seconds < 1 || seconds > longest_interval)
        return wrong(config, interval, {Errc::invalid, "expected 1 to 86400 seconds"});
    settings.status_interval = std::chrono::seconds(seconds);
    if (const auto* address = config.plugin_setting("daemon.metrics");
        address && !address->empty()) {
        const auto parsed = metrics::parse_address(*address);
        if (!parsed)
            return wrong(config, "daemon.metrics", parsed.error());
        settings.metrics = *parsed;
    }
    return settings;
}

Expected<std::unique_ptr<Monitoring>> Monitoring::make(const Parts& parts, Settings settings) {
    std::unique_ptr<system::StatusFile> file;
    if (settings.status_file) {
        MCO_TRY(opened, system::StatusFile::open(*settings.status_file, parts.log));
        file = std::move(opened);
    }
    return std::unique_ptr<Monitoring>(new Monitoring(parts, std::move(settings), std::move(file)));
}

Monitoring::~Monitoring() {
    endpoint_.reset();
    if (started_)
        write_status();
}

Expected<void> Monitoring::start() {
    if (settings_.metrics) {
        const auto text = [this] {
            return metrics::to_text("mcollectived", to_families(parts_.daemon.figures()));
        };
        MCO_TRY(endpoint,
                metrics::Endpoint::listen(parts_.io, *settings_.metrics, text, parts_.log));
        endpoint_ = std::move(endpoint);
    }
    started_ = true;
    if (file_)
        tick();
    return {};
}

void Monitoring::tick() {
    write_status();
    timer_.expires_after(settings_.status_interval);
    timer_.async_wait([this](SystemError cancelled) {
        if (!cancelled)
            tick();
    });
}

void Monitoring::write_status() const {
    if (file_)
        file_->write(to_json(parts_.daemon.figures()));
}

}  // namespace mco::daemon
