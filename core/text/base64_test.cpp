#include "core/text/base64.hpp"

#include <gtest/gtest.h>

#include <rapidcheck.h>

namespace mco::text {
namespace {

TEST(Base64, EncodesTheTestVectorsOfItsStandard) {
    EXPECT_EQ(base64_encode(""), "");
    EXPECT_EQ(base64_encode("f"), "Zg==\n");
    EXPECT_EQ(base64_encode("fo"), "Zm8=\n");
    EXPECT_EQ(base64_encode("foobar"), "Zm9vYmFy\n");
}

TEST(Base64, BreaksLinesAfterSixtyCharacters) {
    const std::string text = base64_encode(std::string(46, '\0'));
    EXPECT_EQ(text, std::string(60, 'A') + "\nAA==\n");
    EXPECT_EQ(base64_encode(std::string(45, '\0')), std::string(60, 'A') + "\n");
}

TEST(Base64, DecodesWithAnyWhiteSpace) {
    const auto bytes = base64_decode(" Zm9v\r\nYm\tFy\n");
    ASSERT_TRUE(bytes);
    EXPECT_EQ(*bytes, "foobar");
}

TEST(Base64, RefusesWhatIsNone) {
    for (const auto* text : {"", "\n", "====", "Zm9v!", "Zg==Zg==", "--- a yaml document"})
        EXPECT_FALSE(base64_decode(text)) << text;
}

TEST(Base64, DecodingUndoesEncoding) {
    EXPECT_TRUE(rc::check([](const std::string& bytes) {
        RC_PRE(!bytes.empty());
        const auto decoded = base64_decode(base64_encode(bytes));
        RC_ASSERT(decoded.has_value());
        RC_ASSERT(*decoded == bytes);
    }));
}

}  // namespace
}  // namespace mco::text
