#include "core/security/legacy/rsa.hpp"

#include "core/security/legacy/testing_keys.hpp"
#include "core/security/x509/testing_pki.hpp"
#include "core/serializer/marshal_examples.hpp"
#include "core/text/base64.hpp"

#include <gtest/gtest.h>

namespace mco::security {
namespace {

namespace pki = x509::testing;
using serializer::examples::from_hex;

KeyPtr john() {
    return *private_key_from_pem(testing::john_private);
}

KeyPtr public_key(const std::string& pem = testing::john_public) {
    return public_key_from_pem(pem)->key;
}

/// The document of protocol §5.2, 143 bytes.
const std::string yaml_request = R"(---
:ssl_msg:
  :agent: rpcutil
  :action: ping
  :caller: cert=john
  :data:
    :process_results: true
:ssl_ttl: 60
:ssl_msgtime: 1500000000
)";
const std::string yaml_signature = R"(HqnRfH2z00RjRncLY8LaS7i05H+C3En0lmzNv8faPHomlz7rF/khc5BfbJKE
GaeF8zUSMygFFl2PQTFz1MRl0xfRzrxrxAXm7t3xnW0a65FLRmMQMy8EkIdq
M2aTgBIVIcU8jMBbsPUgx5wnROB7QKDlwABPs8JpyPSVBxdHjRs=
)";

/// That of §5.3.
const std::string marshal_request = from_hex(
    "04087b083a0c73736c5f6d736749220970696e67063a0645543a0c73736c5f74"
    "746c69413a1073736c5f6d736774696d656c2b07002f6859");
const std::string marshal_signature =
    R"(CEiqQR7uItw64bLx7F8GhB37S2etzLBiG5Rb34eZAqAvMFuCQpwxGODH5rDk
ZrbQVoSdF1bzDOBWCxbShKI/WwmWwr2FxoorH4sIortJa6ZCzHt8a+dsahok
WgOrTaYPo1SAR7DMd53DAJITpvqhictY2EVJRU4RJTrwZlE/+pc=
)";

TEST(Rsa, SignsAsTheOriginalDoes) {
    EXPECT_EQ(yaml_request.size(), 143u);
    EXPECT_EQ(text::base64_encode(*sign_sha1(john(), yaml_request)), yaml_signature);
    EXPECT_EQ(text::base64_encode(*sign_sha1(john(), marshal_request)), marshal_signature);
}

TEST(Rsa, VerifiesWhatTheOriginalSigned) {
    const auto signature = *text::base64_decode(yaml_signature);
    EXPECT_TRUE(verify_sha1(public_key(), yaml_request, signature));
    EXPECT_FALSE(verify_sha1(public_key(), yaml_request + " ", signature));
    EXPECT_FALSE(verify_sha1(public_key(), marshal_request, signature));
    EXPECT_FALSE(verify_sha1(public_key(), yaml_request, signature.substr(1)));
    EXPECT_FALSE(verify_sha1(public_key(), yaml_request, ""));
    auto other = signature;
    other.back() = static_cast<char>(other.back() ^ 1);
    EXPECT_FALSE(verify_sha1(public_key(), yaml_request, other));
    const auto mary = pki::self_signed({"mary", pki::KeyKind::rsa1024});
    EXPECT_FALSE(verify_sha1(public_key(mary.certificate_pem), yaml_request, signature));
}

TEST(Rsa, NothingHidesBehindTheDigest) {
    const auto block = *open_with_public(public_key(), *sign_sha1(john(), "x"));
    EXPECT_EQ(block.size(), 35u);
    for (const auto& forged : {block + "junk", block.substr(0, 34), block.substr(15)})
        EXPECT_FALSE(verify_sha1(public_key(), "x", *lock_with_private(john(), forged)));
    EXPECT_TRUE(verify_sha1(public_key(), "x", *lock_with_private(john(), block)));
}

TEST(Rsa, WorksWithKeysOfAnySize) {
    for (const auto kind : {pki::KeyKind::rsa1024, pki::KeyKind::rsa2048}) {
        const auto somebody = pki::self_signed({"somebody", kind});
        const auto key = *private_key_from_pem(somebody.private_key_pem);
        const auto signature = sign_sha1(key, "text");
        ASSERT_TRUE(signature.has_value());
        EXPECT_EQ(signature->size(), kind == pki::KeyKind::rsa1024 ? 128u : 256u);
        EXPECT_TRUE(verify_sha1(public_key(somebody.certificate_pem), "text", *signature));
    }
}

TEST(Rsa, ReadsPublicKeysInEveryForm) {
    const auto reference = public_key();
    EXPECT_TRUE(is_pair(reference, john()));
    EXPECT_TRUE(is_pair(public_key(testing::john_public_pkcs1), john()));
    EXPECT_TRUE(is_pair(public_key("A note above it\n" + testing::john_public), john()));
    const auto mary = pki::self_signed({"mary", pki::KeyKind::rsa2048});
    const auto from_certificate = public_key_from_pem(mary.certificate_pem);
    ASSERT_TRUE(from_certificate.has_value());
    EXPECT_NE(from_certificate->certificate, nullptr);
    EXPECT_TRUE(is_pair(from_certificate->key, *private_key_from_pem(mary.private_key_pem)));
    EXPECT_FALSE(is_pair(from_certificate->key, john()));
}

TEST(Rsa, RefusesWhatIsNoPublicKey) {
    const auto curve = pki::self_signed({"curve", pki::KeyKind::p256});
    for (const auto& pem :
         {std::string(),
          std::string("junk"),
          curve.certificate_pem,
          testing::john_public.substr(0, 100),
          std::string("-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n")}) {
        const auto key = public_key_from_pem(pem);
        ASSERT_FALSE(key.has_value()) << pem;
        EXPECT_EQ(key.error().code, Errc::malformed);
    }
}

TEST(Rsa, RefusesWhatIsNoPrivateKey) {
    EXPECT_EQ(private_key_from_pem("junk").error().code, Errc::malformed);
    EXPECT_EQ(private_key_from_pem(testing::john_public).error().code, Errc::malformed);
    const auto curve = pki::self_signed({"curve", pki::KeyKind::p256});
    EXPECT_EQ(private_key_from_pem(curve.private_key_pem).error().code, Errc::invalid);
}

TEST(Rsa, LocksAndOpensBothWays) {
    const std::string secret(32, 'k');
    EXPECT_EQ(*open_with_public(public_key(), *lock_with_private(john(), secret)), secret);
    const auto block = *lock_with_public(public_key(), secret);
    EXPECT_NE(block, *lock_with_public(public_key(), secret));
    EXPECT_EQ(*open_with_private(john(), block), secret);
    EXPECT_FALSE(lock_with_private(john(), std::string(118, 'k')).has_value());
}

TEST(Rsa, EveryFailureToOpenReadsTheSame) {
    const std::string secret(32, 'k');
    const auto mine = *lock_with_private(john(), secret);
    for (const auto& block :
         {std::string(), std::string("x"), std::string(128, '\xff'), mine + "x", mine})
        EXPECT_EQ(open_with_private(john(), block).error().message, "it was not made for this key");
    for (const auto& block :
         {std::string(), std::string("x"), std::string(128, '\xff'), mine + "x"})
        EXPECT_EQ(open_with_public(public_key(), block).error().message,
                  "it was not made for this key");
}

TEST(Rsa, WritesOnlyTheKey) {
    const auto key = *public_key_from_pem("Junk before\n" + testing::john_public + "and after\n");
    EXPECT_EQ(*to_pem(key), testing::john_public);
    const auto mary = pki::self_signed({"mary", pki::KeyKind::rsa1024});
    EXPECT_EQ(*to_pem(*public_key_from_pem(mary.certificate_pem + testing::john_public)),
              mary.certificate_pem);
}

}  // namespace
}  // namespace mco::security
