#include "transport/metrics/address.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mco::metrics {
namespace {

TEST(MetricsAddress, IsOfThisMachine) {
    const std::pair<const char*, Address> good[] = {
        {"127.0.0.1:9464", LoopbackPort{"127.0.0.1", 9464}},
        {"127.1.2.3:1", LoopbackPort{"127.1.2.3", 1}},
        {"localhost:0", LoopbackPort{"127.0.0.1", 0}},
        {"[::1]:9464", LoopbackPort{"::1", 9464}},
        {"/run/mcollective/metrics.sock", SocketPath{"/run/mcollective/metrics.sock"}},
    };
    for (const auto& [text, address] : good) {
        const auto parsed = parse_address(text);
        ASSERT_TRUE(parsed) << text << ": " << parsed.error().message;
        EXPECT_EQ(*parsed, address) << text;
    }
}

TEST(MetricsAddress, OthersAreRefused) {
    for (const char* text : {"0.0.0.0:9464",
                             "[::]:9464",
                             "10.0.0.1:9464",
                             "192.0.2.7:9464",
                             "node1.example.net:9464",
                             "[fe80::1]:9464",
                             "[::ffff:10.0.0.1]:9464",
                             "128.0.0.1:9464",
                             "127.1:9464",
                             "0177.0.0.1:9464",
                             "::1:9464",
                             "[127.0.0.1]:9464",
                             ":9464"}) {
        const auto parsed = parse_address(text);
        ASSERT_FALSE(parsed) << text;
        EXPECT_EQ(parsed.error().code, Errc::denied) << text;
        EXPECT_THAT(parsed.error().message, testing::HasSubstr("127.0.0.1:PORT")) << text;
    }
}

TEST(MetricsAddress, AndWhatIsNone) {
    for (const char* text : {"",
                             "9464",
                             "127.0.0.1",
                             "127.0.0.1:",
                             "127.0.0.1:65536",
                             "127.0.0.1:x",
                             "127.0.0.1:-1",
                             "127.0.0.1: 1",
                             "run/metrics.sock",
                             "/run/",
                             "/"})
        EXPECT_FALSE(parse_address(text)) << text;
}

}  // namespace
}  // namespace mco::metrics
