#include "broker/message.hpp"

#include "broker/backlog.hpp"

#include <algorithm>
#include <charconv>

namespace mco::broker {

namespace {

constexpr std::array<std::string_view, 8> not_passed_on = {"destination",
                                                           "content-length",
                                                           "receipt",
                                                           "transaction",
                                                           "message-id",
                                                           "subscription",
                                                           "ack",
                                                           "redelivered"};

std::optional<TimePoint> expiry(const std::string* header) {
    std::int64_t milliseconds = 0;
    if (header == nullptr)
        return std::nullopt;
    const char* const end = header->data() + header->size();
    const auto [stop, error] = std::from_chars(header->data(), end, milliseconds);
    if (error != std::errc() || stop != end || milliseconds <= 0)
        return std::nullopt;
    return TimePoint(std::chrono::milliseconds(milliseconds));
}

}  // namespace

Message::Message(wire::Frame send, std::uint64_t id, Backlog& backlog)
    : backlog_(backlog), frame_(std::move(send)) {
    if (const std::string* destination = frame_.header("destination"))
        destination_ = *destination;
    std::erase_if(frame_.headers, [](const auto& header) {
        return std::find(not_passed_on.begin(), not_passed_on.end(), header.first) !=
               not_passed_on.end();
    });
    expires_ = expiry(frame_.header("expires"));
    frame_.command = "MESSAGE";
    frame_.headers.emplace_back("destination", destination_);
    frame_.headers.emplace_back("message-id", std::to_string(id));
}

bool Message::expired(TimePoint now) const {
    return expires_ && *expires_ < now;
}

const Bytes& Message::rendered(wire::Version version) {
    Bytes& bytes = rendered_[static_cast<std::size_t>(version)];
    if (!bytes)
        bytes = backlog_.keep(wire::encode(frame_, version));
    return bytes;
}

Bytes preamble(std::string_view subscription, std::string_view ack, wire::Version version) {
    wire::Frame frame{"MESSAGE", {}, {}};
    if (!subscription.empty())
        frame.headers.emplace_back("subscription", subscription);
    if (!ack.empty())
        frame.headers.emplace_back("ack", ack);
    std::string bytes = wire::encode(frame, version);
    bytes.resize(bytes.rfind("content-length:"));  // the codec's own header comes last
    return std::make_shared<const std::string>(std::move(bytes));
}

}  // namespace mco::broker
