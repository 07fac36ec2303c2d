#include "agents/package/settings.hpp"

#include <algorithm>

namespace mco::package {
namespace {

/// How the agent's Puppet parameters are spelt: `package.PROVIDER.KEY`.
void read_parameters(const config::Config& config,
                     const std::string& provider,
                     Settings& settings) {
    const std::string prefix = "package." + provider + ".";
    for (const auto& [name, setting] : config.plugin)
        if (name.starts_with(prefix))
            settings.parameters[name.substr(prefix.size())] = setting.value;
}

Expected<std::string> provider_of(const config::Config& config) {
    auto provider = config.plugin_string("package.provider", "puppet");
    if (provider == "puppet" || provider == "yum")
        return provider;
    const auto& origin = config.plugin.at("package.provider").origin;
    return fail(Errc::invalid,
                origin + ": plugin.package.provider has to be puppet or yum, not '" + provider +
                    "'; Puppet's own providers are named by plugin.package.puppet.provider");
}

}  // namespace

Expected<Settings> read_settings(const config::Config& config) {
    Settings settings;
    MCO_TRY(provider, provider_of(config));
    MCO_TRY(native, config.plugin_bool("package.native", settings.native));
    MCO_TRY(patience, config.plugin_int("package.lock_timeout", settings.lock_timeout.count()));
    read_parameters(config, provider, settings);
    if (provider == "yum")
        settings.parameters.emplace("provider", provider);
    const auto puppets = settings.parameters.find("provider");
    const bool apt = puppets == settings.parameters.end() || puppets->second == "apt";
    settings.native = native && apt;
    settings.yum_clean_mode = config.plugin_string("package.yum_clean_mode", "all");
    settings.lock_timeout = std::chrono::seconds(std::clamp(patience, 0L, 3600L));
    return settings;
}

}  // namespace mco::package
