#include "core/config/literals.hpp"
#include "system/policies/policies.hpp"

#include <algorithm>

namespace mco::policies {
namespace {

constexpr std::string_view prefix = "actionpolicy.";

std::optional<bool> parse_switch(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    if (text == "on" || text == "off")
        return text == "on";
    return config::parse_bool(text);
}

bool read_switch(const config::Config& config, std::string_view name, Settings& settings) {
    const auto found = config.plugin.find(std::string(prefix) + std::string(name));
    if (found == config.plugin.end())
        return false;
    const auto& [value, origin] = found->second;
    const auto chosen = parse_switch(value);
    if (!chosen)
        settings.warnings.push_back(origin + ": plugin.actionpolicy." + std::string(name) +
                                    " should be 1 or 0 and counts as 0");
    return chosen.value_or(false);
}

}  // namespace

Settings read_settings(const config::Config& config) {
    Settings settings;
    const auto slash = config.file.rfind('/');
    settings.directory =
        (slash == std::string::npos ? std::string(".") : config.file.substr(0, slash)) +
        "/policies";
    settings.allow_unconfigured = read_switch(config, "allow_unconfigured", settings);
    settings.enable_default = read_switch(config, "enable_default", settings);
    settings.filters = read_switch(config, "filters", settings);
    settings.explain_denials = read_switch(config, "explain_denials", settings);
    settings.default_name =
        config.plugin_string("actionpolicy.default_name", settings.default_name);
    return settings;
}

}  // namespace mco::policies
