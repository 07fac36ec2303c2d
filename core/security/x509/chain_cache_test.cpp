#include "core/security/x509/chain_cache.hpp"

#include "core/security/x509/pem.hpp"
#include "core/security/x509/testing_pki.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace mco::x509 {
namespace {

using std::chrono::days;
using std::chrono::seconds;
using testing::Authority;
using testing::Credential;
using testing::KeyKind;
using testing::test_now;

constexpr std::size_t plenty = 1u << 20;

struct Shown {
    explicit Shown(const Credential& credential)
        : der(testing::der_of(credential.certificate_pem)),
          key(private_key_from_pem(credential.private_key_pem).value()) {}

    std::vector<std::string_view> chain() const { return {der}; }

    bool signs(const Signer& signer) const {
        return signer.verifier.verify(
            "data", sign(key.get(), algorithm_of(key.get()).value(), "data").value());
    }

    std::string der;
    KeyPtr key;
};

class ChainCacheTest : public ::testing::Test {
  protected:
    Authority ca_{"Puppet CA"};
    TrustStore trust_ =
        *TrustStore::make(ca_.certificate_pem(),
                          ca_.revocation_list({}, test_now() - days(2), test_now() + days(10)));

    /// Whether the chain is good; what is good is remembered.
    bool ask(ChainCache& cache,
             const Shown& shown,
             Purpose purpose = Purpose::caller,
             TimePoint now = test_now()) {
        const auto found = cache.find(trust_, shown.chain(), purpose, now);
        if (found)
            cache.remember(*found);
        return found.has_value();
    }
};

TEST_F(ChainCacheTest, AVerdictIsRememberedUntilTimeChangesIt) {
    const Shown alice(
        ca_.issue({"alice", KeyKind::p256, {}, test_now() - days(1), test_now() + days(20)}));
    ChainCache cache(plenty);
    const auto ask = [&](TimePoint now, Purpose purpose = Purpose::caller) {
        return this->ask(cache, alice, purpose, now);
    };
    EXPECT_TRUE(ask(test_now()));
    EXPECT_TRUE(ask(test_now() + days(9)));
    EXPECT_TRUE(ask(test_now() - days(1)));
    EXPECT_EQ(cache.verifications(), 1u);
    EXPECT_TRUE(ask(test_now(), Purpose::node)) << "another question";
    EXPECT_EQ(cache.verifications(), 2u);
    EXPECT_FALSE(ask(test_now() + days(10) + seconds(1))) << "the list has expired";
    EXPECT_FALSE(ask(test_now() - days(1) - seconds(1)))
        << "the clock went back before the certificate";
    EXPECT_FALSE(ask(test_now() - days(1) - seconds(1))) << "failures are not remembered";
    EXPECT_EQ(cache.verifications(), 5u);
    EXPECT_TRUE(ask(test_now()));
    EXPECT_EQ(cache.verifications(), 5u);
}

TEST_F(ChainCacheTest, NothingIsRememberedUntilSomebodySaysSo) {
    const Shown alice(ca_.issue("alice"));
    ChainCache cache(plenty);
    const auto found = cache.find(trust_, alice.chain(), Purpose::caller, test_now());
    ASSERT_TRUE(found);
    EXPECT_FALSE(found->known);
    EXPECT_EQ(cache.size(), 0u);
    cache.remember(*found);
    cache.remember(*found);
    EXPECT_EQ(cache.size(), 1u);
    const auto again = cache.find(trust_, alice.chain(), Purpose::caller, test_now());
    ASSERT_TRUE(again);
    EXPECT_TRUE(again->known);
    EXPECT_EQ(again->verified.signer, found->verified.signer);
}

TEST_F(ChainCacheTest, IsBoundedInBytes) {
    std::vector<Shown> shown;
    for (const char* name : {"a", "b", "c", "d", "e"})
        shown.emplace_back(ca_.issue(name));
    ChainCache cache(70'000);  // room for four callers
    for (const auto& one : shown)
        EXPECT_TRUE(ask(cache, one));
    EXPECT_EQ(cache.size(), 4u);
    EXPECT_TRUE(ask(cache, shown[4]));
    EXPECT_EQ(cache.verifications(), 5u);
    EXPECT_TRUE(ask(cache, shown[0]));
    EXPECT_EQ(cache.verifications(), 6u) << "the oldest was forgotten";
    EXPECT_FALSE(ask(cache, Shown(testing::self_signed({"x"}))));
    EXPECT_EQ(cache.size(), 4u) << "a stranger displaces nobody";

    ChainCache nodes(70'000);
    for (int i = 0; i < 5; ++i)
        EXPECT_TRUE(ask(nodes, shown[static_cast<std::size_t>(i)], Purpose::node));
    EXPECT_EQ(nodes.size(), 5u) << "nodes are smaller";

    ChainCache tiny(1);
    EXPECT_TRUE(ask(tiny, shown[0]));
    EXPECT_TRUE(ask(tiny, shown[1]));
    EXPECT_EQ(tiny.size(), 1u);
}

TEST_F(ChainCacheTest, ALargeCertificateTakesMoreRoom) {
    testing::Wanted wanted;
    wanted.name = "large";
    for (int i = 1; i <= 30; ++i)
        wanted.extensions.emplace_back("1.3.6.1.4.1.34380.1.2." + std::to_string(i),
                                       "ASN1:UTF8String:" + std::string(1000, 'x'));
    const Shown large(ca_.issue(wanted));
    const Shown small(ca_.issue("small"));
    ChainCache cache(60'000);
    EXPECT_TRUE(ask(cache, large));
    EXPECT_TRUE(ask(cache, small));
    EXPECT_EQ(cache.size(), 1u);
    EXPECT_TRUE(ask(cache, small));
    EXPECT_EQ(cache.verifications(), 2u);
}

TEST_F(ChainCacheTest, OnlyOfCallersMoreThanTheKeyIsKept) {
    testing::Wanted wanted;
    wanted.name = "alice";
    wanted.extensions = {{"1.3.6.1.4.1.34380.1.1.13", "ASN1:UTF8String:web"}};
    const Shown alice(ca_.issue(wanted));
    ChainCache cache(plenty);
    const auto caller = cache.find(trust_, alice.chain(), Purpose::caller, test_now());
    ASSERT_TRUE(caller);
    EXPECT_NE(caller->verified.signer->certificate, nullptr);
    EXPECT_EQ(caller->verified.signer->extensions.size(), 1u);
    const auto node = cache.find(trust_, alice.chain(), Purpose::node, test_now());
    ASSERT_TRUE(node);
    EXPECT_EQ(node->verified.signer->certificate, nullptr);
    EXPECT_TRUE(node->verified.signer->extensions.empty());
}

TEST_F(ChainCacheTest, NodesAreKnownAgainInAnotherRun) {
    const Shown web1(ca_.issue("web1"));
    const Shown web2(ca_.issue("web2", KeyKind::rsa2048));
    const Shown alice(ca_.issue("alice"));
    ChainCache first(plenty);
    EXPECT_FALSE(first.has_new_nodes());
    EXPECT_TRUE(ask(first, alice));
    EXPECT_FALSE(first.has_new_nodes()) << "callers are not nodes";
    EXPECT_TRUE(ask(first, web1, Purpose::node));
    EXPECT_TRUE(ask(first, web2, Purpose::node));
    EXPECT_TRUE(first.has_new_nodes());
    const auto nodes = first.nodes();
    ASSERT_EQ(nodes.size(), 2u);
    EXPECT_EQ(nodes[0].name, "web2") << "the latest first";
    EXPECT_EQ(nodes[1].name, "web1");

    ChainCache second(plenty);
    second.recall(trust_, nodes);
    EXPECT_FALSE(second.has_new_nodes());
    EXPECT_EQ(second.nodes(), nodes);
    for (const auto* shown : {&web1, &web2}) {
        const auto found = second.find(trust_, shown->chain(), Purpose::node, test_now());
        ASSERT_TRUE(found);
        EXPECT_TRUE(found->known);
        EXPECT_TRUE(shown->signs(*found->verified.signer));
        EXPECT_FALSE(alice.signs(*found->verified.signer));
    }
    EXPECT_EQ(second.verifications(), 0u);
    EXPECT_TRUE(ask(second, web1, Purpose::caller)) << "as a caller it is verified";
    EXPECT_EQ(second.verifications(), 1u);
}

TEST_F(ChainCacheTest, WhatIsRecalledIsVerifiedAgainWhenItsTimeHasPassed) {
    const Shown web1(
        ca_.issue({"web1", KeyKind::p256, {}, test_now() - days(1), test_now() + days(5)}));
    ChainCache first(plenty);
    EXPECT_TRUE(ask(first, web1, Purpose::node));
    ChainCache second(plenty);
    second.recall(trust_, first.nodes());
    EXPECT_TRUE(ask(second, web1, Purpose::node, test_now() + days(4)));
    EXPECT_EQ(second.verifications(), 0u);
    EXPECT_FALSE(ask(second, web1, Purpose::node, test_now() + days(5) + seconds(1)));
    EXPECT_FALSE(ask(second, web1, Purpose::node, test_now() - days(1) - seconds(1)));
    EXPECT_EQ(second.verifications(), 2u);
}

TEST_F(ChainCacheTest, WhatIsKnownIsNotRecalled) {
    const Shown web1(ca_.issue("web1"));
    ChainCache cache(plenty);
    EXPECT_TRUE(ask(cache, web1, Purpose::node));
    auto nodes = cache.nodes();
    nodes.front().name = "web2";
    cache.recall(trust_, nodes);
    EXPECT_EQ(cache.nodes().front().name, "web1");
    EXPECT_EQ(cache.size(), 1u);
}

TEST_F(ChainCacheTest, RecallingMoreThanThereIsRoomForKeepsTheLatest) {
    std::vector<KnownNode> nodes(100);
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        nodes[i].name = std::to_string(i);
        nodes[i].chain[0] = static_cast<unsigned char>(i);
    }
    ChainCache cache(5'500);
    cache.recall(trust_, nodes);
    const auto kept = cache.nodes();
    ASSERT_EQ(kept.size(), 10u);
    EXPECT_EQ(kept.front().name, "0");
    EXPECT_EQ(kept.back().name, "9");
}

TEST(Fingerprint, IsOfTheWholeChainInItsOrderAndOfThePurpose) {
    using Chain = std::vector<std::string_view>;
    const auto one = fingerprint({"a", "b"}, Purpose::node);
    EXPECT_EQ(one, fingerprint({"a", "b"}, Purpose::node));
    for (const Chain& other :
         {Chain{"b", "a"}, Chain{"ab"}, Chain{"a"}, Chain{"a", "b", ""}, Chain{"a", "c"}})
        EXPECT_NE(one, fingerprint(other, Purpose::node));
    EXPECT_NE(one, fingerprint({"a", "b"}, Purpose::caller));
}

}  // namespace
}  // namespace mco::x509
