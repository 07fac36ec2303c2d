#include "core/security/legacy/hybrid.hpp"

#include "core/security/legacy/testing_keys.hpp"
#include "core/serializer/marshal_examples.hpp"
#include "core/text/base64.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

namespace mco::security {
namespace {

using serializer::examples::from_hex;

Cipher aes() {
    return *Cipher::named("aes-256-cbc");
}

KeyPtr john() {
    return *private_key_from_pem(testing::john_private);
}

KeyPtr john_public() {
    return public_key_from_pem(testing::john_public)->key;
}

// protocol §5.4
const std::string session_key =
    from_hex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
const std::string plain = from_hex(
    "04087b083a0c6165735f6d736749220970696e67063a0645543a0c6165735f74746c69413a106165"
    "735f6d736774696d656c2b07002f6859");
const std::string body = R"(XXLLbgzygY4FCi4byJcwcDiC1bOzSjgdX3PZ+5Xlp1lomsEZlLqYqF8aAbwL
1f9l+kJWmUuWKHCFWJ3Z9/QCEA==
)";
const std::string sslkey = R"(V84CUI8rVXOuVyzvRYGWJDGlkV2KSt+tKOVrsubikemEjks4BdSjFhWKOFt6
pkHdeHrFCudAfSm9megfMzWvu1etZt2/Rfk2J0qq5JAdbDqBIQKfTGFg00ml
uvyCJ+P/ZXcpF0axB/XCwTVk4YgpVssj2/gks9P/iYUK7+9LEpM=
)";

TEST(Hybrid, EncryptsAsTheOriginalDoes) {
    EXPECT_EQ(aes().key_size(), 32u);
    EXPECT_EQ(text::base64_encode(*aes().encrypt(session_key, plain)), body);
    EXPECT_EQ(text::base64_encode(*lock_with_private(john(), session_key)), sslkey);
}

TEST(Hybrid, DecryptsWhatTheOriginalEncrypted) {
    EXPECT_EQ(*unseal_with_public(aes(), john_public(), sslkey, body), plain);
}

TEST(Hybrid, UnsealsWhatItSeals) {
    for (const char* name : {"aes-256-cbc", "AES-128-CBC", "aes-192-ctr", "camellia-256-cbc"}) {
        const auto cipher = *Cipher::named(name);
        const auto proof = *seal_with_private(cipher, john(), "hello");
        EXPECT_EQ(*unseal_with_public(cipher, john_public(), proof.session_key, proof.data),
                  "hello");
        const auto secret = *seal_with_public(cipher, john_public(), "hello");
        EXPECT_EQ(*unseal_with_private(cipher, john(), secret.session_key, secret.data), "hello");
        EXPECT_NE(proof.data, secret.data);
    }
}

TEST(Hybrid, LargeTextsComeBack) {
    const std::string large(1'000'000, 'x');
    const auto sealed = *seal_with_private(aes(), john(), large);
    EXPECT_EQ(*unseal_with_public(aes(), john_public(), sealed.session_key, sealed.data), large);
}

TEST(Hybrid, EveryFailureReadsTheSame) {
    const auto sealed = *seal_with_public(aes(), john_public(), plain);
    auto short_key = text::base64_encode(*lock_with_public(john_public(), "short"));
    auto cut = *text::base64_decode(sealed.data);
    cut.pop_back();
    const std::pair<std::string, std::string> wrong[] = {
        {"", sealed.data},
        {"????", sealed.data},
        {sslkey, sealed.data},
        {short_key, sealed.data},
        {sealed.session_key, ""},
        {sealed.session_key, "????"},
        {sealed.session_key, text::base64_encode(cut)},
    };
    for (const auto& [key, data] : wrong) {
        const auto found = unseal_with_private(aes(), john(), key, data);
        // one in 256 random session keys ends in what looks like padding
        if (found)
            EXPECT_NE(*found, plain);
        else
            EXPECT_EQ(found.error(), (Error{Errc::malformed, "it cannot be decrypted"}));
    }
}

TEST(Hybrid, OffersOnlyCiphersThatNeedNoMore) {
    for (const char* name :
         {"nonsense", "", "aes-256-gcm", "aes-256-xts", "aes-256-ecb", "id-aes256-wrap"}) {
        const auto cipher = Cipher::named(name);
        ASSERT_FALSE(cipher.has_value()) << name;
        EXPECT_EQ(cipher.error().code, Errc::invalid);
    }
}

}  // namespace
}  // namespace mco::security
