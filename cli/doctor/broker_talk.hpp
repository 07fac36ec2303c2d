// STOMP as far as a check needs it: login, and frames that the broker acknowledges.
#pragma once

#include "cli/doctor/broker_wire.hpp"
#include "core/message/message.hpp"
#include "core/wire/frame_parser.hpp"
#include "transport/stomp/options.hpp"

#include <deque>
#include <optional>
#include <string>

namespace mco::doctor {

class BrokerTalk {
  public:
    /// Both outlive it; the wire is connected.
    BrokerTalk(BrokerWire& wire, const stomp::SessionOptions& options)
        : wire_(wire), options_(options), parser_(options.limits) {}

    /// Errors: denied (the broker's words, without the password), malformed, those of the wire.
    Expected<void> log_in(const stomp::Server& server, Monotonic deadline);

    /// Sends the frame and waits until the broker has taken it. Errors: denied (its words), those
    /// of the wire.
    Expected<void> send(wire::Frame frame, Monotonic deadline);

    /// The next message. Errors: timed_out, those of the wire.
    Expected<message::Delivery> receive(Monotonic deadline);

    /// Says good-bye, without waiting for an answer.
    void leave(Monotonic deadline);

  private:
    Expected<wire::Frame> next_frame(Monotonic deadline);
    std::string said(const wire::Frame& error) const;
    Expected<message::Delivery> delivery(wire::Frame frame) const;

    BrokerWire& wire_;
    const stomp::SessionOptions& options_;
    wire::FrameParser parser_;
    wire::Version version_ = wire::Version::v1_0;
    std::string password_;  // to keep it out of what the broker says
    int receipts_ = 0;
    std::deque<wire::Frame> waiting_;  // messages that came while something else was awaited
};

}  // namespace mco::doctor
