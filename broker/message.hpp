// One message on its way through the broker: rendered at most once per STOMP version, and shared by
// everybody who receives it, so that a broadcast to a thousand nodes is one copy of its bytes.
#pragma once

#include "core/time.hpp"
#include "core/wire/frame.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace mco::broker {

/// Both clocks at one moment, read once per event by the shell.
struct Instant {
    TimePoint wall;
    Monotonic steady;
};

/// Bytes to be written; shared because one message waits in the queues of many receivers at once.
using Bytes = std::shared_ptr<const std::string>;

/// `MESSAGE\n`: what a receiver's own preamble replaces in the rendered frame.
constexpr std::size_t message_command_size = 8;

class Backlog;

class Message {
  public:
    /// From a SEND frame that has a `destination`. Headers that concern only its sender (receipt,
    /// transaction) or that the broker sets itself are left out, all others are passed on. What is
    /// rendered counts in the backlog, which outlives it.
    Message(wire::Frame send, std::uint64_t id, Backlog& backlog);

    const std::string& destination() const { return destination_; }

    /// Null when the message has no such header.
    const std::string* header(std::string_view name) const { return frame_.header(name); }

    /// Whether its `expires` header (milliseconds since the epoch; 0 and nonsense mean never)
    /// passed.
    bool expired(TimePoint now) const;
    /// The whole MESSAGE frame, without subscription and ack headers.
    const Bytes& rendered(wire::Version version);

  private:
    Backlog& backlog_;
    wire::Frame frame_;
    std::string destination_;
    std::optional<TimePoint> expires_;
    std::array<Bytes, 3> rendered_;
};

/// What goes before a message for one subscription: `MESSAGE`, then the headers that are not empty.
Bytes preamble(std::string_view subscription, std::string_view ack, wire::Version version);

}  // namespace mco::broker
