#include "core/security/x509/cbor.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <vector>

namespace mco::x509::cbor {
namespace {

using namespace std::string_literals;

TEST(Cbor, WritesHeadsInTheShortestForm) {
    // RFC 8949, appendix A.
    const struct {
        std::int64_t value;
        std::string bytes;
    } cases[] = {
        {0, "\x00"s},
        {23, "\x17"},
        {24, "\x18\x18"},
        {100, "\x18\x64"},
        {255, "\x18\xff"},
        {256, "\x19\x01\x00"s},
        {1000, "\x19\x03\xe8"},
        {65536, "\x1a\x00\x01\x00\x00"s},
        {1000000, "\x1a\x00\x0f\x42\x40"s},
        {1000000000000, "\x1b\x00\x00\x00\xe8\xd4\xa5\x10\x00"s},
        {-1, "\x20"},
        {-10, "\x29"},
        {-100, "\x38\x63"},
        {-1000, "\x39\x03\xe7"},
        {std::numeric_limits<std::int64_t>::max(), "\x1b\x7f\xff\xff\xff\xff\xff\xff\xff"},
        {std::numeric_limits<std::int64_t>::min(), "\x3b\x7f\xff\xff\xff\xff\xff\xff\xff"},
    };

    for (const auto& c : cases) {
        std::string out;
        put_integer(out, c.value);
        EXPECT_EQ(out, c.bytes) << c.value;
        Reader reader(c.bytes);
        const auto back = reader.integer();
        ASSERT_TRUE(back) << c.value;
        EXPECT_EQ(*back, c.value);
        EXPECT_TRUE(reader.finish());
    }
}

TEST(Cbor, ReadsLongerHeadsThanNeeded) {
    for (const auto& bytes :
         {"\x18\x05"s, "\x19\x00\x05"s, "\x1b\x00\x00\x00\x00\x00\x00\x00\x05"s}) {
        Reader reader(bytes);
        EXPECT_EQ(reader.integer().value(), 5);
    }
}

TEST(Cbor, StringsAreViews) {
    std::string out;
    put_bytes(out, "\x00\xff"s);
    put_text(out, std::string(300, 'x'));
    Reader reader(out);
    const auto bytes = reader.bytes();
    ASSERT_TRUE(bytes);
    EXPECT_EQ(*bytes, "\x00\xff"s);
    EXPECT_EQ(bytes->data(), out.data() + 1);
    EXPECT_EQ(reader.text()->size(), 300u);
    EXPECT_TRUE(reader.finish());
}

TEST(Cbor, RefusesWhatIsNotThere) {
    const struct {
        const char* what;
        std::string bytes;
    } cases[] = {
        {"nothing", ""},
        {"head without its bytes", "\x59\x01"},
        {"string longer than the data", "\x43\x01\x02"},
        {"string of 2^64-1 bytes", "\x5b\xff\xff\xff\xff\xff\xff\xff\xff"},
        {"string of indefinite length", "\x5f\x41\x00\xff"s},
        {"reserved head", "\x5c\x00"s},
        {"text for bytes", "\x61\x61"},
        {"an integer for bytes", "\x01"},
    };

    for (const auto& c : cases) {
        const auto found = Reader(c.bytes).bytes();
        ASSERT_FALSE(found) << c.what;
        EXPECT_EQ(found.error().code, Errc::malformed) << c.what;
    }
}

TEST(Cbor, RefusesIntegersBeyond64Bits) {
    EXPECT_FALSE(Reader("\x1b\x80\x00\x00\x00\x00\x00\x00\x00"s).integer());
    EXPECT_FALSE(Reader("\x3b\x80\x00\x00\x00\x00\x00\x00\x00"s).integer());
}

TEST(Cbor, BoundsCounts) {
    EXPECT_EQ(Reader("\x84"s).array(4).value(), 4u);
    const auto array = Reader("\x85"s).array(4);
    ASSERT_FALSE(array);
    EXPECT_EQ(array.error().code, Errc::limit);
    EXPECT_FALSE(Reader("\xbb\xff\xff\xff\xff\xff\xff\xff\xff"s).map(3));
    EXPECT_FALSE(Reader("\x84"s).map(4));
}

TEST(Cbor, SkipsNestedItemsToADepth) {
    const auto skipped = [](const std::string& bytes, int depth) {
        Reader reader(bytes);
        return reader.skip(depth).has_value() && reader.finish().has_value();
    };
    EXPECT_TRUE(skipped("\x05", 0));
    EXPECT_TRUE(
        skipped("\x43"
                "abc",
                0));
    EXPECT_TRUE(skipped("\x80", 0));
    EXPECT_TRUE(skipped("\xf6", 0));                                  // null
    EXPECT_TRUE(skipped("\xfb\x3f\xf1\x99\x99\x99\x99\x99\x9a", 0));  // a float
    EXPECT_TRUE(skipped("\xa2\x01\x82\x02\x03\x04\x41\x00"s, 2));
    EXPECT_FALSE(skipped("\xa2\x01\x82\x02\x03\x04\x41\x00"s, 1));
    EXPECT_TRUE(skipped("\xc1\x81\x01", 2));
    EXPECT_FALSE(skipped("\x9b\xff\xff\xff\xff\xff\xff\xff\xff\x01", 4));  // the data ends first
    EXPECT_FALSE(skipped(std::string(100'000, '\x81'), 4));
}

TEST(Cbor, SaysWhatIsLeftOver) {
    Reader reader("\x01\x02");
    ASSERT_TRUE(reader.integer());
    const auto finished = reader.finish();
    ASSERT_FALSE(finished);
    EXPECT_EQ(finished.error().message, "surplus data at byte 1");
}

}  // namespace
}  // namespace mco::x509::cbor
