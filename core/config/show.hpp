// Shows a configuration: one item for get_config_item, all of it for --print-config. Secrets never
// leave through either.
#pragma once

#include "core/config/config.hpp"
#include "core/value.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace mco::config {

/// The effective value of a core key (protocol §10.4) or of `configfile`, `configdir`, `configured`
/// and `mode` of a node, as `rpcutil#get_config_item` returns it: text, integer, number, boolean,
/// list of texts, nil when unset; names of plug-ins with a capital, as ever (`Psk`). Absent for
/// every other name; plugin settings are never returned (design D2).
std::optional<Value> config_item(const Config& config, std::string_view name);

/// All effective settings, one a line as `(origin) key = value`; secrets are shown as `(set)`.
std::string print_config(const Config& config);

}  // namespace mco::config
