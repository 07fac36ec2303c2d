#include "broker/outbox.hpp"

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>

namespace mco::broker {
namespace {

Bytes bytes(std::string text) {
    return std::make_shared<const std::string>(std::move(text));
}

std::string content(const Outbox& outbox) {
    std::array<iovec, 200> vectors;
    std::string text;
    for (std::size_t i = 0, used = outbox.gather(vectors); i < used; ++i)
        text.append(static_cast<const char*>(vectors[i].iov_base), vectors[i].iov_len);
    return text;
}

TEST(Outbox, KeepsOrderAcrossPartialWrites) {
    Outbox outbox(1000);
    EXPECT_TRUE(outbox.push(bytes("one,")));
    EXPECT_TRUE(outbox.push(bytes("MESSAGE\ntwo,"), 8));
    EXPECT_TRUE(outbox.push(bytes("")));
    EXPECT_TRUE(outbox.push(bytes("three")));
    std::string written;
    while (!outbox.empty()) {
        written += content(outbox).front();
        outbox.consume(1);
    }
    EXPECT_EQ(written, "one,two,three");
}

TEST(Outbox, RefusesMoreThanItsLimit) {
    Outbox outbox(10 + 2 * Outbox::piece_cost);
    EXPECT_TRUE(outbox.push(bytes("1234567")));
    EXPECT_FALSE(outbox.push(bytes("8901")));
    EXPECT_EQ(outbox.bytes(), 7u);
    EXPECT_TRUE(outbox.push(bytes("890")));
    outbox.consume(8);
    EXPECT_TRUE(outbox.push(bytes("abcde")));
    EXPECT_EQ(content(outbox), "90abcde");
}

TEST(Outbox, GathersAtMostWhatFits) {
    Outbox outbox(1000);
    for (int i = 0; i < 5; ++i)
        EXPECT_TRUE(outbox.push(bytes("x")));
    std::array<iovec, 3> vectors;
    EXPECT_EQ(outbox.gather(vectors), 3u);
}

TEST(Outbox, LetsGoOfWrittenPieces) {
    Outbox outbox(1 << 20);
    const Bytes piece = bytes("piece");
    for (int round = 0; round < 3; ++round) {
        for (int i = 0; i < 5000; ++i)
            ASSERT_TRUE(outbox.push(piece));
        outbox.consume(5 * 4999 + 2);
        EXPECT_EQ(piece.use_count(), 2);
        EXPECT_EQ(content(outbox), "ece");
        outbox.consume(3);
        EXPECT_EQ(piece.use_count(), 1);
    }
}

}  // namespace
}  // namespace mco::broker
