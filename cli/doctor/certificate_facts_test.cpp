#include "cli/doctor/certificate_facts.hpp"

#include "core/security/x509/testing_pki.hpp"

#include <gtest/gtest.h>

namespace mco::doctor {
namespace {

using std::chrono::days;
using x509::testing::Authority;
using x509::testing::test_now;
using x509::testing::Wanted;

struct Site {
    Authority authority{"Lab CA"};
    x509::testing::Credential alice = authority.issue("alice.mcollective");
    x509::testing::Credential bob = authority.issue("bob.mcollective");
};

TEST(CertificateFacts, AreThoseOfTheFirstCertificate) {
    Site site;
    const auto facts = examine_certificate(site.alice.certificate_pem + site.bob.certificate_pem);
    ASSERT_TRUE(facts) << facts.error().message;
    EXPECT_EQ(facts->name, "alice.mcollective");
    EXPECT_EQ(facts->subject, "CN = alice.mcollective");
    EXPECT_EQ(facts->issuer, "CN = Lab CA");
    EXPECT_EQ(facts->not_before, test_now() - days(1));
    EXPECT_EQ(facts->not_after, test_now() + days(30));
    EXPECT_TRUE(facts->client_authentication);
    EXPECT_FALSE(examine_certificate("no certificate"));
}

TEST(CertificateFacts, KnowWhatTheUsageAllows) {
    Site site;
    const auto usage = [&](std::vector<std::string> purposes) {
        Wanted wanted{.name = "web"};
        wanted.key_purposes = std::move(purposes);
        return *examine_certificate(site.authority.issue(wanted).certificate_pem);
    };
    EXPECT_FALSE(usage({"serverAuth"}).client_authentication);
    EXPECT_TRUE(usage({"serverAuth"}).server_authentication);
    EXPECT_TRUE(usage({}).client_authentication);
    EXPECT_FALSE(usage({"codeSigning"}).server_authentication);
}

TEST(CertificateFacts, KnowWhichKeyBelongsToIt) {
    Site site;
    EXPECT_TRUE(*is_pair(site.alice.certificate_pem, site.alice.private_key_pem));
    EXPECT_FALSE(*is_pair(site.alice.certificate_pem, site.bob.private_key_pem));
    EXPECT_FALSE(is_pair(site.alice.certificate_pem, "no key"));
}

TEST(CertificateFacts, KnowWhoIsRevoked) {
    Site site;
    const auto list = site.authority.revocation_list({site.alice.certificate_pem});
    EXPECT_TRUE(*is_revoked(site.alice.certificate_pem, list));
    EXPECT_FALSE(*is_revoked(site.bob.certificate_pem, list));
    const auto facts = examine_revocation_lists(list);
    ASSERT_TRUE(facts);
    ASSERT_EQ(facts->size(), 1U);
    EXPECT_EQ(facts->front().issuer, "CN = Lab CA");
    EXPECT_EQ(facts->front().revoked, 1U);
    EXPECT_EQ(facts->front().next_update, test_now() + days(30));
    Authority other("Other CA");
    EXPECT_FALSE(*is_revoked(site.alice.certificate_pem,
                             other.revocation_list({site.alice.certificate_pem})))
        << "a list of somebody else";
}

TEST(CertificateFacts, AreVerifiedAsOthersWould) {
    Site site;
    const auto ca = site.authority.certificate_pem();
    const auto list = site.authority.revocation_list({});
    EXPECT_TRUE(check_issued(site.alice.certificate_pem, ca));
    EXPECT_TRUE(verify({site.alice.certificate_pem, ca, list, false}, test_now()));
    EXPECT_FALSE(verify({site.alice.certificate_pem, ca, list, false}, test_now() + days(31)));
    const Authority other("Other CA");
    EXPECT_FALSE(check_issued(site.alice.certificate_pem, other.certificate_pem()));
    const auto without =
        verify({site.alice.certificate_pem, ca, other.revocation_list({}), false}, test_now());
    ASSERT_FALSE(without);
    EXPECT_NE(without.error().message.find("no revocation list"), std::string::npos);
}

}  // namespace
}  // namespace mco::doctor
