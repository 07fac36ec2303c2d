#include "transport/stomp/destinations.hpp"

#include <gtest/gtest.h>

namespace mco::stomp {
namespace {

using transport::Broadcast;
using transport::Channel;
using transport::Directed;
using transport::Publication;
using transport::ReplyAddress;
using transport::ReplyQueue;

Naming activemq() {
    return {.flavour = Flavour::activemq, .identity = "web1.example", .pid = 4711};
}

Naming rabbitmq() {
    return {.flavour = Flavour::rabbitmq, .identity = "web1.example", .pid = 4711};
}

Naming multiplexed(Naming naming) {
    naming.agents_multiplex = true;
    return naming;
}

Naming with_reply_exchange(Naming naming) {
    naming.use_reply_exchange = true;
    return naming;
}

const Channel broadcast = Broadcast{"prod", "rpcutil"};
const Channel directed = Directed{"prod", "web1.example"};
const ReplyQueue replies{"prod", "rpcutil", 7};

struct SubscriptionCase {
    Naming naming;
    Channel channel;
    std::optional<Subscription> expected;
};

class Subscriptions : public testing::TestWithParam<SubscriptionCase> {};

TEST_P(Subscriptions, AreNamedAsTheOriginalDoes) {
    EXPECT_EQ(subscription(GetParam().naming, GetParam().channel), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(ActiveMq,
                         Subscriptions,
                         testing::Values(
                             SubscriptionCase{
                                 activemq(),
                                 broadcast,
                                 {{"/topic/prod.rpcutil.agent", "/topic/prod.rpcutil.agent", {}}}},
                             SubscriptionCase{multiplexed(activemq()),
                                              broadcast,
                                              {{"/topic/prod.agents", "/topic/prod.agents", {}}}},
                             SubscriptionCase{activemq(),
                                              directed,
                                              {{"/queue/prod.nodes",
                                                "prod_directed_to_identity",
                                                {{"selector", "mc_identity = 'web1.example'"}}}}},
                             SubscriptionCase{activemq(),
                                              Directed{"prod", "o'neil"},
                                              {{"/queue/prod.nodes",
                                                "prod_directed_to_identity",
                                                {{"selector", "mc_identity = 'o''neil'"}}}}},
                             SubscriptionCase{activemq(),
                                              replies,
                                              {{"/queue/prod.reply.web1.example_4711.7",
                                                "/queue/prod.reply.web1.example_4711.7",
                                                {}}}}));

INSTANTIATE_TEST_SUITE_P(
    RabbitMq,
    Subscriptions,
    testing::Values(
        SubscriptionCase{rabbitmq(),
                         broadcast,
                         {{"/exchange/prod_broadcast/rpcutil", "prod_broadcast_rpcutil", {}}}},
        SubscriptionCase{multiplexed(rabbitmq()),
                         broadcast,
                         {{"/exchange/prod_broadcast", "prod_broadcast", {}}}},
        SubscriptionCase{rabbitmq(),
                         directed,
                         {{"/exchange/prod_directed/web1.example",
                           "prod_web1.example_directed_to_identity",
                           {}}}},
        SubscriptionCase{rabbitmq(), replies, std::nullopt},
        SubscriptionCase{with_reply_exchange(rabbitmq()),
                         replies,
                         {{"/exchange/mcollective_reply/web1.example_4711_7",
                           "mcollective_rpcutil_replies",
                           {}}}}));

TEST(ReplyAddressText, IsWhereRepliesAreReceived) {
    EXPECT_EQ(reply_address(activemq(), replies), "/queue/prod.reply.web1.example_4711.7");
    EXPECT_EQ(reply_address(rabbitmq(), replies), "/temp-queue/mcollective_reply_rpcutil");
    EXPECT_EQ(reply_address(with_reply_exchange(rabbitmq()), replies),
              "/exchange/mcollective_reply/web1.example_4711_7");
}

/// A moment whose milliseconds must be cut off.
const TimePoint now{std::chrono::milliseconds(1'700'000'000'987)};

Headers headers_of(const Naming& naming, const Publication& publication) {
    auto headers = send_headers(naming, publication, now);
    EXPECT_TRUE(headers) << headers.error().message;
    return headers ? *headers : Headers{};
}

TEST(SendHeaders, OfABroadcastOnActiveMq) {
    EXPECT_EQ(
        headers_of(activemq(),
                   {Broadcast{"prod", "rpcutil"}, "/queue/r", "body", std::chrono::seconds(60)}),
        (Headers{{"destination", "/topic/prod.rpcutil.agent"},
                 {"timestamp", "1700000000000"},
                 {"expires", "1700000070000"},
                 {"reply-to", "/queue/r"},
                 {"mc_sender", "web1.example"}}));
}

TEST(SendHeaders, OfADirectedRequestOnActiveMqWithPriority) {
    Naming naming = activemq();
    naming.priority = 9;
    EXPECT_EQ(
        headers_of(naming, {Directed{"prod", "db1"}, "/queue/r", "body", std::chrono::seconds(5)}),
        (Headers{{"destination", "/queue/prod.nodes"},
                 {"priority", "9"},
                 {"timestamp", "1700000000000"},
                 {"expires", "1700000015000"},
                 {"mc_identity", "db1"},
                 {"reply-to", "/queue/r"},
                 {"mc_sender", "web1.example"}}));
}

TEST(SendHeaders, OfAReplyOnActiveMq) {
    EXPECT_EQ(
        headers_of(
            activemq(),
            {ReplyAddress{"/queue/prod.reply.client_1.1"}, "", "body", std::chrono::seconds(60)}),
        (Headers{{"destination", "/queue/prod.reply.client_1.1"},
                 {"timestamp", "1700000000000"},
                 {"expires", "1700000070000"},
                 {"mc_sender", "web1.example"}}));
}

TEST(SendHeaders, OnRabbitMq) {
    EXPECT_EQ(
        headers_of(
            rabbitmq(),
            {Broadcast{"prod", "rpcutil"}, "/temp-queue/r", "body", std::chrono::seconds(60)}),
        (Headers{{"destination", "/exchange/prod_broadcast/rpcutil"},
                 {"expiration", "70000"},
                 {"reply-to", "/temp-queue/r"},
                 {"mc_sender", "web1.example"}}));
    EXPECT_EQ(
        headers_of(rabbitmq(),
                   {Directed{"prod", "db1"}, "/temp-queue/r", "body", std::chrono::seconds(60)})[0]
            .second,
        "/exchange/prod_directed/db1");
    EXPECT_EQ(headers_of(rabbitmq(),
                         {ReplyAddress{"/reply-queue/xyz"}, "", "body", std::chrono::seconds(60)}),
              (Headers{{"destination", "/reply-queue/xyz"},
                       {"expiration", "70000"},
                       {"mc_sender", "web1.example"}}));
}

struct Refused {
    Naming naming;
    std::string address;
    Errc code;
};

class RefusedReplies : public testing::TestWithParam<Refused> {};

TEST_P(RefusedReplies, NeverReachTheRequestChannels) {
    const auto headers =
        send_headers(GetParam().naming,
                     {ReplyAddress{GetParam().address}, "", "body", std::chrono::seconds(60)},
                     now);
    ASSERT_FALSE(headers);
    EXPECT_EQ(headers.error().code, GetParam().code);
}

INSTANTIATE_TEST_SUITE_P(
    Addresses,
    RefusedReplies,
    testing::Values(Refused{activemq(), "", Errc::invalid},
                    Refused{activemq(), "/topic/prod.rpcutil.agent", Errc::denied},
                    Refused{activemq(), "topic://prod.rpcutil.agent", Errc::denied},
                    Refused{activemq(), "/topic/prod.agents", Errc::denied},
                    Refused{activemq(), "/queue/prod.nodes", Errc::denied},
                    Refused{rabbitmq(), "/exchange/prod_broadcast/rpcutil", Errc::denied},
                    Refused{rabbitmq(), "/exchange/prod_broadcast", Errc::denied},
                    Refused{rabbitmq(), "/exchange/prod_directed/db1", Errc::denied}));

}  // namespace
}  // namespace mco::stomp
