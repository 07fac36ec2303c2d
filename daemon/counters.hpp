// What a node counts (protocol §12.10), and messages dropped at each gate. Any thread. The names
// here are those of the log, the status file and the metrics.
#pragma once

#include "core/message/rejection.hpp"

#include <array>
#include <atomic>
#include <cstdint>
#include <string_view>

namespace mco::daemon {

struct Counters {
    using Count = std::atomic<std::uint64_t>;

    Count total = 0;                ///< messages received
    Count validated = 0;            ///< sender proven
    Count passed = 0;               ///< meant for this node
    Count replies = 0;              ///< published
    Count connections = 0;          ///< logins at a broker
    Count connection_failures = 0;  ///< connections that ended, and attempts that failed
    Count overdue = 0;              ///< actions that exceeded their time
    Count busy = 0;                 ///< calls refused because too many were waiting
    Count undecided = 0;            ///< filters that need facts or classes which were not read yet
    Count denied = 0;               ///< calls that the authorizer refused
    std::array<Count, message::gate_names.size()> dropped{};

    Count& at(message::Gate gate) { return dropped.at(static_cast<std::size_t>(gate)); }

    const Count& at(message::Gate gate) const { return dropped.at(static_cast<std::size_t>(gate)); }
};

struct NamedCount {
    std::string_view name;    ///< in the log and the status file
    std::string_view metric;  ///< with the daemon's prefix and `_total`
    Counters::Count Counters::*value;
    std::string_view help;
};

/// Every counter but those of the gates, in the order in which they are shown.
inline constexpr std::array<NamedCount, 10> counter_names = {{
    {"total", "messages_received", &Counters::total, "Messages received."},
    {"validated", "messages_validated", &Counters::validated, "Messages whose sender is proven."},
    {"passed", "messages_passed", &Counters::passed, "Requests that were meant for this node."},
    {"replies", "replies", &Counters::replies, "Replies published."},
    {"connections",
     "connections",
     &Counters::connections,
     "Logins at a broker; all but the first are reconnects."},
    {"connection_failures",
     "connection_failures",
     &Counters::connection_failures,
     "Connections to brokers that ended, and attempts that failed."},
    {"overdue", "actions_overdue", &Counters::overdue, "Actions that exceeded their time."},
    {"busy", "calls_busy", &Counters::busy, "Calls refused because too many were waiting."},
    {"undecided",
     "filters_undecided",
     &Counters::undecided,
     "Filters that need facts or classes which were not read yet."},
    {"denied", "calls_denied", &Counters::denied, "Calls that a policy refused."},
}};

}  // namespace mco::daemon
