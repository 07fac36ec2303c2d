#include "core/security/legacy/authority.hpp"

#include "core/security/legacy/key_name.hpp"
#include "core/security/legacy/testing_keys.hpp"
#include "core/security/x509/testing_pki.hpp"

#include <gtest/gtest.h>

namespace mco::security {
namespace {

namespace pki = x509::testing;

class AuthorityTest : public ::testing::Test {
  protected:
    Expected<void> check(const std::string& pem,
                         const std::string& name = "john",
                         TimePoint now = pki::test_now()) {
        return authority_.check(*public_key_from_pem(pem), name, now);
    }

    pki::Authority ca_{"Puppet CA", pki::KeyKind::rsa2048};
    Authority authority_ = *Authority::from_pem(ca_.certificate_pem());
};

TEST_F(AuthorityTest, AcceptsItsOwn) {
    EXPECT_TRUE(check(ca_.issue("john", pki::KeyKind::rsa2048).certificate_pem).has_value());
}

TEST_F(AuthorityTest, RefusesEverythingElse) {
    const auto john = ca_.issue("john", pki::KeyKind::rsa2048);
    EXPECT_EQ(check(john.certificate_pem, "mary").error().code, Errc::denied);
    EXPECT_FALSE(check(john.certificate_pem, "joh").has_value());
    EXPECT_FALSE(check(testing::john_public).has_value());
    EXPECT_FALSE(check(pki::self_signed({"john", pki::KeyKind::rsa2048}).certificate_pem));
    pki::Authority other("Puppet CA", pki::KeyKind::rsa2048);
    EXPECT_FALSE(check(other.issue("john", pki::KeyKind::rsa2048).certificate_pem).has_value());
    EXPECT_FALSE(check(john.certificate_pem, "john", pki::test_now() + std::chrono::days(60)));
    EXPECT_FALSE(check(john.certificate_pem, "john", pki::test_now() - std::chrono::days(60)));
}

TEST_F(AuthorityTest, IsMadeFromCertificates) {
    EXPECT_EQ(Authority::from_pem("junk").error().code, Errc::not_found);
    EXPECT_FALSE(Authority::from_pem(testing::john_public).has_value());
}

TEST(KeyName, OnlyAWholeIdCounts) {
    EXPECT_EQ(*name_in("cert=john"), "john");
    EXPECT_EQ(*name_in("cert=web-1.example_2"), "web-1.example_2");
    for (const char* id : {"xcert=john",
                           "uid=0\ncert=john",
                           "cert=john\ncert=admin",
                           "cert=john\n",
                           "cert=..",
                           "cert=.",
                           "cert=",
                           "cert=a/b",
                           "cert=../john",
                           "CERT=john",
                           "uid=0",
                           "john",
                           ""})
        EXPECT_EQ(name_in(id).error().code, Errc::invalid) << id;
}

TEST(KeyName, AFileNamesItsOwner) {
    EXPECT_EQ(*caller_id_of_file("/home/john/.mc/john.pem"), "cert=john");
    EXPECT_EQ(*caller_id_of_file("john-public.pem"), "cert=john-public");
    EXPECT_EQ(*caller_id_of_file("/keys/john.pub"), "cert=john.pub");
    for (const char* path : {"", "/", "/keys/.pem", "/keys/jo hn.pem", "/keys/..pem.pem/"})
        EXPECT_FALSE(caller_id_of_file(path).has_value()) << path;
}

TEST(KeyName, TheLeadingCommonNameCountsAsAWhole) {
    const auto named = [](const std::string& name) {
        const auto made = pki::self_signed({name, pki::KeyKind::rsa1024});
        return leading_common_name(public_key_from_pem(made.certificate_pem)->certificate.get());
    };
    EXPECT_EQ(*named("john"), "john");
    EXPECT_EQ(*named("john|mary"), "john");
    for (const char* name : {"john smith", "john/CN=mary", "..", "jöhn"})
        EXPECT_FALSE(named(name).has_value()) << name;
}

}  // namespace
}  // namespace mco::security
