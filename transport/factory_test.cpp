#include "transport/factory.hpp"

#include "system/asio.hpp"

#include <gtest/gtest.h>

namespace mco::transport {
namespace {

class SilentSink final : public system::LogSink {
  public:
    void write(system::Level, std::string_view) override {}
};

class Factory : public testing::Test {
  protected:
    Factory() {
        config_.identity = "web1";
        config_.securityprovider = "psk";
        set("pool.size", "2");
        set("pool.1.host", "127.0.0.1");
        set("pool.2.host", "127.0.0.1");
    }

    void set(const std::string& key, const std::string& value) {
        config_.plugin["activemq." + key] = {value, "client.cfg:1"};
        config_.plugin["rabbitmq." + key] = {value, "client.cfg:1"};
    }

    Expected<std::unique_ptr<Connector>> make() {
        return make_connector(
            io_, config_, clock_, log_, [this](const std::string& question, Echo echo) {
                asked_ += question + (echo == Echo::hidden ? "(hidden) " : "");
                return Expected<std::string>("answer");
            });
    }

    asio::io_context io_;
    system::RealClock clock_;
    system::Log log_{std::make_unique<SilentSink>(), system::Level::fatal};
    config::Config config_;
    std::string asked_;
};

TEST_F(Factory, MakesTheConfiguredConnector) {
    const ReplyQueue queue{"c", "a", 1};
    config_.connector = "activemq";
    const auto activemq = make();
    ASSERT_TRUE(activemq) << activemq.error().message;
    EXPECT_EQ((*activemq)->reply_address(queue).rfind("/queue/c.reply.web1_", 0), 0U);
    config_.connector = "rabbitmq";
    const auto rabbitmq = make();
    ASSERT_TRUE(rabbitmq) << rabbitmq.error().message;
    EXPECT_EQ((*rabbitmq)->reply_address(queue), "/temp-queue/mcollective_reply_a");
    EXPECT_EQ(asked_, "");
}

TEST_F(Factory, NamesTheConnectorsItKnows) {
    config_.connector = "redis";
    const auto connector = make();
    ASSERT_FALSE(connector);
    EXPECT_EQ(connector.error().code, Errc::not_found);
    for (const auto* name : {"redis", "activemq", "rabbitmq"})
        EXPECT_NE(connector.error().message.find(name), std::string::npos);
}

TEST_F(Factory, AsksOnceForWhatIsNotConfigured) {
    set("prompt_user", "1");
    set("prompt_password", "1");
    ASSERT_TRUE(make());
    EXPECT_EQ(asked_, "User for the message broker: Password for the message broker: (hidden) ");
    asked_.clear();
    for (const auto* entry : {"pool.1.", "pool.2."}) {
        set(std::string(entry) + "user", "u");
        set(std::string(entry) + "password", "p");
    }
    ASSERT_TRUE(make());
    EXPECT_EQ(asked_, "");
}

TEST_F(Factory, RefusesUnusableCertificatesAtOnce) {
    set("pool.2.ssl", "1");
    set("pool.2.ssl.ca", "/nonexistent/ca.pem");
    const auto connector = make();
    ASSERT_FALSE(connector);
    EXPECT_NE(connector.error().message.find("/nonexistent/ca.pem"), std::string::npos);
}

TEST_F(Factory, PassesErrorsOfSettingsOn) {
    set("pool.1.port", "0");
    EXPECT_FALSE(make());
}

}  // namespace
}  // namespace mco::transport
