#include "transport/stomp/options.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <utility>

namespace mco::stomp {
namespace {

using namespace std::chrono_literals;
using Settings = std::initializer_list<std::pair<const char*, const char*>>;

/// A configuration with one broker and these settings, each set in line 7.
config::Config config_with(Settings settings, const std::string& prefix = "activemq.") {
    config::Config config;
    config.identity = "web1.example";
    config.securityprovider = "psk";
    config.plugin[prefix + "pool.size"] = {"1", "server.cfg:1"};
    config.plugin[prefix + "pool.1.host"] = {"broker.example", "server.cfg:2"};
    for (const auto& [key, value] : settings)
        config.plugin[prefix + key] = {value, "server.cfg:7"};
    return config;
}

Options options_of(Settings settings) {
    auto options = parse_options(config_with(settings), Flavour::activemq, 42);
    EXPECT_TRUE(options) << options.error().message;
    return options ? *std::move(options) : Options{};
}

Options rabbitmq_options(Settings settings) {
    auto options = parse_options(config_with(settings, "rabbitmq."), Flavour::rabbitmq, 42);
    EXPECT_TRUE(options) << options.error().message;
    return options ? *std::move(options) : Options{};
}

TEST(StompOptions, HaveTheOriginalsDefaults) {
    const Options options = options_of({});
    ASSERT_EQ(options.pool.size(), 1U);
    EXPECT_EQ(options.pool[0].address(), "broker.example:61613");
    EXPECT_EQ(options.pool[0].user, "");
    EXPECT_FALSE(options.pool[0].tls);
    EXPECT_EQ(options.session.virtual_host, "mcollective");
    EXPECT_EQ(options.session.naming.identity, "web1.example");
    EXPECT_EQ(options.session.naming.pid, 42);
    EXPECT_EQ(options.session.heart_beat, 0ms);
    EXPECT_TRUE(options.session.stomp_1_0_fallback);
    EXPECT_EQ(options.session.missed_beats, 2);
    EXPECT_FALSE(options.session.base64);
    EXPECT_EQ(options.backoff.initial, 10ms);
    EXPECT_EQ(options.backoff.maximum, 30s);
    EXPECT_TRUE(options.backoff.exponential);
    EXPECT_EQ(options.backoff.multiplier, 2.0);
    EXPECT_EQ(options.max_attempts, 0);
    EXPECT_EQ(options.connect_timeout, 30s);
    EXPECT_FALSE(options.randomize);
    EXPECT_EQ(rabbitmq_options({}).session.virtual_host, "/");
}

TEST(StompOptions, TakeEverySetting) {
    const Options options = options_of({{"pool.size", "2"},
                                        {"pool.1.port", "6163"},
                                        {"pool.1.user", "u"},
                                        {"pool.1.password", "p"},
                                        {"pool.2.host", "second"},
                                        {"pool.2.ssl", "1"},
                                        {"pool.2.ssl.ca", "/ca1.pem, /ca2.pem ,"},
                                        {"pool.2.ssl.cert", "/cert.pem"},
                                        {"pool.2.ssl.key", "/key.pem"},
                                        {"pool.2.ssl.ciphers", "HIGH"},
                                        {"initial_reconnect_delay", "0.5"},
                                        {"max_reconnect_delay", "2"},
                                        {"use_exponential_back_off", "no"},
                                        {"back_off_multiplier", "3"},
                                        {"max_reconnect_attempts", "9"},
                                        {"randomize", "yes"},
                                        {"connect_timeout", "5"},
                                        {"vhost", "other"},
                                        {"base64", "1"},
                                        {"agents_multiplex", "1"},
                                        {"priority", "4"},
                                        {"stomp_1_0_fallback", "0"},
                                        {"max_hbread_fails", "0"}});
    EXPECT_EQ(options.pool[0].port, 6163);
    EXPECT_EQ(options.pool[0].user, "u");
    EXPECT_EQ(options.pool[0].password, "p");
    ASSERT_TRUE(options.pool[1].tls);
    const Tls& tls = *options.pool[1].tls;
    EXPECT_EQ(tls.ca, (std::vector<std::string>{"/ca1.pem", "/ca2.pem"}));
    EXPECT_EQ(tls.certificate + tls.key + tls.ciphers, "/cert.pem/key.pemHIGH");
    EXPECT_FALSE(tls.fallback);
    EXPECT_EQ(options.backoff.initial, 500ms);
    EXPECT_EQ(options.backoff.maximum, 2s);
    EXPECT_FALSE(options.backoff.exponential);
    EXPECT_EQ(options.backoff.multiplier, 3.0);
    EXPECT_EQ(options.max_attempts, 9);
    EXPECT_TRUE(options.randomize);
    EXPECT_EQ(options.connect_timeout, 5s);
    EXPECT_EQ(options.session.virtual_host, "other");
    EXPECT_TRUE(options.session.base64);
    EXPECT_TRUE(options.session.naming.agents_multiplex);
    EXPECT_EQ(options.session.naming.priority, 4);
    EXPECT_FALSE(options.session.stomp_1_0_fallback);
    EXPECT_EQ(options.session.missed_beats, 0);
    EXPECT_TRUE(rabbitmq_options({{"use_reply_exchange", "1"}}).session.naming.use_reply_exchange);
}

TEST(StompOptions, RaiseShortHeartBeats) {
    EXPECT_EQ(options_of({{"heartbeat_interval", "0"}}).session.heart_beat, 0s);
    EXPECT_EQ(options_of({{"heartbeat_interval", "1"}}).session.heart_beat, 30s);
    EXPECT_EQ(options_of({{"heartbeat_interval", "29"}}).session.heart_beat, 30s);
    EXPECT_EQ(options_of({{"heartbeat_interval", "60"}}).session.heart_beat, 60s);
}

TEST(StompOptions, VerifyTheBrokerWithACaAlone) {
    const Options options = options_of({{"pool.1.ssl", "1"}, {"pool.1.ssl.ca", "/ca.pem"}});
    ASSERT_TRUE(options.pool[0].tls);
    EXPECT_EQ(options.pool[0].tls->certificate, "");
}

TEST(StompOptions, AllowMissingFilesOnlyWithTheFallback) {
    EXPECT_TRUE(
        options_of({{"pool.1.ssl", "1"}, {"pool.1.ssl.fallback", "1"}}).pool[0].tls->fallback);
}

TEST(StompOptions, AskOnlyForWhatIsMissing) {
    const Settings ask = {
        {"prompt_user", "1"}, {"prompt_password", "1"}, {"pool.1.user", "configured"}};
    EXPECT_FALSE(options_of(ask).prompt_user);
    EXPECT_TRUE(options_of(ask).prompt_password);
}

struct BadSetting {
    const char* key;
    const char* value;
    const char* says;
};

class BadSettings : public testing::TestWithParam<BadSetting> {};

TEST_P(BadSettings, AreRefusedWithTheirPlace) {
    const auto& [key, value, says] = GetParam();
    const auto options = parse_options(config_with({{key, value}}), Flavour::activemq, 1);
    ASSERT_FALSE(options);
    EXPECT_NE(options.error().message.find(says), std::string::npos) << options.error().message;
}

INSTANTIATE_TEST_SUITE_P(
    OfTheConnector,
    BadSettings,
    testing::Values(
        BadSetting{"pool.size", "x", "server.cfg:7: plugin.activemq.pool.size must be an integer"},
        BadSetting{"pool.size", "0", "server.cfg:7: plugin.activemq.pool.size must be between"},
        BadSetting{"pool.size", "", "plugin.activemq.pool.size is not set"},
        BadSetting{"pool.size", "2", "plugin.activemq.pool.2.host is not set"},
        BadSetting{"pool.1.port",
                   "65536",
                   "server.cfg:7: plugin.activemq.pool.1.port must be between 1 and 65535"},
        BadSetting{"pool.1.ssl", "on", "server.cfg:7: plugin.activemq.pool.1.ssl"},
        BadSetting{"pool.1.ssl", "1", "plugin.activemq.pool.1.ssl.ca is not set"},
        BadSetting{"connect_timeout",
                   "0",
                   "server.cfg:7: plugin.activemq.connect_timeout must not be 0"},
        BadSetting{"connect_timeout", "soon", "server.cfg:7: plugin.activemq.connect_timeout"},
        BadSetting{"initial_reconnect_delay",
                   "-1",
                   "server.cfg:7: plugin.activemq.initial_reconnect_delay"},
        BadSetting{"back_off_multiplier", "0", "server.cfg:7"},
        BadSetting{"max_reconnect_attempts", "-1", "server.cfg:7"},
        BadSetting{"heartbeat_interval", "-5", "server.cfg:7"},
        BadSetting{"priority", "10", "server.cfg:7"},
        BadSetting{"base64", "maybe", "server.cfg:7"},
        BadSetting{"backup", "maybe", "server.cfg:7"},
        BadSetting{"timeout", "x", "server.cfg:7"}));

TEST(StompOptions, RefuseACertificateWithoutItsKey) {
    const auto options = parse_options(
        config_with(
            {{"pool.1.ssl", "1"}, {"pool.1.ssl.ca", "/ca.pem"}, {"pool.1.ssl.cert", "/cert.pem"}}),
        Flavour::activemq,
        1);
    ASSERT_FALSE(options);
    EXPECT_NE(options.error().message.find("go together"), std::string::npos);
}

TEST(StompOptions, RefuseTemporaryQueuesWhenTheReplyAddressIsSigned) {
    config::Config config = config_with({}, "rabbitmq.");
    config.securityprovider = "x509";
    const auto refused = parse_options(config, Flavour::rabbitmq, 1);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("plugin.rabbitmq.use_reply_exchange = 1"),
              std::string::npos);
    config.plugin["rabbitmq.use_reply_exchange"] = {"1", "server.cfg:3"};
    EXPECT_TRUE(parse_options(config, Flavour::rabbitmq, 1));
}

}  // namespace
}  // namespace mco::stomp
