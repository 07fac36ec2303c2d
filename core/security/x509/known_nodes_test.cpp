#include "core/security/x509/known_nodes.hpp"

#include "core/security/x509/cbor.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

namespace mco::x509 {
namespace {

using std::chrono::milliseconds;

TimePoint at(std::int64_t count) {
    return TimePoint(milliseconds(count));
}

std::vector<KnownNode> some_nodes() {
    KnownNode web1{{1, 2, 3}, "web1", {Algorithm::es256, std::string(65, '\4')}, at(0), at(1)};
    KnownNode web2{{255},
                   "web2.example.net",
                   {Algorithm::ps256, std::string("\0\xff", 2)},
                   TimePoint::min(),
                   TimePoint::max()};
    KnownNode web3{{}, "", {Algorithm::eddsa, ""}, at(-1), at(1'780'000'000'123)};
    return {web1, web2, web3};
}

MemorySeal seal(const std::string& key = "key",
                const std::string& ca = "ca",
                const std::optional<std::string>& crl = "crl") {
    return MemorySeal::make(key, ca, crl).value();
}

TEST(KnownNodes, ComeBack) {
    for (const auto& nodes : {some_nodes(), std::vector<KnownNode>()}) {
        EXPECT_EQ(decode_known_nodes(encode_known_nodes(nodes)).value(), nodes);
        EXPECT_EQ(seal().open(seal().close(nodes).value()).value(), nodes);
    }
}

TEST(KnownNodes, AreBounded) {
    const std::vector<KnownNode> many(most_known_nodes + 1);
    EXPECT_EQ(decode_known_nodes(encode_known_nodes(many))->size(), most_known_nodes);
    std::string more;
    cbor::put_head(more, {cbor::Major::array, most_known_nodes + 1});
    EXPECT_EQ(decode_known_nodes(more).error().code, Errc::limit);
}

TEST(KnownNodes, OtherBytesAreMalformed) {
    const auto good = encode_known_nodes(some_nodes());
    for (std::size_t size = 0; size < good.size(); ++size)
        EXPECT_FALSE(decode_known_nodes(good.substr(0, size))) << size;
    EXPECT_FALSE(decode_known_nodes(good + '\0'));

    const auto entry = [](std::size_t members, std::size_t digest, std::int64_t algorithm) {
        std::string bytes;
        cbor::put_head(bytes, {cbor::Major::array, 1});
        cbor::put_head(bytes, {cbor::Major::array, members});
        cbor::put_bytes(bytes, std::string(digest, 'x'));
        cbor::put_text(bytes, "web1");
        cbor::put_integer(bytes, 0);
        cbor::put_integer(bytes, 1);
        cbor::put_integer(bytes, algorithm);
        cbor::put_bytes(bytes, "key");
        return bytes;
    };
    EXPECT_TRUE(decode_known_nodes(entry(6, 32, -7)));
    EXPECT_FALSE(decode_known_nodes(entry(5, 32, -7)));
    EXPECT_FALSE(decode_known_nodes(entry(7, 32, -7)));
    EXPECT_FALSE(decode_known_nodes(entry(6, 31, -7)));
    EXPECT_FALSE(decode_known_nodes(entry(6, 33, -7)));
    EXPECT_FALSE(decode_known_nodes(entry(6, 32, -6)));
}

TEST(MemorySeal, NoBitMayChange) {
    const auto sealed = *seal().close(some_nodes());
    for (std::size_t i = 0; i < sealed.size(); ++i) {
        auto altered = sealed;
        altered[i] = static_cast<char>(altered[i] ^ (1 << i % 8));
        const auto opened = seal().open(altered);
        ASSERT_FALSE(opened) << i;
        EXPECT_EQ(opened.error().code, Errc::denied);
    }
    for (std::size_t size = 0; size < sealed.size(); ++size)
        EXPECT_FALSE(seal().open(sealed.substr(0, size))) << size;
    EXPECT_FALSE(seal().open(sealed + '\0'));
}

TEST(MemorySeal, IsOfOneKeyAuthorityAndList) {
    const auto sealed = *seal().close(some_nodes());
    EXPECT_TRUE(seal().open(sealed));
    for (const auto& other : {seal("kez"),
                              seal("key", "cb"),
                              seal("key", "ca", "crm"),
                              seal("key", "ca", std::nullopt),
                              seal("key", "ca", ""),
                              seal("key", "cac", "rl"),
                              seal("key", "", "cacrl")}) {
        EXPECT_EQ(other.open(sealed).error().code, Errc::denied);
        EXPECT_FALSE(seal().open(*other.close(some_nodes())));
    }
}

}  // namespace
}  // namespace mco::x509
