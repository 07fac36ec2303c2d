// How a daemon is: what its status file and its metrics say.
#pragma once

#include "core/metrics/text.hpp"
#include "core/time.hpp"
#include "daemon/counters.hpp"
#include "daemon/durations.hpp"
#include "daemon/worker_pool.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mco::daemon {

/// As of `now`. The counters are those of the node, which outlives this.
struct Figures {
    std::string version;
    std::string identity;
    TimePoint started;
    TimePoint now;
    const Counters& counters;
    std::uint64_t unaudited = 0;         ///< events of the audit that could not be written
    std::optional<TimePoint> facts{};    ///< when all sources had been read; absent: not yet
    std::vector<AgentFigures> agents{};  ///< by name
    bool connected = false;              ///< to a broker
    std::size_t open_requests = 0;       ///< accepted, not answered
    std::size_t waiting_filters = 0;     ///< for data plug-ins to be asked
    WorkerPool::Load workers{};
    std::int64_t resident_memory = 0;  ///< bytes
    std::int64_t pid = 0;
};

/// The status file: one JSON object, times in milliseconds since the epoch, durations in seconds.
std::string to_json(const Figures& figures);

/// What Prometheus reads, without the prefix `mcollectived`.
std::vector<metrics::Family> to_families(const Figures& figures);

/// The counters on one line, for the log.
std::string to_text(const Figures& figures);

}  // namespace mco::daemon
