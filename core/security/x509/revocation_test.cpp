// That a list is checked once must not be seen from outside: these are the cases in which it could.
#include "core/security/x509/chain.hpp"
#include "core/security/x509/pem.hpp"
#include "core/security/x509/testing_pki.hpp"

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

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

std::string verdict(const TrustStore& trust,
                    const std::vector<std::string>& pem,
                    TimePoint now = test_now()) {
    std::vector<std::string> der;
    for (const auto& one : pem)
        der.push_back(testing::der_of(one));
    const auto verified = trust.verify({der.begin(), der.end()}, Purpose::node, now);
    return verified ? "good" : verified.error().message;
}

class CheckedListsTest : public ::testing::Test {
  protected:
    Authority ca_{"Puppet CA"};
    Credential web1_ = ca_.issue("web1");
    Credential web2_ = ca_.issue("web2");
    Credential web3_ = ca_.issue("web3");

    TrustStore trusting(const std::string& lists) const {
        return *TrustStore::make(ca_.certificate_pem(), lists);
    }
};

TEST_F(CheckedListsTest, EveryCertificateIsLookedForInTheList) {
    const auto trust = trusting(ca_.revocation_list({web2_.certificate_pem}));
    for (int round = 0; round < 2; ++round) {
        EXPECT_EQ(verdict(trust, {web1_.certificate_pem}), "good");
        EXPECT_EQ(verdict(trust, {web2_.certificate_pem}),
                  "revocation: the certificate of web2 is revoked");
        EXPECT_EQ(verdict(trust, {web3_.certificate_pem}), "good");
    }
}

TEST_F(CheckedListsTest, TheTimeOfAListCountsEveryTime) {
    const auto trust =
        trusting(ca_.revocation_list({}, test_now() - days(1), test_now() + days(10)));
    EXPECT_EQ(verdict(trust, {web1_.certificate_pem}), "good");
    EXPECT_EQ(verdict(trust, {web2_.certificate_pem}, test_now() + days(10) + seconds(1)),
              "revocation: the revocation list for web2 has expired");
    EXPECT_EQ(verdict(trust, {web2_.certificate_pem}, test_now() - days(1) - seconds(1)),
              "revocation: the revocation list for web2 is not yet valid");
    EXPECT_EQ(verdict(trust, {web3_.certificate_pem}), "good");
}

TEST_F(CheckedListsTest, AListThatSomebodyElseSignedNeverCounts) {
    Authority impostor("Puppet CA");
    const auto trust = trusting(impostor.revocation_list({}));
    for (int round = 0; round < 3; ++round)
        EXPECT_NE(verdict(trust, {web1_.certificate_pem}), "good");
    const auto both = trusting(ca_.revocation_list({}) + impostor.revocation_list({}));
    EXPECT_EQ(verdict(both, {web1_.certificate_pem}), verdict(both, {web2_.certificate_pem}));
}

TEST_F(CheckedListsTest, AnAlteredListNeverCounts) {
    const auto lists = *revocation_lists_from_pem(ca_.revocation_list({}));
    unsigned char* der = nullptr;
    const int size = i2d_X509_CRL(lists.front().get(), &der);
    ASSERT_GT(size, 0);
    std::string bytes(der, der + size);
    OPENSSL_free(der);
    bytes.back() = static_cast<char>(bytes.back() ^ 1);
    const auto* cursor = bytes_of(std::string_view(bytes));
    const Owned<X509_CRL, X509_CRL_free> altered(d2i_X509_CRL(nullptr, &cursor, size));
    ASSERT_NE(altered, nullptr);
    const Owned<BIO, BIO_free_all> memory(BIO_new(BIO_s_mem()));
    ASSERT_EQ(PEM_write_bio_X509_CRL(memory.get(), altered.get()), 1);
    char* pem = nullptr;
    const long length = BIO_get_mem_data(memory.get(), &pem);
    const auto trust = trusting({pem, pem + length});
    for (int round = 0; round < 3; ++round)
        EXPECT_EQ(verdict(trust, {web1_.certificate_pem}), "chain: CRL signature failure (web1)");
}

TEST_F(CheckedListsTest, ListsOfIntermediatesCountWhereverTheyComeFrom) {
    auto middle = ca_.subordinate("middle");
    const auto web4 = middle.issue("web4");
    const auto web5 = middle.issue("web5");
    const auto lists = ca_.revocation_list({}) + middle.revocation_list({web5.certificate_pem});
    for (const bool in_the_store : {false, true}) {
        const auto trust = *TrustStore::make(
            ca_.certificate_pem() + (in_the_store ? middle.certificate_pem() : ""), lists);
        for (int round = 0; round < 2; ++round) {
            EXPECT_EQ(verdict(trust, {web4.certificate_pem, middle.certificate_pem()}), "good");
            EXPECT_EQ(verdict(trust, {web5.certificate_pem, middle.certificate_pem()}),
                      "revocation: the certificate of web5 is revoked");
            EXPECT_EQ(verdict(trust, {web1_.certificate_pem}), "good");
        }
    }
    const auto revoked = *TrustStore::make(
        ca_.certificate_pem(),
        ca_.revocation_list({middle.certificate_pem()}) + middle.revocation_list({}));
    for (int round = 0; round < 2; ++round) {
        EXPECT_EQ(verdict(revoked, {web1_.certificate_pem}), "good");
        EXPECT_EQ(verdict(revoked, {web4.certificate_pem, middle.certificate_pem()}),
                  "revocation: the certificate of middle is revoked");
    }
}

TEST_F(CheckedListsTest, ManyThreadsVerifyAtOnce) {
    const auto trust = trusting(ca_.revocation_list({web2_.certificate_pem}));
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
        threads.emplace_back([&] {
            for (int round = 0; round < 20; ++round) {
                EXPECT_EQ(verdict(trust, {web1_.certificate_pem}), "good");
                EXPECT_NE(verdict(trust, {web2_.certificate_pem}), "good");
            }
        });
    for (auto& thread : threads)
        thread.join();
}

}  // namespace
}  // namespace mco::x509
