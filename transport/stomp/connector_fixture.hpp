// What the connector's tests share: an event loop that runs until something holds, and a record of
// what a connector told.
#pragma once

#include "system/asio.hpp"
#include "system/clock.hpp"
#include "system/log.hpp"
#include "transport/stomp/connector.hpp"
#include "transport/stomp/loopback_server.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace mco::stomp {

class RecordingSink final : public system::LogSink {
  public:
    explicit RecordingSink(std::string& text) : text_(text) {}

    void write(system::Level, std::string_view message) override {
        text_ += message;
        text_ += '\n';
    }

  private:
    std::string& text_;
};

class ConnectorTest : public testing::Test {
  protected:
    /// Settings for quick tests, against one server.
    static Options options_for(std::uint16_t port) {
        Options options;
        options.session.naming.identity = "web1";
        options.session.naming.pid = 5;
        options.session.virtual_host = "mcollective";
        options.pool.push_back({"127.0.0.1", port, "user", "s3cret", {}});
        options.backoff = {.initial = std::chrono::milliseconds(1),
                           .maximum = std::chrono::milliseconds(20)};
        options.connect_timeout = std::chrono::seconds(10);
        return options;
    }

    void make(Options options) {
        connector_ = std::make_unique<StompConnector>(io_, std::move(options), clock_, log_, 1);
    }

    transport::Events recording() {
        return {
            .delivered = [this](message::Delivery delivery) { bodies_.push_back(delivery.body); },
            .connected = [this](const std::string& peer) { connected_.push_back(peer); },
            .disconnected = [this](const Error& why) { disconnected_.push_back(why); },
            .failed = [this](const Error& why) { failed_.push_back(why); }};
    }

    void start(Options options) {
        make(std::move(options));
        connector_->start(recording());
    }

    /// Runs the event loop until `holds`; false after ten seconds.
    bool eventually(const std::function<bool()>& holds) {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
        while (!holds()) {
            if (std::chrono::steady_clock::now() > deadline)
                return false;
            io_.restart();
            io_.run_one_for(std::chrono::milliseconds(50));
        }
        return true;
    }

    bool connects() {
        return eventually([this] { return !connected_.empty(); });
    }

    static transport::Publication broadcast(std::string body) {
        return {transport::Broadcast{"c", "a"}, "", std::move(body), std::chrono::seconds(60)};
    }

    std::string log_text_;
    system::Log log_{std::make_unique<RecordingSink>(log_text_), system::Level::debug};
    system::RealClock clock_;
    std::vector<std::string> bodies_;
    std::vector<std::string> connected_;
    std::vector<Error> disconnected_;
    std::vector<Error> failed_;
    asio::io_context io_;
    std::unique_ptr<StompConnector> connector_;
};

}  // namespace mco::stomp
