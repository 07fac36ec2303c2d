// What is wished of a call: whom it is for, how they are looked for, and how long may be waited.
// How results look is no part of it.
#pragma once

#include "client/call_plan.hpp"
#include "client/discovery.hpp"
#include "client/limit.hpp"
#include "core/config/config.hpp"
#include "core/filter/filter.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace mco::client {

/// Where nodes are looked for (client specification §4).
struct DiscoveryChoice {
    std::string method = "mc";         ///< `mc` is the network
    std::vector<std::string> options;  ///< the configured ones first
    bool chosen = false;               ///< by the user, not by the configuration
    bool piped = false;                ///< by the names that came on standard input
};

struct CallSettings {
    filter::Filter filter;
    std::chrono::seconds data_patience{0};  ///< what the data plug-ins in it may take
    DiscoveryChoice discovery;
    std::optional<Limit> limit;
    Batch batch;
    std::string collective;
    std::optional<std::chrono::seconds> timeout;            ///< of the replies; absent: the DDL's
    std::optional<std::chrono::seconds> discovery_timeout;  ///< to be waited in full
    std::optional<std::chrono::seconds>
        publish_timeout;  ///< to be added to every wait for replies: threaded clients only
    std::chrono::seconds ttl{60};
    std::optional<std::size_t> max_nodes;  ///< a call that would ask more is not sent at all
    std::size_t max_reply_bytes = usual_reply_bytes;
    bool forget_missing = false;  ///< whoever is missing is not expected any more
};

/// Of discovery by the network, unless something else is configured or asked for.
constexpr std::chrono::seconds usual_discovery{2};

/// An explicit time is waited in full; otherwise the configured or usual time is only the upper
/// bound.
DiscoveryPlan discovery_plan(const CallSettings& settings, const config::Config& config);

/// How long replies are awaited: the explicit time, else what the DDL allows an action plus the
/// time that discovery may take (client specification §0.6); and what data plug-ins in the filter
/// may take.
std::chrono::seconds reply_limit(const CallSettings& settings,
                                 int ddl_timeout,
                                 std::chrono::seconds discovery);

}  // namespace mco::client
