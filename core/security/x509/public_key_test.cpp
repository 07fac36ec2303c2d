#include "core/security/x509/public_key.hpp"

#include "core/security/x509/pem.hpp"
#include "core/security/x509/signature.hpp"
#include "core/security/x509/testing_pki.hpp"

#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace mco::x509 {
namespace {

using testing::KeyKind;

constexpr KeyKind kinds[] = {KeyKind::p256, KeyKind::p384, KeyKind::ed25519, KeyKind::rsa2048};

KeyPtr private_key(KeyKind kind) {
    return private_key_from_pem(testing::self_signed({"a", kind}).private_key_pem).value();
}

TEST(PublicKey, ComesBackFromItsBytes) {
    const KeyMaker maker;
    for (const auto kind : kinds)
        for (int i = 0; i < 3;
             ++i) {  // the first on a curve is made in another way than the others
            const auto key = private_key(kind);
            const auto bytes = public_key_of(key.get());
            ASSERT_TRUE(bytes) << bytes.error().message;
            const auto made = maker.make(*bytes);
            ASSERT_NE(made, nullptr);
            EXPECT_EQ(EVP_PKEY_eq(made.get(), key.get()), 1);
            EXPECT_EQ(public_key_of(made.get()).value(), *bytes);
            EXPECT_EQ(algorithm_of(made.get()).value(), bytes->algorithm);
        }
}

TEST(PublicKey, IsSmall) {
    EXPECT_EQ(public_key_of(private_key(KeyKind::p256).get())->bytes.size(), 65u);
    EXPECT_EQ(public_key_of(private_key(KeyKind::ed25519).get())->bytes.size(), 32u);
    EXPECT_EQ(public_key_of(private_key(KeyKind::rsa2048).get())->bytes.size(), 3u + 256u + 4u);
}

TEST(PublicKey, OtherKeysHaveNone) {
    for (const auto kind : {KeyKind::rsa1024, KeyKind::p521})
        EXPECT_FALSE(public_key_of(private_key(kind).get()));
}

TEST(PublicKey, OtherBytesAreNoKey) {
    for (const bool one_is_known : {false, true}) {
        const KeyMaker maker;
        for (const auto kind : kinds) {
            const auto good = *public_key_of(private_key(kind).get());
            if (one_is_known) {
                ASSERT_NE(maker.make(good), nullptr);
            }
            EXPECT_EQ(maker.make({good.algorithm, ""}), nullptr);
            EXPECT_EQ(maker.make({good.algorithm, "x"}), nullptr);
            EXPECT_EQ(maker.make({good.algorithm, good.bytes + "x"}), nullptr);
            EXPECT_EQ(maker.make({good.algorithm, good.bytes.substr(0, good.bytes.size() - 1)}),
                      nullptr);
        }
        auto off_the_curve = *public_key_of(private_key(KeyKind::p256).get());
        off_the_curve.bytes.back() = static_cast<char>(off_the_curve.bytes.back() ^ 1);
        EXPECT_EQ(maker.make(off_the_curve), nullptr);
    }
}

TEST(PublicKey, ManyThreadsCheckAtOnce) {
    struct Case {
        std::unique_ptr<Verifier> verifier;
        std::string good;
        std::string bad;
    };

    const auto maker = std::make_shared<const KeyMaker>();
    std::vector<Case> cases;
    for (const auto kind : kinds)
        for (int i = 0; i < 2; ++i) {
            const auto key = private_key(kind);
            const auto bytes = *public_key_of(key.get());
            cases.push_back({std::make_unique<Verifier>(bytes, maker),
                             *sign(key.get(), bytes.algorithm, "data"),
                             *sign(key.get(), bytes.algorithm, "other")});
        }
    std::atomic<int> wrong = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
        threads.emplace_back([&] {
            for (int round = 0; round < 10; ++round)
                for (const auto& one : cases)
                    wrong += (one.verifier->verify("data", one.good) ? 0 : 1) +
                             (one.verifier->verify("data", one.bad) ? 1 : 0);
        });
    for (auto& thread : threads)
        thread.join();
    EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace mco::x509
