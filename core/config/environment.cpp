#include "core/config/environment.hpp"

#include "core/config/literals.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace mco::config {

namespace {

struct Override {
    const char* variable;
    const char* setting;
};

/// MCOLLECTIVE_SSL_PRIVATE stands for the private key on servers too.
constexpr std::array<Override, 6> overrides = {{{"MCOLLECTIVE_PSK", "psk"},
                                                {"MCOLLECTIVE_SSL_PRIVATE", "ssl_client_private"},
                                                {"MCOLLECTIVE_SSL_PRIVATE", "ssl_server_private"},
                                                {"MCOLLECTIVE_SSL_PUBLIC", "ssl_client_public"},
                                                {"MCOLLECTIVE_AES_PRIVATE", "aes.client_private"},
                                                {"MCOLLECTIVE_AES_PUBLIC", "aes.client_public"}}};

/// More pool entries than that are a mistake that the connector reports.
constexpr long most_pool_entries = 100;

void set_from(Config& config,
              const Environment& environment,
              const std::string& variable,
              const std::string& setting) {
    if (auto value = environment(variable))
        config.plugin.insert_or_assign(setting, Setting{std::move(*value), "environment"});
}

std::string upper_case(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) {
        return static_cast<char>(std::toupper(c));
    });
    return text;
}

void override_pool(Config& config, const Environment& environment, const std::string& connector) {
    const auto size = config.plugin_int(connector + ".pool.size", 0);
    const long entries = size ? std::min(*size, most_pool_entries) : 0;
    for (long i = 1; i <= entries; ++i) {
        const auto entry = connector + ".pool." + std::to_string(i);
        const auto prefix =
            "MCOLLECTIVE_" + upper_case(connector) + "_POOL" + std::to_string(i) + "_SSL_";
        set_from(config, environment, "STOMP_USER", entry + ".user");
        set_from(config, environment, "STOMP_PASSWORD", entry + ".password");
        set_from(config, environment, prefix + "CERT", entry + ".ssl.cert");
        set_from(config, environment, prefix + "KEY", entry + ".ssl.key");
    }
}

}  // namespace

void apply_environment(Config& config, const Environment& environment) {
    for (const auto& [variable, setting] : overrides)
        set_from(config, environment, variable, setting);
    for (const auto* connector : {"activemq", "rabbitmq"})
        override_pool(config, environment, connector);
}

}  // namespace mco::config
