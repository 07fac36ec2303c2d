// The options that applications share (spec 2.2): what they are, and what they mean together with
// the configuration.
#pragma once

#include "client/discovery.hpp"
#include "core/config/config.hpp"
#include "core/ddl/ddl.hpp"
#include "core/error.hpp"
#include "core/filter/filter.hpp"
#include "core/options/parser.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace mco::client {

/// The groups of options that an application takes besides its own.
struct OptionGroups {
    bool common = true;
    bool filter = true;
    bool rpc = true;
};

struct Settings {
    bool verbose = false;
    bool progress = true;
    bool json = false;
    bool sort = false;
    filter::Filter filter;
    std::string collective;
    std::optional<ddl::Display> display;
    std::optional<std::chrono::seconds>
        timeout;  ///< -t; absent when left at its default, which 5 is too
    std::optional<std::chrono::seconds> discovery_timeout;  ///< --dt
    std::optional<std::chrono::seconds>
        publish_timeout;  ///< to be added to every wait for replies: --threaded only
    std::chrono::seconds ttl{60};
    std::chrono::milliseconds connection_timeout{0};
};

/// In the order of the help screen.
std::vector<options::OptionSpec> shared_options(const OptionGroups& groups);

/// Errors (invalid): what is wrong with an option's value, in the original's words.
Expected<Settings> read_settings(const options::Parsed& parsed, const config::Config& config);

/// --dt waits for the whole of its time; otherwise the configured or usual time is only the upper
/// bound.
DiscoveryPlan discovery_plan(const Settings& settings, const config::Config& config);

/// How long replies are awaited: -t, else what the DDL allows an action plus the time of discovery
/// (spec 0.6).
std::chrono::seconds reply_limit(const Settings& settings,
                                 const config::Config& config,
                                 int ddl_timeout);

}  // namespace mco::client
