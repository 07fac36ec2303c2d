// What the broker counts, for SIGUSR1 and the status file.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace mco::broker {

/// Totals since the start, except for the figures marked "now". I/O thread only.
struct Counters {
    std::uint64_t connections_accepted = 0;
    std::uint64_t connections_refused = 0;  ///< over the limit, or no descriptor was left
    std::uint64_t connections = 0;          ///< now
    std::uint64_t sessions = 0;             ///< now, logged in
    std::uint64_t logins = 0;
    std::uint64_t logins_failed = 0;
    std::uint64_t logins_unchecked = 0;  ///< too many waited, it took too long, or the peer left
    std::uint64_t tls_failed = 0;
    std::uint64_t subscriptions = 0;  ///< now
    std::uint64_t destinations = 0;   ///< now, with at least one subscription
    std::uint64_t frames_received = 0;
    std::uint64_t messages_received = 0;
    std::uint64_t messages_delivered = 0;
    std::uint64_t messages_without_subscriber = 0;
    std::uint64_t messages_unroutable = 0;  ///< a node's, for what is no destination
    std::uint64_t messages_expired = 0;
    std::uint64_t refused_by_rights = 0;
    std::uint64_t protocol_errors = 0;
    std::uint64_t slow_readers = 0;       ///< disconnected because they did not read
    std::uint64_t memory_evictions = 0;   ///< disconnected because all together held too much
    std::uint64_t heartbeats_missed = 0;  ///< disconnected because they fell silent
    std::uint64_t connect_timeouts = 0;   ///< disconnected because they did not log in
    std::uint64_t bytes_received = 0;
    std::uint64_t bytes_sent = 0;
    std::uint64_t bytes_queued = 0;  ///< now, a message for two readers twice
    std::uint64_t bytes_held = 0;    ///< now, in memory: those once, and unfinished frames
};

struct NamedCounter {
    std::string_view name;
    std::uint64_t Counters::*value;
};

/// Every counter under the name it has in the log and in the status file, in that order.
extern const std::array<NamedCounter, 26> counter_names;

/// `name=value …` on one line, for the log.
std::string to_text(const Counters& counters);

/// The status document: version, process id, start and present time (milliseconds since the epoch),
/// resident memory in bytes and the counters.
struct StatusReport {
    std::string version;
    std::int64_t pid = 0;
    std::int64_t started = 0;
    std::int64_t written = 0;
    std::int64_t resident = 0;
    Counters counters;
};

std::string to_json(const StatusReport& status);

}  // namespace mco::broker
