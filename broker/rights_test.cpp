#include "broker/rights.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace mco::broker {
namespace {

Rights role(Role role) {
    Rights rights;
    rights.role = role;
    return rights;
}

/// What node and client may do; `any` may everything and `none` nothing.
struct PublishCase {
    std::string_view destination;
    bool node, client;
};

TEST(Rights, WhoMayPublishWhere) {
    for (const PublishCase& c : {PublishCase{"/topic/mcollective.rpcutil.agent", false, true},
                                 PublishCase{"/topic/mcollective.agents", false, true},
                                 PublishCase{"/topic/mcollective.registration.agent", true, true},
                                 PublishCase{"/queue/mcollective.nodes", false, true},
                                 PublishCase{"/queue/mcollective.reply.alice_1.1", true, false},
                                 PublishCase{"/queue/mcollective.reply.", false, false},
                                 PublishCase{"/topic/mcollective.reply.alice_1.1", false, false},
                                 PublishCase{"/queue/mcollective.rpcutil.agent", false, false},
                                 PublishCase{"/topic/mcollective.nodes", false, false},
                                 PublishCase{"/topic/mcollective..agent", false, false},
                                 PublishCase{"/topic/a.b.rpcutil.agent", false, false},
                                 PublishCase{"/topic/mcollective.rpcutil.agent.x", false, false},
                                 PublishCase{"/topic/.rpcutil.agent", false, false},
                                 PublishCase{"/topic/agent", false, false},
                                 PublishCase{"/queue/other", false, false},
                                 PublishCase{"nonsense", false, false}}) {
        EXPECT_EQ(role(Role::node).may_publish(c.destination), c.node) << c.destination;
        EXPECT_EQ(role(Role::client).may_publish(c.destination), c.client) << c.destination;
        EXPECT_TRUE(role(Role::any).may_publish(c.destination)) << c.destination;
        EXPECT_FALSE(role(Role::none).may_publish(c.destination)) << c.destination;
    }
}

struct SubscribeCase {
    std::string_view destination;
    std::string_view selected;  ///< value of a selector on mc_identity; empty: no selector
    std::optional<Sharing> node, client;
};

TEST(Rights, WhoMayReadWhat) {
    constexpr auto no = std::nullopt;
    constexpr auto shared = Sharing::shared;
    constexpr auto alone = Sharing::exclusive;
    for (const SubscribeCase& c :
         {SubscribeCase{"/topic/mcollective.rpcutil.agent", "", shared, no},
          SubscribeCase{"/topic/mcollective.agents", "", shared, no},
          SubscribeCase{"/topic/mcollective.registration.agent", "", shared, no},
          SubscribeCase{"/queue/mcollective.nodes", "web1", shared, no},
          SubscribeCase{"/queue/mcollective.nodes", "", no, no},
          SubscribeCase{"/queue/mcollective.reply.alice_1.1", "", no, alone},
          SubscribeCase{"/queue/mcollective.reply.alice_1.1", "alice", no, no},
          SubscribeCase{"/topic/mcollective.reply.alice_1.1", "", no, no},
          SubscribeCase{"/queue/other", "", no, no}}) {
        const Selector selector{"mc_identity", std::string(c.selected)};
        const Selector* const given = c.selected.empty() ? nullptr : &selector;
        EXPECT_EQ(role(Role::node).may_subscribe(c.destination, given), c.node) << c.destination;
        EXPECT_EQ(role(Role::client).may_subscribe(c.destination, given), c.client)
            << c.destination;
        EXPECT_EQ(role(Role::any).may_subscribe(c.destination, given), shared) << c.destination;
        EXPECT_EQ(role(Role::none).may_subscribe(c.destination, given), no) << c.destination;
    }
}

TEST(Rights, NodesMustSelectTheirIdentityAndNothingElse) {
    const Selector other{"colour", "red"};
    EXPECT_FALSE(role(Role::node).may_subscribe("/queue/mcollective.nodes", &other));
    Rights rights = role(Role::node);
    rights.identity = "web*.example.com";
    const Selector ours{"mc_identity", "web1.example.com"};
    const Selector theirs{"mc_identity", "db1.example.com"};
    EXPECT_TRUE(rights.may_subscribe("/queue/mcollective.nodes", &ours));
    EXPECT_FALSE(rights.may_subscribe("/queue/mcollective.nodes", &theirs));
}

TEST(Rights, ClientsWithAnIdentityReadOnlyItsReplyQueues) {
    Rights rights = role(Role::client);
    rights.identity = "alice.*";

    struct Case {
        std::string_view queue;
        bool allowed;
    };

    for (const Case& c : {Case{"/queue/mcollective.reply.alice.example.com_4711.12", true},
                          Case{"/queue/mcollective.reply.bob.example.com_4711.12", false},
                          Case{"/queue/mcollective.reply.alice.example.com_4711", false},
                          Case{"/queue/mcollective.reply.alice.example.com.12", false},
                          Case{"/queue/mcollective.reply.alice.example.com_x.12", false},
                          Case{"/queue/mcollective.reply.alice.example.com_1.", false},
                          Case{"/queue/mcollective.reply._1.1", false}})
        EXPECT_EQ(rights.may_subscribe(c.queue, nullptr).has_value(), c.allowed) << c.queue;
}

TEST(Rights, CollectivesNarrowTheRole) {
    Rights rights = role(Role::client);
    rights.collectives = {"eu", "us"};
    EXPECT_TRUE(rights.may_publish("/topic/eu.rpcutil.agent"));
    EXPECT_FALSE(rights.may_publish("/topic/mcollective.rpcutil.agent"));
    EXPECT_TRUE(rights.may_subscribe("/queue/us.reply.a_1.1", nullptr));
    EXPECT_FALSE(rights.may_subscribe("/queue/mcollective.reply.a_1.1", nullptr));
    rights.role = Role::node;
    EXPECT_FALSE(rights.may_publish("/queue/mcollective.reply.a_1.1"));
}

TEST(Rights, PermissionsAddToTheRole) {
    Rights rights = role(Role::none);
    rights.permissions = {{Permission::Verb::subscribe, "/topic/*.registration.agent"},
                          {Permission::Verb::publish, "/queue/inventory.>"}};
    EXPECT_EQ(rights.may_subscribe("/topic/mcollective.registration.agent", nullptr),
              Sharing::shared);
    EXPECT_FALSE(rights.may_subscribe("/topic/mcollective.rpcutil.agent", nullptr));
    EXPECT_FALSE(rights.may_publish("/topic/mcollective.registration.agent"));
    EXPECT_TRUE(rights.may_publish("/queue/inventory.eu.web1"));
    EXPECT_FALSE(rights.may_subscribe("/queue/inventory.eu.web1", nullptr));
}

}  // namespace
}  // namespace mco::broker
