// The configuration of daemon and client in the original's syntax and keys (protocol §10), read
// once into plain data.
#pragma once

#include "core/error.hpp"

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mco::config {

/// Where a setting came from, for messages: `FILE:LINE`, `environment`, `default`.
struct Setting {
    std::string value;
    std::string origin;
};

/// Typed view of every core key of protocol §10.4 (original key name = member name unless noted),
/// plus the plugin settings.
struct Config {
    std::string file;  ///< path of the file in use; empty: none
    std::map<std::string, Setting>
        plugin;  ///< `plugin.X = v` under "X", `plugin.d/NAME.cfg` under "NAME.key"
    std::map<std::string, Setting>
        core;  ///< every core key that was set, for --print-config and get_config_item

    std::string connector = "activemq";  ///< lower case
    std::string securityprovider =
        "x509";            ///< lower case; the original's default was psk (docs/differences.md)
    std::string identity;  ///< default: host name, filled in by the reader's caller
    std::vector<std::string> collectives = {"mcollective"};
    std::string main_collective = "mcollective";
    bool direct_addressing = true;
    int direct_addressing_threshold = 10;  ///< nodes
    std::chrono::seconds ttl{60};
    std::vector<std::string> libdir;  ///< absolute, highest precedence last

    std::string logger_type = "file";  ///< file, syslog, console
    std::string logfile;
    std::string loglevel = "info";
    int keeplogs = 5;
    std::size_t max_log_size = 2097152;  ///< bytes
    std::string logfacility = "user";
    bool color = true;

    std::string factsource = "yaml";
    std::chrono::seconds fact_cache_time{300};
    std::string classesfile = "/var/lib/puppet/state/classes.txt";
    std::string registration = "agentlist";
    std::chrono::seconds registerinterval{0};
    std::string registration_collective;
    bool registration_splay = false;
    bool rpcaudit = false;
    std::string rpcauditprovider;
    bool rpcauthorization = false;
    std::string rpcauthprovider;
    bool activate_agents = true;
    bool daemonize = false;
    bool soft_shutdown = false;
    std::optional<std::chrono::seconds> soft_shutdown_timeout;

    bool threaded = false;
    std::chrono::seconds publish_timeout{2};
    std::optional<std::chrono::seconds> connection_timeout;
    std::optional<std::chrono::seconds> discovery_timeout;
    std::string default_discovery_method = "mc";
    std::vector<std::string> default_discovery_options;
    int default_batch_size = 0;
    double default_batch_sleep_time = 1.0;  ///< seconds
    std::string rpclimitmethod = "first";

    /// The text of `plugin.NAME`, or null when unset. `name` is without the prefix.
    const std::string* plugin_setting(std::string_view name) const;
    /// Typed plugin settings; an unusable value is an Error that names its origin.
    Expected<bool> plugin_bool(std::string_view name, bool fallback) const;
    Expected<long> plugin_int(std::string_view name, long fallback) const;
    Expected<double> plugin_float(std::string_view name, double fallback) const;
    std::string plugin_string(std::string_view name, std::string_view fallback) const;
};

}  // namespace mco::config
