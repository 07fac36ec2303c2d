#include "broker/refusal.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mco::broker {
namespace {

using testing::HasSubstr;

Rights rights_of(Role role, std::string identity = {}, std::vector<std::string> collectives = {}) {
    Rights rights;
    rights.role = role;
    rights.identity = std::move(identity);
    rights.collectives = std::move(collectives);
    return rights;
}

TEST(Refusal, NamesTheRightToPublishThatIsMissing) {
    EXPECT_EQ(why_not_publish(rights_of(Role::node), "/topic/mcollective.rpcutil.agent"),
              "only the role client sends requests, this is the role node");
    EXPECT_EQ(why_not_publish(rights_of(Role::client), "/queue/mcollective.reply.a_1.1"),
              "only the role node answers requests, this is the role client");
    EXPECT_EQ(why_not_publish(rights_of(Role::client, {}, {"eu"}), "/queue/us.nodes"),
              "collectives= does not name us");
    EXPECT_THAT(why_not_publish(rights_of(Role::node), "/queue/other"), HasSubstr("allow line"));
    EXPECT_THAT(why_not_publish(rights_of(Role::none), "/queue/us.nodes"), HasSubstr("role none"));
}

TEST(Refusal, NamesTheRightToReadThatIsMissing) {
    EXPECT_EQ(why_not_subscribe(rights_of(Role::node), "/queue/mcollective.reply.a_1.1"),
              "only the role client reads replies, this is the role node");
    EXPECT_EQ(why_not_subscribe(rights_of(Role::client), "/queue/mcollective.nodes"),
              "only the role node reads requests, this is the role client");
    EXPECT_EQ(why_not_subscribe(rights_of(Role::node, "web1"), "/queue/mcollective.nodes"),
              "requests to single nodes need the selector mc_identity = 'IDENTITY' with an "
              "identity of web1");
    EXPECT_THAT(why_not_subscribe(rights_of(Role::client, "a*"), "/queue/mcollective.reply.b_1.1"),
                HasSubstr("under an identity of a*"));
}

}  // namespace
}  // namespace mco::broker
