// The container and the signatures, against the examples of the COSE working group
// (github.com/cose-wg/Examples, public domain) and against altered copies of our own messages.
#include "core/security/x509/cose.hpp"

#include "core/security/x509/cbor.hpp"
#include "core/security/x509/openssl.hpp"
#include "core/security/x509/pem.hpp"
#include "core/security/x509/signature.hpp"
#include "core/security/x509/testing_pki.hpp"

#include <gtest/gtest.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/x509.h>

#include <memory>
#include <string>
#include <vector>

namespace mco::x509 {
namespace {

std::unique_ptr<Verifier> verifier_of(const EVP_PKEY* key, Algorithm algorithm) {
    auto own = public_key_of(key);
    EXPECT_TRUE(own) << own.error().message;
    own->algorithm = algorithm;
    return std::make_unique<Verifier>(*std::move(own), std::make_shared<KeyMaker>());
}

bool verify(EVP_PKEY* key, Algorithm algorithm, std::string_view data, std::string_view signature) {
    return verifier_of(key, algorithm)->verify(data, signature);
}

using testing::KeyKind;

std::string from_hex(std::string_view hex) {
    const auto digit = [](char c) { return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10; };
    std::string bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
        bytes.push_back(static_cast<char>(digit(hex[i]) * 16 + digit(hex[i + 1])));
    return bytes;
}

using Builder = Owned<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free>;

KeyPtr from_parameters(const char* type, OSSL_PARAM_BLD* builder) {
    const Owned<OSSL_PARAM, OSSL_PARAM_free> parameters(OSSL_PARAM_BLD_to_param(builder));
    const Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free> context(
        EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
    EVP_PKEY* key = nullptr;
    EXPECT_EQ(EVP_PKEY_fromdata_init(context.get()), 1);
    EXPECT_EQ(EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()), 1);
    return KeyPtr(key, EVP_PKEY_free);
}

KeyPtr ec_key(const char* curve, std::string_view x, std::string_view y) {
    const std::string point = '\x04' + from_hex(x) + from_hex(y);
    const Builder builder(OSSL_PARAM_BLD_new());
    OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, curve, 0);
    OSSL_PARAM_BLD_push_octet_string(
        builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size());
    return from_parameters("EC", builder.get());
}

KeyPtr p256_key() {
    return ec_key("P-256",
                  "bac5b11cad8f99f9c72b05cf4b9e26d244dc189f745228255a219a86d6a09eff",
                  "20138bf82dc1b6d562be0fa54ab7804a3a64b6d72ccfed6b6fb6ed28bbfc117e");
}

KeyPtr p384_key() {
    return ec_key("P-384",
                  "9132723f6292b010619dbe248d698c17b58756c639e7150f81bee4eb8ac37236ad0a1a19d67be32a"
                  "66263e1e524d129c",
                  "98cd3078c554d832ac603c4326410ff61662459b41f1f3df5dbcc83598ff7c5ed8411ca735679d1c"
                  "4cb3009397d9ef2c");
}

KeyPtr ed25519_key() {
    const auto raw = from_hex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    return KeyPtr(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes_of(raw), raw.size()),
                  EVP_PKEY_free);
}

KeyPtr rsa_key() {
    const auto n = from_hex(
        "BC7E29D0DF7E20CC9DC8D509E0F68895922AF0EF452190D402C61B554334A7BF91C9A570240F994FAE1B69035B"
        "CFAD4F7E249EB26087"
        "C2665E7C958C967B1517413DC3F97A431691A5999B257CC6CD356BAD168D929B8BAE9020750E74CF60F6FD35D6"
        "BB3FC93FC289004786"
        "94F508B33E7C00E24F90EDF37457FC3E8EFCFD2F42306301A8205AB740515331D5C18F0C64D4A43BE52FC44040"
        "0F6BFC558A6E32884C"
        "2AF56F29E5C52780CEA7285F5C057FC0DFDA232D0ADA681B01495D9D0E32196633588E289E59035FF664F05618"
        "9F2F10FE05827B796C"
        "326E3E748FFA7C589ED273C9C43436CDDB4A6A22523EF8BCB2221615B799966F1ABA5BC84B7A27CF");
    const Owned<BIGNUM, BN_free> modulus(
        BN_bin2bn(bytes_of(n), static_cast<int>(n.size()), nullptr));
    const Builder builder(OSSL_PARAM_BLD_new());
    OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get());
    OSSL_PARAM_BLD_push_uint(builder.get(), OSSL_PKEY_PARAM_RSA_E, 65537);
    return from_parameters("RSA", builder.get());
}

bool verified(const std::string& bytes, EVP_PKEY* key) {
    const auto message = parse_sign1(bytes);
    return message && verify(key,
                             message->algorithm,
                             to_be_signed(message->protected_header, message->payload),
                             message->signature);
}

const char* const appendix_c_2_1 =
    "D28443A10126A10442313154546869732069732074686520636F6E74656E742E58408EB33E4CA31D1C465AB05AAC34"
    "CC6B23D58FEF5C083106C4"
    "D25A91AEF0B0117E2AF9A291AA32E14AB834DC56ED2A223444547E01F11D3B0916E5A4C345CACB36";

TEST(Cose, PublicExamplesVerify) {
    const struct {
        const char* name;
        KeyPtr key;
        Algorithm algorithm;
        const char* hex;
        const char* to_be_signed_hex;
    } cases[] = {
        {"RFC 9052 C.2.1",
         p256_key(),
         Algorithm::es256,
         appendix_c_2_1,
         "846A5369676E61747572653143A101264054546869732069732074686520636F6E74656E742E"},
        {"ecdsa-sig-01",
         p256_key(),
         Algorithm::es256,
         "D28445A201260300A10442313154546869732069732074686520636F6E74656E742E58406520BBAF2081D7E0E"
         "D0F95F76EB0733D6670"
         "05F7467CEC4B87B9381A6BA1EDE8E00DF29F32A37230F39A842A54821FDD223092819D7728EFB9D3A0080B753"
         "80B",
         "846A5369676E61747572653145A2012603004054546869732069732074686520636F6E74656E742E"},
        {"ecdsa-sig-02",
         p384_key(),
         Algorithm::es384,
         "D28444A1013822A104445033383454546869732069732074686520636F6E74656E742E58605F150ABD1C7D25B"
         "32065A14E05D6CB1F66"
         "5D10769FF455EA9A2E0ADAB5DE63838DB257F0949C41E13330E110EBA7B912F34E1546FB1366A2568FAA91EC3"
         "E6C8D42F4A67A0EDF73"
         "1D88C9AEAD52258B2E2C4740EF614F02E9D91E9B7B59622A3C",
         "846A5369676E61747572653144A10138224054546869732069732074686520636F6E74656E742E"},
        {"eddsa-sig-01",
         ed25519_key(),
         Algorithm::eddsa,
         "D28445A201270300A10442313154546869732069732074686520636F6E74656E742E58407142FD2FF96D56DB8"
         "5BEE905A76BA1D0B732"
         "1A95C8C4D3607C5781932B7AFB8711497DFA751BF40B58B3BCC32300B1487F3DB34085EEF013BF08F4A44D6FE"
         "F0D",
         "846A5369676E61747572653145A2012703004054546869732069732074686520636F6E74656E742E"},
    };

    for (const auto& c : cases) {
        const auto bytes = from_hex(c.hex);
        const auto message = parse_sign1(bytes);
        ASSERT_TRUE(message) << c.name << ": " << message.error().message;
        EXPECT_EQ(message->algorithm, c.algorithm) << c.name;
        EXPECT_EQ(message->payload, "This is the content.") << c.name;
        EXPECT_FALSE(message->bare) << c.name;
        EXPECT_EQ(to_be_signed(message->protected_header, message->payload),
                  from_hex(c.to_be_signed_hex))
            << c.name;
        EXPECT_TRUE(verified(bytes, c.key.get())) << c.name;
    }
}

TEST(Cose, PublicRsaPssSignatureVerifies) {  // rsa-pss-01; its container is COSE_Sign, its
                                             // signature the same kind
    const auto data = from_hex(
        "85695369676E617475726543A1030044A10138244054546869732069732074686520636F6E74656E742E");
    auto signature = from_hex(
        "3AD4027074989995F25E167F99C9B4096FDC5C242D438D30382AE7B30F83C88D5B5EBECB64D2256D58D3CCE5C4"
        "7D343BFA532B117C2D"
        "04DF3FB20679A99CF3555A7DAE6098BD123B0F3441A1E50E897CBAA1B17CE171EBAB20AE2E10F16D6EE918D37A"
        "F102175979BE65EBCE"
        "DEB47519346EA3ED6D13B5741BC63742AE31342B10B46FE93F39B55FDD6E32128FD8B476FED88F671F304D0943"
        "D2C7A33BCE48DF08E1"
        "F890CF5ACDA3EF46DA21981C3A687CFFF85EEB276A98612F38D6EE63644859D66A9AD49939EA290F7A9FDFED9A"
        "F1246930F522CB8C69"
        "09567DCBE2729716CB18A31E6F231DB3D69A7A432AA3D6FA1DEF9C9659616BEB626F158378E0FBDD");
    EXPECT_TRUE(verify(rsa_key().get(), Algorithm::ps256, data, signature));
    signature.back() = static_cast<char>(signature.back() ^ 1);
    EXPECT_FALSE(verify(rsa_key().get(), Algorithm::ps256, data, signature));
}

TEST(Cose, PublicExamplesOfFailureFail) {
    const char* const content = "A10442313154546869732069732074686520636F6E74656E742E";
    const char* const signature =
        "8EB33E4CA31D1C465AB05AAC34CC6B23D58FEF5C083106C4D25A91AEF0B0117E2AF9A291AA32E14AB834DC56ED"
        "2A223444547E01F11D"
        "3B0916E5A4C345CACB36";

    const struct {
        const char* name;
        std::string hex;
    } cases[] = {
        {"sign-fail-01, wrong tag", std::string("D903E68443A10126") + content + "5840" + signature},
        {"sign-fail-02, item of another type",
         std::string("D28443A10126A10442313154546869732069732074686520636F6E"
                     "74656E742F5840") +
             signature},
        {"sign-fail-03, unknown number",
         std::string("D28445A1013903E6") + content + "5840" + signature},
        {"sign-fail-04, algorithm as text",
         std::string("D2844AA10167756E6B6E6F776E") + content + "5840" + signature},
        {"sign-fail-06, header added",
         std::string("D28445A201260300") + content + "5840" + signature},
    };

    for (const auto& c : cases)
        EXPECT_FALSE(verified(from_hex(c.hex), p256_key().get())) << c.name;
}

TEST(Cose, AcceptsTheSmallestForms) {  // what the refused forms below differ from
    for (const char* hex :
         {"D28443A10126A04040", "D28446A20126182140A04040", "D28443A10126A10181818181014040"})
        EXPECT_TRUE(parse_sign1(from_hex(hex))) << hex;
}

TEST(Cose, RefusesOtherForms) {
    const struct {
        const char* what;
        const char* hex;
    } cases[] = {
        {"empty", ""},
        {"untagged", "8443A10126A0405840"},
        {"three items", "D28343A10126A040"},
        {"five items", "D28543A10126A0404000"},
        {"payload detached", "D28443A10126A0F640"},
        {"bytes after it", "D28443A10126A0404000"},
        {"protected header no bytes", "D284A10126A04040"},
        {"protected header empty", "D28440A04040"},
        {"no algorithm", "D28443A10300A04040"},
        {"algorithm ES512", "D28444A1013823A04040"},
        {"algorithm twice", "D28445A201260126A04040"},
        {"unknown header: crit", "D28446A20126028101A04040"},
        {"unknown header: kid", "D28446A20126044131A04040"},
        {"bytes after the protected map", "D28444A1012600A04040"},
        {"chain of no certificates", "D28446A20126182180A04040"},
        {"chain of nine", "D2844FA201261821894040404040404040404040A04040"},
        {"chain as text", "D28447A2012618216161A04040"},
        {"indefinite array", "D29F43A10126A04040FF"},
        {"unprotected nested deeply", "D28443A10126A1018181818181014040"},
    };

    for (const auto& c : cases)
        EXPECT_FALSE(parse_sign1(from_hex(c.hex))) << c.what;
}

TEST(Cose, RefusesLargeProtectedHeaders) {
    const Header header{Algorithm::es256, {}, {std::string(max_protected_header, 'x')}};
    const auto parsed = parse_sign1(encode_sign1(encode_header(header), "", ""));
    ASSERT_FALSE(parsed);
    EXPECT_EQ(parsed.error().code, Errc::limit);
}

TEST(Cose, HeadersComeBack) {
    const Header cases[] = {
        {Algorithm::es256, "", {}},
        {Algorithm::ps256, "application/cms", {"one"}},
        {Algorithm::eddsa, "", {"one", std::string(2000, 'x'), ""}},
    };
    for (const auto& header : cases) {
        const auto bytes = encode_sign1(encode_header(header), "payload", "signature");
        const auto message = parse_sign1(bytes);
        ASSERT_TRUE(message) << message.error().message;
        EXPECT_EQ(message->algorithm, header.algorithm);
        EXPECT_EQ(message->content_type, header.content_type);
        EXPECT_EQ(std::vector<std::string>(message->chain.begin(), message->chain.end()),
                  header.chain);
        EXPECT_EQ(message->payload, "payload");
        EXPECT_EQ(message->signature, "signature");
        EXPECT_TRUE(message->bare);
    }
}

TEST(Cose, TruncatedAnywhereIsRefused) {
    const auto whole = from_hex(appendix_c_2_1);
    for (std::size_t length = 0; length < whole.size(); ++length)
        EXPECT_FALSE(parse_sign1(whole.substr(0, length))) << length;
}

KeyPtr key_of(KeyKind kind) {
    return *private_key_from_pem(testing::self_signed({"a", kind}).private_key_pem);
}

TEST(Signature, EveryKindSignsAndNoBitMayChange) {
    const struct {
        KeyKind kind;
        Algorithm algorithm;
        std::size_t length;
    } cases[] = {{KeyKind::p256, Algorithm::es256, 64},
                 {KeyKind::p384, Algorithm::es384, 96},
                 {KeyKind::ed25519, Algorithm::eddsa, 64},
                 {KeyKind::rsa2048, Algorithm::ps256, 256}};

    for (const auto& c : cases) {
        const auto key = key_of(c.kind);
        ASSERT_EQ(algorithm_of(key.get()).value(), c.algorithm);
        const auto signature = sign(key.get(), c.algorithm, "data");
        ASSERT_TRUE(signature) << signature.error().message;
        EXPECT_EQ(signature->size(), c.length);
        const auto made = verifier_of(key.get(), c.algorithm);
        const auto& verifier = *made;
        EXPECT_TRUE(verifier.verify("data", *signature));
        EXPECT_FALSE(verifier.verify("Data", *signature));
        EXPECT_FALSE(verifier.verify("data", ""));
        EXPECT_FALSE(verifier.verify("data", signature->substr(1)));
        EXPECT_FALSE(verifier.verify("data", *signature + '\0'));
        for (std::size_t i = 0; i < signature->size(); i += 7) {
            auto altered = *signature;
            altered[i] = static_cast<char>(altered[i] ^ 0x10);
            EXPECT_FALSE(verifier.verify("data", altered)) << i;
        }
        EXPECT_TRUE(verifier.verify("data", *signature)) << "whatever came before";
        EXPECT_TRUE(verifier.verify("more", *sign(key.get(), c.algorithm, "more")));
        EXPECT_FALSE(verify(key_of(c.kind).get(), c.algorithm, "data", *signature))
            << "another key";
    }
}

TEST(Signature, ShortNumbersKeepTheirWidth) {
    // One signature in 256 has a leading zero byte in r: padding must not be lost on either way.
    const auto key = key_of(KeyKind::p256);
    for (int i = 0; i < 1000; ++i) {
        const auto data = std::to_string(i);
        const auto signature = sign(key.get(), Algorithm::es256, data);
        ASSERT_TRUE(signature);
        ASSERT_EQ(signature->size(), 64u);
        ASSERT_TRUE(verify(key.get(), Algorithm::es256, data, *signature)) << i;
    }
}

TEST(Signature, WeakAndUnknownKeysHaveNoAlgorithm) {
    for (const auto kind : {KeyKind::rsa1024, KeyKind::p521})
        EXPECT_FALSE(algorithm_of(key_of(kind).get()));
}

}  // namespace
}  // namespace mco::x509
