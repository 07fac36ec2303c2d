#include "core/wire/frame.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace mco::wire {
namespace {

using namespace std::string_literals;

TEST(Encode, WritesCommandHeadersLengthAndBody) {
    const Frame frame{
        "SEND", {{"destination", "/topic/c.a.agent"}, {"mc_sender", "web1"}}, "a\0b"s};
    EXPECT_EQ(encode(frame, Version::v1_0),
              "SEND\ndestination:/topic/c.a.agent\nmc_sender:web1\ncontent-length:3\n\na\0b\0"s);
}

TEST(Encode, ReplacesAForeignContentLength) {
    const Frame frame{"SEND", {{"content-length", "999"}}, "xy"};
    EXPECT_EQ(encode(frame, Version::v1_1), "SEND\ncontent-length:2\n\nxy\0"s);
}

TEST(Encode, LetsNoHeaderBecomeAContentLength) {
    const Frame frame{"SEND", {{"content-\rlength", "999"}, {"\0"s, "nameless"}}, "xy"};
    EXPECT_EQ(encode(frame, Version::v1_0), "SEND\ncontent-length:2\n\nxy\0"s);
    EXPECT_EQ(encode(frame, Version::v1_1), "SEND\ncontent-length:2\n\nxy\0"s);
}

struct Escaping {
    std::string command;
    Version version;
    std::string value;
    std::string on_the_wire;
};

class EncodeEscapes : public testing::TestWithParam<Escaping> {};

TEST_P(EncodeEscapes, AsTheVersionAsks) {
    const auto& [command, version, value, expected] = GetParam();
    const Frame frame{command, {{"k", value}}, ""};
    EXPECT_EQ(encode(frame, version), command + "\nk:" + expected + "\ncontent-length:0\n\n\0"s);
}

INSTANTIATE_TEST_SUITE_P(
    Versions,
    EncodeEscapes,
    testing::Values(Escaping{"SEND", Version::v1_0, "a:b\\c", "a:b\\c"},
                    Escaping{"SEND", Version::v1_1, "a:b\\c\nd", "a\\cb\\\\c\\nd"},
                    Escaping{"SEND", Version::v1_1, "a\rb", "ab"},
                    Escaping{"SEND", Version::v1_2, "a:b\\c\nd\re", "a\\cb\\\\c\\nd\\re"},
                    Escaping{"CONNECT", Version::v1_2, "pass:wo\\rd", "pass:wo\\rd"},
                    Escaping{"CONNECTED", Version::v1_1, "a:b", "a:b"},
                    // nothing that could forge a header or a frame gets through
                    Escaping{"SEND", Version::v1_0, "x\nforged:1\r\0"s, "xforged:1"},
                    Escaping{"CONNECT", Version::v1_2, "x\nforged:1\0"s, "xforged:1"},
                    Escaping{"SEND", Version::v1_2, "a\0b"s, "ab"}));

TEST(Encode, KeepsColonsOutOfUnescapedNames) {
    EXPECT_EQ(encode({"SEND", {{"a:b", "c"}, {"", "lost"}}, ""}, Version::v1_0),
              "SEND\nab:c\ncontent-length:0\n\n\0"s);
}

TEST(FrameHeader, FirstOneWins) {
    const Frame frame{"MESSAGE", {{"k", "first"}, {"k", "second"}}, ""};
    ASSERT_NE(frame.header("k"), nullptr);
    EXPECT_EQ(*frame.header("k"), "first");
    EXPECT_EQ(frame.header("absent"), nullptr);
}

TEST(VersionName, IsTheNumber) {
    EXPECT_EQ(name(Version::v1_0), "1.0");
    EXPECT_EQ(name(Version::v1_1), "1.1");
    EXPECT_EQ(name(Version::v1_2), "1.2");
}

}  // namespace
}  // namespace mco::wire
