#include "core/security/x509/chain.hpp"

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
using testing::Wanted;

using Chain = std::vector<std::string>;  // DER

std::vector<std::string_view> views(const Chain& chain) {
    return {chain.begin(), chain.end()};
}

Chain chain_of(const Credential& credential) {
    return {testing::der_of(credential.certificate_pem)};
}

/// The name of a verified signer, or why it is none.
std::string verdict(const TrustStore& trust,
                    const Chain& chain,
                    Purpose purpose = Purpose::caller,
                    TimePoint now = test_now()) {
    const auto verified = trust.verify(views(chain), purpose, now);
    return verified ? verified->signer->name : verified.error().message;
}

TrustStore trusting(const Authority& ca) {
    return *TrustStore::make(ca.certificate_pem(), std::nullopt);
}

TrustStore trusting(const Authority& ca, const std::string& lists) {
    return *TrustStore::make(ca.certificate_pem(), lists);
}

bool begins(const std::string& text, std::string_view beginning) {
    return text.rfind(beginning, 0) == 0;
}

class ChainTest : public ::testing::Test {
  protected:
    Authority ca_{"Puppet CA: puppet.example.net"};
};

TEST_F(ChainTest, EveryKindOfKeyVerifies) {
    const auto trust = trusting(ca_);
    for (const auto kind : {KeyKind::p256, KeyKind::p384, KeyKind::ed25519, KeyKind::rsa2048})
        EXPECT_EQ(verdict(trust, chain_of(ca_.issue("alice.mcollective", kind))),
                  "alice.mcollective");
}

TEST_F(ChainTest, AuthoritiesMayHaveAnyKind) {
    for (const auto kind : {KeyKind::p384, KeyKind::ed25519, KeyKind::rsa2048}) {
        Authority ca("CA", kind);
        EXPECT_EQ(verdict(trusting(ca, ca.revocation_list({})), chain_of(ca.issue("alice"))),
                  "alice");
    }
}

TEST_F(ChainTest, OtherIssuersAreRefused) {
    const auto trust = trusting(ca_);
    Authority other("Other CA");
    EXPECT_TRUE(begins(verdict(trust, chain_of(other.issue("alice"))), "chain: "));
    Authority impostor("Puppet CA: puppet.example.net");
    EXPECT_TRUE(begins(verdict(trust, chain_of(impostor.issue("alice"))), "chain: "));
    auto with_root = chain_of(other.issue("alice"));
    with_root.push_back(testing::der_of(other.certificate_pem()));
    EXPECT_TRUE(begins(verdict(trust, with_root), "chain: "));
    EXPECT_TRUE(begins(verdict(trust, chain_of(testing::self_signed({"alice"}))), "chain: "));
}

TEST_F(ChainTest, TimeIsRespectedToTheSecond) {
    const auto trust = trusting(ca_);
    const auto chain =
        chain_of(ca_.issue({"alice", KeyKind::p256, {}, test_now(), test_now() + seconds(100)}));
    EXPECT_EQ(verdict(trust, chain, Purpose::caller, test_now()), "alice");
    EXPECT_EQ(verdict(trust, chain, Purpose::caller, test_now() + seconds(99)), "alice");
    EXPECT_EQ(verdict(trust, chain, Purpose::caller, test_now() - seconds(1)),
              "chain: certificate is not yet valid (alice)");
    EXPECT_EQ(verdict(trust, chain, Purpose::caller, test_now() + seconds(101)),
              "chain: certificate has expired (alice)");
}

TEST_F(ChainTest, KeyUsageDecidesWhoMayDoWhat) {
    const auto trust = trusting(ca_);

    const struct {
        std::vector<std::string> purposes;
        bool caller, node;
    } cases[] = {
        {{}, true, true},
        {{"clientAuth"}, true, true},
        {{"serverAuth"}, false, true},
        {{"serverAuth", "clientAuth"}, true, true},
        {{"emailProtection"}, false, false},
    };

    for (const auto& c : cases) {
        const auto chain = chain_of(ca_.issue({"alice", KeyKind::p256, c.purposes}));
        const auto as_caller = verdict(trust, chain, Purpose::caller);
        const auto as_node = verdict(trust, chain, Purpose::node);
        EXPECT_EQ(as_caller,
                  c.caller
                      ? "alice"
                      : "key usage: the certificate of alice does not allow client authentication");
        EXPECT_EQ(as_node,
                  c.node ? "alice"
                         : "key usage: the certificate of alice does not allow server or client "
                           "authentication");
    }
}

TEST_F(ChainTest, WeakKeysAreRefused) {
    const auto trust = trusting(ca_);
    EXPECT_TRUE(begins(verdict(trust, chain_of(ca_.issue("alice", KeyKind::rsa1024))), "chain: "));
    EXPECT_TRUE(begins(verdict(trust, chain_of(ca_.issue("alice", KeyKind::p521))), "chain: "));
}

TEST_F(ChainTest, NamesAreOnePlainWord) {
    const auto trust = trusting(ca_);
    for (const char* name :
         {"a b", "a\nb", "a/b", "..", ".", "a=b", "\xc3\xa4", "alice|bob", "alice|alice"})
        EXPECT_NE(verdict(trust, chain_of(ca_.issue(name))).find("common name"), std::string::npos)
            << name;
    EXPECT_EQ(verdict(trust, chain_of(ca_.issue("A-1_b.c"))), "A-1_b.c");
}

TEST_F(ChainTest, RevokedCertificatesAreRefused) {
    const auto alice = ca_.issue("alice"), bob = ca_.issue("bob");
    const auto trust = trusting(ca_, ca_.revocation_list({alice.certificate_pem}));
    EXPECT_EQ(verdict(trust, chain_of(alice)), "revocation: the certificate of alice is revoked");
    EXPECT_EQ(verdict(trust, chain_of(bob)), "bob");
}

TEST_F(ChainTest, AListMustBeThereAndCurrent) {
    const auto alice = ca_.issue("alice");
    Authority other("Other CA");
    EXPECT_EQ(verdict(trusting(ca_, other.revocation_list({})), chain_of(alice)),
              "revocation: there is no revocation list for the issuer of alice");
    const auto expired = ca_.revocation_list({}, test_now() - days(10), test_now() - seconds(1));
    EXPECT_EQ(verdict(trusting(ca_, expired), chain_of(alice)),
              "revocation: the revocation list for alice has expired");
    const auto future = ca_.revocation_list({}, test_now() + days(1), test_now() + days(2));
    EXPECT_EQ(verdict(trusting(ca_, future), chain_of(alice)),
              "revocation: the revocation list for alice is not yet valid");
    Authority impostor("Puppet CA: puppet.example.net");
    EXPECT_NE(verdict(trusting(ca_, impostor.revocation_list({})), chain_of(alice)), "alice")
        << "forged list";
    EXPECT_FALSE(TrustStore::make(ca_.certificate_pem(), "")) << "an empty file is no list";
    EXPECT_FALSE(TrustStore::make(ca_.certificate_pem(), ca_.certificate_pem()));
}

TEST_F(ChainTest, IntermediatesComeWithTheMessageOrWithTheAuthority) {
    auto middle = ca_.subordinate("Puppet CA");
    const auto alice = middle.issue("alice");
    auto chain = chain_of(alice);
    const auto root_only = trusting(ca_);
    EXPECT_TRUE(begins(verdict(root_only, chain), "chain: "));
    EXPECT_EQ(
        verdict(*TrustStore::make(middle.certificate_pem() + ca_.certificate_pem(), std::nullopt),
                chain),
        "alice");
    chain.push_back(testing::der_of(middle.certificate_pem()));
    EXPECT_EQ(verdict(root_only, chain), "alice");
    chain.push_back(testing::der_of(ca_.certificate_pem()));
    EXPECT_EQ(verdict(root_only, chain), "alice") << "a superfluous root";
}

TEST_F(ChainTest, RevocationCoversTheWholeChain) {
    auto middle = ca_.subordinate("Puppet CA");
    auto chain = chain_of(middle.issue("alice"));
    chain.push_back(testing::der_of(middle.certificate_pem()));
    const auto of_middle = middle.revocation_list({});
    EXPECT_EQ(verdict(trusting(ca_, of_middle + ca_.revocation_list({})), chain), "alice");
    EXPECT_TRUE(begins(verdict(trusting(ca_, of_middle), chain),
                       "revocation: there is no revocation list"));
    EXPECT_TRUE(begins(
        verdict(trusting(ca_, of_middle + ca_.revocation_list({middle.certificate_pem()})), chain),
        "revocation: "));
}

TEST_F(ChainTest, ALeafIsNoAuthority) {
    const auto mallory = ca_.issue("mallory");
    auto chain = chain_of(Authority(mallory).issue("alice.mcollective"));
    chain.push_back(testing::der_of(mallory.certificate_pem));
    EXPECT_TRUE(begins(verdict(trusting(ca_), chain), "chain: ")) << verdict(trusting(ca_), chain);
}

TEST_F(ChainTest, OtherBytesAreMalformed) {
    const auto trust = trusting(ca_);
    auto der = testing::der_of(ca_.issue("alice").certificate_pem);
    for (const auto& chain :
         {Chain{}, Chain{""}, Chain{"x"}, Chain{der + "x"}, Chain{der, "x"}, Chain(9, der)}) {
        const auto verified = trust.verify(views(chain), Purpose::caller, test_now());
        ASSERT_FALSE(verified);
        EXPECT_EQ(verified.error().code, Errc::malformed);
    }
    for (std::size_t length = 0; length < der.size(); ++length)
        EXPECT_FALSE(
            trust.verify({std::string_view(der).substr(0, length)}, Purpose::caller, test_now()));
}

TEST_F(ChainTest, UnusableAuthoritiesAreRefused) {
    for (const char* pem :
         {"", "hello", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"})
        EXPECT_FALSE(TrustStore::make(pem, std::nullopt)) << pem;
}

TEST_F(ChainTest, OurOwnCertificateIsCheckedWithoutTimeAndLists) {
    const auto trust =
        trusting(ca_, ca_.revocation_list({}, test_now() - days(9), test_now() - days(8)));
    const auto own = certificates_from_pem(
        ca_.issue(
               {"web1", KeyKind::p256, {"serverAuth"}, test_now() - days(9), test_now() - days(8)})
            .certificate_pem);
    EXPECT_TRUE(trust.check_issued(*own));
    EXPECT_FALSE(
        trust.check_issued(*certificates_from_pem(testing::self_signed({"web1"}).certificate_pem)));
}

TEST(Pem, KeysAreReadWithoutAsking) {
    EXPECT_FALSE(private_key_from_pem(""));
    EXPECT_FALSE(private_key_from_pem(
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n"));
    const auto own = testing::self_signed({"a"});
    EXPECT_TRUE(private_key_from_pem(own.private_key_pem));
    EXPECT_FALSE(private_key_from_pem(own.certificate_pem));
}

}  // namespace
}  // namespace mco::x509
