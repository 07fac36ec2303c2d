// Puts the text of one core key into its member of Config, checked. Used by read.cpp only.
#pragma once

#include "core/config/keys_catalogue.hpp"

#include <optional>
#include <string>

namespace mco::config {

/// Sets the member of `key`. Returns what the value should have been ("an integer") when it is not
/// acceptable.
std::optional<std::string> assign(Config& config, const CoreKey& key, const std::string& value);

}  // namespace mco::config
