#include "client/resources/confidential.hpp"

#include <gtest/gtest.h>

namespace mco::client {
namespace {

config::Config pool(std::map<std::string, std::string> settings) {
    config::Config config;
    config.securityprovider = "psk";
    config.identity = "client.lab.test";
    for (auto& [name, value] : settings)
        config.plugin["activemq.pool." + name] = {value, "test"};
    return config;
}

const std::map<std::string, std::string> plain = {{"size", "1"},
                                                  {"1.host", "a"},
                                                  {"1.user", "u"},
                                                  {"1.password", "p"}};

TEST(Secrets, TravelWithX509OrThroughTlsOnly) {
    EXPECT_FALSE(may_carry_secrets(pool(plain)));
    auto x509 = pool(plain);
    x509.securityprovider = "x509";
    EXPECT_TRUE(may_carry_secrets(x509));
    auto tls = plain;
    tls.insert({{"1.ssl", "1"}, {"1.ssl.ca", "/ca.pem"}});
    EXPECT_TRUE(may_carry_secrets(pool(tls)));
}

TEST(Secrets, NeedTlsToEveryBroker) {
    auto two = plain;
    two["size"] = "2";
    two.insert({{"1.ssl", "1"},
                {"1.ssl.ca", "/ca.pem"},
                {"2.host", "b"},
                {"2.user", "u"},
                {"2.password", "p"}});
    EXPECT_FALSE(may_carry_secrets(pool(two)));
}

TEST(Secrets, NeedTlsThatIsVerified) {
    auto fallback = plain;
    fallback.insert({{"1.ssl", "1"}, {"1.ssl.ca", "/ca.pem"}, {"1.ssl.fallback", "1"}});
    EXPECT_FALSE(may_carry_secrets(pool(fallback)));
    EXPECT_FALSE(may_carry_secrets(pool({{"size", "none"}})));
}

}  // namespace
}  // namespace mco::client
