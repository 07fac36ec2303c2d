#include "broker/certificate_rights.hpp"

#include <gtest/gtest.h>

namespace mco::broker {
namespace {

CertificateRights rights_with(const std::vector<std::string>& callers) {
    auto rights = CertificateRights::create(callers);
    return rights ? *std::move(rights) : CertificateRights();
}

TEST(CertificateRights, CallersAreClientsAndAllOthersNodesOfTheirName) {
    const auto rights = rights_with({R"(.+\.mcollective)", "ops-[0-9]+"});

    struct Case {
        std::string_view name;
        Role role;
        std::string_view identity;
    };

    for (const Case& c :
         {Case{"alice.mcollective", Role::client, ""},
          Case{"ops-12", Role::client, ""},
          Case{"web1.example.com", Role::node, "web1.example.com"},
          Case{"alice.mcollective.example.com", Role::node, "alice.mcollective.example.com"},
          Case{".mcollective", Role::node, ".mcollective"},
          Case{"xops-12", Role::node, "xops-12"}}) {
        const auto account = rights.account(c.name);
        ASSERT_TRUE(account) << c.name;
        EXPECT_EQ(account->name, "cert=" + std::string(c.name));
        EXPECT_EQ(account->rights.role, c.role) << c.name;
        EXPECT_EQ(account->rights.identity, c.identity) << c.name;
        EXPECT_EQ(account->password, "");
    }
}

TEST(CertificateRights, NodesReadOnlyTheirOwnDirectedRequests) {
    const auto node = rights_with({}).account("web1.example.com");
    ASSERT_TRUE(node);
    const Selector own{"mc_identity", "web1.example.com"};
    const Selector other{"mc_identity", "web2.example.com"};
    EXPECT_TRUE(node->rights.may_subscribe("/queue/mcollective.nodes", &own));
    EXPECT_FALSE(node->rights.may_subscribe("/queue/mcollective.nodes", &other));
    EXPECT_FALSE(node->rights.may_subscribe("/queue/mcollective.reply.alice_1.1", nullptr));
    EXPECT_FALSE(node->rights.may_publish("/topic/mcollective.rpcutil.agent"));
    EXPECT_TRUE(node->rights.may_publish("/topic/mcollective.registration.agent"));
}

TEST(CertificateRights, NamesThatCannotBeJudgedHaveNoAccount) {
    const auto rights = rights_with({R"(.+\.mcollective)"});
    EXPECT_FALSE(rights.account(""));
    EXPECT_FALSE(rights.account("*.example.com")) << "would be every node";
    const auto endless = rights_with({"(a+)+[b-z]"});
    EXPECT_FALSE(endless.account(std::string(64, 'a') + "!")) << "the pattern exceeds its limits";
}

TEST(CertificateRights, BadPatternsAreErrors) {
    EXPECT_FALSE(CertificateRights::create({"(", "x"}));
}

}  // namespace
}  // namespace mco::broker
