// Settings that the environment overrides (protocol §10.6).
#pragma once

#include "core/config/config.hpp"

#include <functional>
#include <optional>
#include <string>

namespace mco::config {

/// The value of an environment variable, absent when it is not set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

/// Puts the broker login, shared key and key files that `environment` names into the plugin
/// settings, with the origin `environment`: after this, nobody else needs to look at the
/// environment.
void apply_environment(Config& config, const Environment& environment);

}  // namespace mco::config
