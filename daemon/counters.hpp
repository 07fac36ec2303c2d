// What a node counts (protocol §12.10), and messages dropped at each gate. Any thread.
#pragma once

#include "core/message/rejection.hpp"

#include <array>
#include <atomic>
#include <cstdint>

namespace mco::daemon {

struct Counters {
    using Count = std::atomic<std::uint64_t>;

    Count total = 0;      ///< messages received
    Count validated = 0;  ///< sender proven
    Count passed = 0;     ///< meant for this node
    Count replies = 0;    ///< published
    Count overdue = 0;    ///< actions that exceeded their time
    Count busy = 0;       ///< calls refused because too many were waiting
    Count undecided = 0;  ///< filters that need facts or classes which were not read yet
    Count denied = 0;     ///< calls that the authorizer refused
    std::array<Count, message::gate_names.size()> dropped{};

    Count& at(message::Gate gate) { return dropped.at(static_cast<std::size_t>(gate)); }

    const Count& at(message::Gate gate) const { return dropped.at(static_cast<std::size_t>(gate)); }
};

}  // namespace mco::daemon
