// What the x509 provider remembers: in one run only who has signed something, from one run to the
// next only the nodes, and only for the same key, authority and revocation list.
#include "core/security/x509/cose.hpp"
#include "core/security/x509/provider.hpp"
#include "core/security/x509/testing_pki.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace mco::x509 {
namespace {

using std::chrono::days;
using std::chrono::seconds;
using testing::Authority;
using testing::Credential;
using testing::test_now;

const char* const an_id = "4be0643f1d98573b97cdca98a65347dd";

message::Claims a_request() {
    message::Claims claims;
    claims.id = an_id;
    claims.sender = "desk";
    claims.caller = "cert=alice.mcollective";
    claims.collective = "mcollective";
    claims.agent = "discovery";
    claims.time = test_now();
    claims.body = "ping";
    return claims;
}

std::unique_ptr<X509Provider> provider(const Material& material) {
    auto made = X509Provider::make({}, material);
    EXPECT_TRUE(made) << made.error().message;
    return *std::move(made);
}

/// The message with one bit of its signature, its last bytes, changed.
std::string spoiled(std::string message) {
    message.back() = static_cast<char>(message.back() ^ 1);
    return message;
}

class ProviderMemoryTest : public ::testing::Test {
  protected:
    Authority ca_{"Puppet CA"};
    Credential alice_ = ca_.issue("alice.mcollective");
    Credential web1_ = ca_.issue("web1");
    std::string crl_ = ca_.revocation_list({});

    Material material(const Credential& own) const {
        return {own.certificate_pem, own.private_key_pem, ca_.certificate_pem(), crl_};
    }

    std::unique_ptr<X509Provider> client() const { return provider(material(alice_)); }

    /// A reply of web1's.
    std::string reply(const std::string& sender = "web1") const {
        const auto node = provider(material(web1_));
        const auto request =
            node->prove_request({*client()->seal_request(a_request()), {}, {}}, test_now());
        auto sealed = node->seal_reply(
            {an_id, sender, "discovery", "mcollective", test_now(), "pong"}, *request);
        EXPECT_TRUE(sealed) << sealed.error().message;
        return *std::move(sealed);
    }

    static bool proves(X509Provider& client, const std::string& bytes, TimePoint now = test_now()) {
        return client.prove_reply({bytes, {}, {}}, an_id, now).has_value();
    }

    /// The memory of a run that has proven `reply`.
    std::string memory(const std::string& reply) const {
        const auto first = client();
        EXPECT_TRUE(proves(*first, reply));
        EXPECT_TRUE(first->has_new_nodes());
        return *first->memory();
    }
};

TEST_F(ProviderMemoryTest, TheNextRunVerifiesNoChain) {
    const auto bytes = reply();
    const auto next = client();
    ASSERT_TRUE(next->recall(memory(bytes), test_now()));
    EXPECT_FALSE(next->has_new_nodes());
    EXPECT_TRUE(proves(*next, bytes));
    EXPECT_EQ(next->chain_verifications(), 0u);
    EXPECT_FALSE(next->has_new_nodes());
    EXPECT_EQ(*next->memory(), memory(bytes));
}

TEST_F(ProviderMemoryTest, ASignatureIsCheckedAllTheSame) {
    const auto bytes = reply();
    const auto next = client();
    ASSERT_TRUE(next->recall(memory(bytes), test_now()));
    const auto proof = next->prove_reply({spoiled(bytes), {}, {}}, an_id, test_now());
    ASSERT_FALSE(proof);
    EXPECT_EQ(proof.error().gate, message::Gate::untrusted);
    EXPECT_EQ(next->chain_verifications(), 0u);
}

TEST_F(ProviderMemoryTest, OnlyWhoHasSignedIsRemembered) {
    const auto bytes = reply();
    const auto client = this->client();
    for (int i = 0; i < 2; ++i)
        EXPECT_FALSE(proves(*client, spoiled(bytes)));
    EXPECT_EQ(client->chain_verifications(), 2u);
    EXPECT_FALSE(client->has_new_nodes());
    EXPECT_TRUE(proves(*client, bytes));
    EXPECT_TRUE(proves(*client, bytes));
    EXPECT_EQ(client->chain_verifications(), 3u);

    const auto node = provider(material(web1_));
    const auto request = *client->seal_request(a_request());
    for (int i = 0; i < 2; ++i)
        EXPECT_FALSE(node->prove_request({spoiled(request), {}, {}}, test_now()));
    EXPECT_EQ(node->chain_verifications(), 2u);
    for (int i = 0; i < 2; ++i)
        EXPECT_TRUE(node->prove_request({request, {}, {}}, test_now()));
    EXPECT_EQ(node->chain_verifications(), 3u);
}

TEST_F(ProviderMemoryTest, AnotherListAuthorityOrKeyStartsAnew) {
    const auto bytes = reply();
    const auto written = memory(bytes);
    auto revoked = material(alice_);
    revoked.crl = ca_.revocation_list({web1_.certificate_pem});
    auto without = material(alice_);
    without.crl = std::nullopt;
    auto authorities = material(alice_);
    authorities.ca += Authority("Another CA").certificate_pem();
    auto renewed = material(ca_.issue("alice.mcollective"));
    for (const auto& [other, believed] : {std::pair(revoked, false),
                                          std::pair(without, true),
                                          std::pair(authorities, true),
                                          std::pair(renewed, true)}) {
        const auto next = provider(other);
        const auto recalled = next->recall(written, test_now());
        ASSERT_FALSE(recalled);
        EXPECT_EQ(recalled.error().code, Errc::denied);
        EXPECT_EQ(proves(*next, bytes), believed);
        EXPECT_EQ(next->chain_verifications(), 1u);
    }
}

TEST_F(ProviderMemoryTest, ANewListInTheMiddleOfARunCountsAtOnce) {
    const auto bytes = reply();
    const auto next = client();
    ASSERT_TRUE(next->recall(memory(bytes), test_now()));
    auto fresh = material(alice_);
    fresh.crl = ca_.revocation_list({web1_.certificate_pem});
    ASSERT_TRUE(next->replace(fresh));
    EXPECT_FALSE(proves(*next, bytes));
    EXPECT_FALSE(next->recall(memory(bytes), test_now())) << "nor can the old memory come back";
}

TEST_F(ProviderMemoryTest, WhatHasExpiredIsNotRecalled) {
    const auto bytes = reply();
    const auto written = memory(bytes);
    const auto late = test_now() + days(30) + seconds(1);
    const auto next = client();
    ASSERT_TRUE(next->recall(written, late));
    EXPECT_FALSE(proves(*next, bytes, late));
    EXPECT_EQ(next->chain_verifications(), 1u);
    EXPECT_EQ(*next->memory(), *client()->memory()) << "it is empty";
}

TEST_F(ProviderMemoryTest, ForeignBytesChangeNothing) {
    const auto bytes = reply();
    const auto written = memory(bytes);
    const auto next = client();
    for (const auto& foreign :
         {std::string(), std::string("{}"), written.substr(1), written + "x", spoiled(written)})
        EXPECT_EQ(next->recall(foreign, test_now()).error().code, Errc::denied);
    EXPECT_TRUE(proves(*next, bytes));
    EXPECT_EQ(next->chain_verifications(), 1u);
}

TEST_F(ProviderMemoryTest, ManyThreadsProveRepliesWhileMaterialIsReplaced) {
    const auto good = reply();
    const auto bad = spoiled(good);
    const auto client = this->client();
    std::atomic<int> wrong = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 3; ++i)
        threads.emplace_back([&] {
            for (int round = 0; round < 50; ++round)
                wrong += (proves(*client, good) ? 0 : 1) + (proves(*client, bad) ? 1 : 0);
        });
    for (int i = 0; i < 5; ++i) {
        EXPECT_TRUE(client->replace(material(alice_)));
        EXPECT_TRUE(client->memory());
    }
    for (auto& thread : threads)
        thread.join();
    EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace mco::x509
