// What all connections of one broker share. It is made before the event loop and outlives it,
// because connections end with the loop at the latest.
#pragma once

#include "broker/peer_log.hpp"
#include "broker/session.hpp"
#include "system/clock.hpp"
#include "system/log.hpp"

#include <memory>
#include <unordered_set>
#include <vector>

namespace mco::broker {

class Connection;

/// I/O thread only. The references outlive it.
struct Hub {
    /// `max_memory` in bytes, see Backlog.
    Hub(const SessionLimits& limits,
        std::size_t max_memory,
        system::Log& the_log,
        const system::Clock& the_clock)
        : log(the_log),
          clock(the_clock),
          peers(the_log, the_clock),
          backlog(max_memory),
          router(counters),
          shared{router, counters, limits, backlog} {}

    Instant now() const { return {clock.now(), clock.monotonic()}; }

    system::Log& log;
    const system::Clock& clock;
    PeerLog peers;
    Counters counters;
    Backlog backlog;
    Router router;
    Shared shared;
    std::unordered_set<Connection*> connections;  ///< each enters and leaves by itself
    /// Connections that have something to write, or to close; shared until write_all() served them.
    std::vector<std::shared_ptr<Connection>> attentive;
    /// Filled and used by one connection after the other, with no I/O in between.
    std::vector<char> read_buffer = std::vector<char>(65536);
};

}  // namespace mco::broker
