#include "cli/doctor/broker_talk.hpp"

#include "core/text/base64.hpp"

#include <algorithm>
#include <utility>

namespace mco::doctor {

namespace {

std::string text_of(const wire::Frame& frame, std::string_view header) {
    const auto* value = frame.header(header);
    return value == nullptr ? std::string() : *value;
}

/// Foreign text on a terminal.
std::string harmless(std::string text) {
    std::replace_if(
        text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, ' ');
    return text;
}

}  // namespace

Expected<void> BrokerTalk::log_in(const stomp::Server& server, Monotonic deadline) {
    password_ = server.password;
    const bool beating = options_.heart_beat.count() > 0;
    const char* const newer = options_.stomp_1_0_fallback ? "1.1,1.0" : "1.1";
    wire::Frame connect{"CONNECT", {}, ""};
    connect.headers.emplace_back("accept-version", beating ? newer : "1.0");
    connect.headers.emplace_back("host", options_.virtual_host);
    if (!server.user.empty()) {
        connect.headers.emplace_back("login", server.user);
        connect.headers.emplace_back("passcode", server.password);
    }
    MCO_CHECK(wire_.write(encode(connect, version_), deadline));
    MCO_TRY(answer, next_frame(deadline));
    if (answer.command == "ERROR")
        return fail(Errc::denied, said(answer));
    if (answer.command != "CONNECTED")
        return fail(Errc::malformed, "the broker answered the login with something else");
    if (text_of(answer, "version") == name(wire::Version::v1_1))
        version_ = wire::Version::v1_1;
    parser_.set_version(version_);
    return {};
}

Expected<void> BrokerTalk::send(wire::Frame frame, Monotonic deadline) {
    const auto receipt = "doctor-" + std::to_string(++receipts_);
    frame.headers.emplace_back("receipt", receipt);
    MCO_CHECK(wire_.write(encode(frame, version_), deadline));
    while (true) {
        MCO_TRY(answer, next_frame(deadline));
        if (answer.command == "RECEIPT" && text_of(answer, "receipt-id") == receipt)
            return {};
        if (answer.command == "ERROR")
            return fail(Errc::denied, said(answer));
        if (answer.command == "MESSAGE")
            waiting_.push_back(std::move(answer));
    }
}

Expected<message::Delivery> BrokerTalk::receive(Monotonic deadline) {
    if (!waiting_.empty()) {
        auto frame = std::move(waiting_.front());
        waiting_.pop_front();
        return delivery(std::move(frame));
    }
    while (true) {
        MCO_TRY(frame, next_frame(deadline));
        if (frame.command == "MESSAGE")
            return delivery(std::move(frame));
        if (frame.command == "ERROR")
            return fail(Errc::denied, said(frame));
    }
}

void BrokerTalk::leave(Monotonic deadline) {
    static_cast<void>(wire_.write(encode({"DISCONNECT", {}, ""}, version_), deadline));
}

Expected<wire::Frame> BrokerTalk::next_frame(Monotonic deadline) {
    while (true) {
        if (auto frame = parser_.next())
            return *std::move(frame);
        MCO_TRY(bytes, wire_.read(deadline));
        MCO_CHECK(parser_.feed(bytes));
    }
}

std::string BrokerTalk::said(const wire::Frame& error) const {
    constexpr std::size_t enough = 200;
    auto text = text_of(error, "message");
    const auto first_line = error.body.substr(0, error.body.find_first_of("\r\n"));
    if (!first_line.empty() && first_line != text)
        text += (text.empty() ? "" : ": ") + first_line;
    for (std::size_t at = 0; !password_.empty();) {
        at = text.find(password_, at);
        if (at == std::string::npos)
            break;
        text.replace(at, password_.size(), "...");
        at += 3;
    }
    return text.empty() ? "no reason given" : harmless(text.substr(0, enough));
}

Expected<message::Delivery> BrokerTalk::delivery(wire::Frame frame) const {
    message::Delivery delivery;
    delivery.reply_to = text_of(frame, "reply-to");
    delivery.sender = text_of(frame, "mc_sender");
    delivery.body = std::move(frame.body);
    if (!options_.base64)
        return delivery;
    MCO_TRY(body, text::base64_decode(delivery.body));
    delivery.body = std::move(body);
    return delivery;
}

}  // namespace mco::doctor
