#include "agents/service/local_services.hpp"

#include "agents/local_ral.hpp"
#include "agents/service/puppet_services.hpp"
#include "agents/service/service_command.hpp"
#include "agents/service/systemd.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>

namespace mco::services {
namespace {

constexpr std::string_view of_puppet = "service.puppet.";

/// The settings of Puppet's provider, by the parameters of the type service that they are.
Map parameters_in(const config::Config& config) {
    Map parameters;
    for (const auto& [name, setting] : config.plugin)
        if (name.starts_with(of_puppet))
            parameters.set(name.substr(of_puppet.size()), setting.value);
    return parameters;
}

/// Every unit has a status and can be restarted; any other parameter means something to Puppet that
/// systemd knows nothing of.
bool concern_systemd(const Map& parameters) {
    for (const auto& entry : parameters.entries())
        if (entry.key != Value("hasstatus") && entry.key != Value("hasrestart"))
            return false;
    return true;
}

/// As sd_booted(3) finds out.
bool is_booted_by_systemd(const std::string& root) {
    std::error_code none;
    const auto folder = std::filesystem::path(root) / "run/systemd/system";
    return std::filesystem::is_directory(std::filesystem::symlink_status(folder, none));
}

bool is_native(const config::Config& config) {
    const auto native = config.plugin_bool("puppetral.native", true);
    if (!native)
        throw std::invalid_argument(native.error().message);
    return *native;
}

}  // namespace

std::unique_ptr<Provider> make_provider(const agents::AgentContext& context,
                                        Pause pause,
                                        const std::string& root) {
    const auto& config = context.config;
    const auto wanted = config.plugin_string("service.provider", "puppet");
    if (wanted == "service")
        return std::make_unique<ServiceCommand>(
            config.plugin_string("service.service.servicecmd", "/sbin/service"),
            context.runner,
            context.clock);
    if (wanted != "puppet")
        throw std::invalid_argument(
            fmt::format("plugin.service.provider must be puppet or service, not '{}' ({})",
                        wanted,
                        config.plugin.at("service.provider").origin));
    auto parameters = parameters_in(config);
    if (is_native(config) && concern_systemd(parameters) && is_booted_by_systemd(root))
        return std::make_unique<ManagedServices>(
            std::make_unique<Systemd>(context.runner, context.clock), std::move(pause));
    const auto ral = [&context]() -> puppet::Ral& { return puppet::local_ral(context); };
    return std::make_unique<ManagedServices>(
        std::make_unique<PuppetServices>(ral, std::move(parameters)), std::move(pause));
}

const Provider& local_services(const agents::AgentContext& context) {
    return context.shared->get<Provider>([&context] {
        return make_provider(
            context, [](std::chrono::milliseconds time) { std::this_thread::sleep_for(time); });
    });
}

}  // namespace mco::services
