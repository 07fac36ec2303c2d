#include "core/wire/frame_parser.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <rapidcheck.h>

namespace mco::wire {
namespace {

using namespace std::string_literals;

std::vector<Frame> drain(FrameParser& parser) {
    std::vector<Frame> frames;
    while (auto frame = parser.next())
        frames.push_back(std::move(*frame));
    return frames;
}

/// Feeds `bytes` in pieces of `piece` octets.
Expected<std::vector<Frame>> parse(std::string_view bytes,
                                   Version version,
                                   std::size_t piece,
                                   Limits limits = {}) {
    FrameParser parser(limits, version);
    std::vector<Frame> frames;
    for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size()))) {
        MCO_CHECK(parser.feed(bytes.substr(0, piece)));
        for (auto& frame : drain(parser))
            frames.push_back(std::move(frame));
    }
    return frames;
}

struct Good {
    std::string bytes;
    Version version;
    std::vector<Frame> frames;
};

class ParserReads : public testing::TestWithParam<Good> {};

TEST_P(ParserReads, InPiecesOfAnySize) {
    const auto& [bytes, version, expected] = GetParam();
    for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
        const auto frames = parse(bytes, version, piece);
        ASSERT_TRUE(frames) << frames.error().message << " in pieces of " << piece;
        EXPECT_EQ(*frames, expected) << "in pieces of " << piece;
    }
}

INSTANTIATE_TEST_SUITE_P(
    Streams,
    ParserReads,
    testing::Values(
        Good{"\n\n\r\n", Version::v1_1, {}},
        Good{"CONNECTED\nversion:1.1\n\n\0\n"s,
             Version::v1_0,
             {{"CONNECTED", {{"version", "1.1"}}, ""}}},
        Good{"MESSAGE\ncontent-length:3\n\na\0b\0"s,
             Version::v1_0,
             {{"MESSAGE", {{"content-length", "3"}}, "a\0b"s}}},
        Good{"MESSAGE\n\nup to NUL\0MESSAGE\n\n\0"s,
             Version::v1_0,
             {{"MESSAGE", {}, "up to NUL"}, {"MESSAGE", {}, ""}}},
        Good{"\nA\nk: spaced \n\n\0\n\nB\n\n\0"s,
             Version::v1_0,
             {{"A", {{"k", "spaced"}}, ""}, {"B", {}, ""}}},
        Good{"A\nk: spaced \n\n\0"s, Version::v1_1, {{"A", {{"k", " spaced "}}, ""}}},
        Good{"A\r\nk:v\r\n\r\nbody\r\n\0"s, Version::v1_2, {{"A", {{"k", "v"}}, "body\r\n"}}},
        Good{"A\nk:a\\cb\\\\n\\n\n\n\0"s, Version::v1_0, {{"A", {{"k", "a\\cb\\\\n\\n"}}, ""}}},
        Good{"A\nk\\c:a\\cb\\\\n\\n\n\n\0"s, Version::v1_1, {{"A", {{"k:", "a:b\\n\n"}}, ""}}},
        Good{"A\nk:a\\rb\n\n\0"s, Version::v1_2, {{"A", {{"k", "a\rb"}}, ""}}},
        Good{"CONNECT\npasscode: a\\n:\\t\n\n\0"s,
             Version::v1_2,
             {{"CONNECT", {{"passcode", " a\\n:\\t"}}, ""}}},
        Good{"STOMP\nlogin:a\\cb\n\n\0"s, Version::v1_0, {{"STOMP", {{"login", "a:b"}}, ""}}},
        Good{"A\nk:1\nk:2\nempty:\n\n\0"s,
             Version::v1_1,
             {{"A", {{"k", "1"}, {"k", "2"}, {"empty", ""}}, ""}}},
        // the first content-length counts
        Good{"A\ncontent-length:1\ncontent-length:9\n\nx\0"s,
             Version::v1_1,
             {{"A", {{"content-length", "1"}, {"content-length", "9"}}, "x"}}}));

struct Bad {
    std::string bytes;
    Version version;
    Errc code;
};

class ParserRefuses : public testing::TestWithParam<Bad> {};

TEST_P(ParserRefuses, InPiecesOfAnySize) {
    const Limits limits{.headers = 2, .header_bytes = 40, .body_bytes = 10};
    const auto& [bytes, version, code] = GetParam();
    for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
        const auto frames = parse(bytes, version, piece, limits);
        ASSERT_FALSE(frames) << "in pieces of " << piece;
        EXPECT_EQ(frames.error().code, code) << frames.error().message;
    }
}

INSTANTIATE_TEST_SUITE_P(
    Streams,
    ParserRefuses,
    testing::Values(Bad{"\0"s, Version::v1_1, Errc::malformed},
                    Bad{"SEND\r\r\nk:v\n\n\0"s, Version::v1_2, Errc::malformed},
                    Bad{"send\nk:v\n\n\0"s, Version::v1_2, Errc::malformed},
                    Bad{"A\nno colon\n\n\0"s, Version::v1_1, Errc::malformed},
                    Bad{"A\n:no name\n\n\0"s, Version::v1_1, Errc::malformed},
                    Bad{"A\nk:\0\n\n\0"s, Version::v1_1, Errc::malformed},
                    Bad{"A\nk:\\t\n\n\0"s, Version::v1_1, Errc::malformed},
                    Bad{"A\nk:\\\n\n\0"s, Version::v1_2, Errc::malformed},
                    Bad{"A\ncontent-length:x\n\n\0"s, Version::v1_1, Errc::malformed},
                    Bad{"A\ncontent-length:-1\n\n\0"s, Version::v1_1, Errc::malformed},
                    Bad{"A\ncontent-length:\n\n\0"s, Version::v1_1, Errc::malformed},
                    Bad{"A\ncontent-length:2\n\nabc\0"s, Version::v1_1, Errc::malformed},
                    Bad{"A\ncontent-length:2\n\nab\nB\n\n\0"s, Version::v1_1, Errc::malformed},
                    Bad{"A\ncontent-length:11\n\n"s, Version::v1_1, Errc::limit},
                    Bad{"A\ncontent-length:99999999999999999999\n\n"s, Version::v1_1, Errc::limit},
                    Bad{"A\n\n12345678901"s, Version::v1_1, Errc::limit},
                    Bad{"A\na:1\nb:2\nc:3\n"s, Version::v1_1, Errc::limit},
                    Bad{std::string(41, 'A'), Version::v1_1, Errc::limit},
                    Bad{"A\na:" + std::string(40, 'x'), Version::v1_1, Errc::limit}));

TEST(FrameParser, AcceptsWhatJustFitsTheLimits) {
    const Limits limits{.headers = 2, .header_bytes = 14, .body_bytes = 3};
    const auto frames = parse("ABC\nk:12\nl:1\n\nxyz\0"s, Version::v1_1, 1, limits);
    ASSERT_TRUE(frames) << frames.error().message;
    EXPECT_EQ(*frames, (std::vector<Frame>{{"ABC", {{"k", "12"}, {"l", "1"}}, "xyz"}}));
}

TEST(FrameParser, StaysBrokenButKeepsWhatWasFinished) {
    FrameParser parser;
    const auto first = parser.feed("A\n\n\0\0"s);
    ASSERT_FALSE(first);
    const auto second = parser.feed("B\n\n\0"s);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error(), first.error());
    EXPECT_EQ(drain(parser), (std::vector<Frame>{{"A", {}, ""}}));
}

TEST(FrameParser, CountsHeartBeatsOnlyBetweenFrames) {
    FrameParser parser({}, Version::v1_1);
    ASSERT_TRUE(parser.feed("\n\r\n"));
    EXPECT_EQ(parser.heart_beats(), 2U);
    EXPECT_FALSE(parser.in_frame());
    ASSERT_TRUE(parser.feed("A\n\nbody\n\n"));
    EXPECT_EQ(parser.heart_beats(), 2U);
    EXPECT_TRUE(parser.in_frame());
    ASSERT_TRUE(parser.feed("\0\n"s));
    EXPECT_EQ(parser.heart_beats(), 3U);
    EXPECT_EQ(drain(parser).size(), 1U);
}

TEST(FrameParser, UsesTheVersionOfTheMomentAFrameIsTaken) {
    FrameParser parser;
    ASSERT_TRUE(parser.feed("CONNECTED\nversion:1.1\n\n\0MESSAGE\nk:a\\cb\n\n\0"s));
    ASSERT_TRUE(parser.next());
    parser.set_version(Version::v1_1);
    const auto message = parser.next();
    ASSERT_TRUE(message);
    EXPECT_EQ(*message->header("k"), "a:b");
}

/// Any text that the version can carry unchanged.
rc::Gen<std::string> header_text(Version version) {
    const std::string alphabet = version == Version::v1_0   ? "ab/.\\c'="
                                 : version == Version::v1_1 ? "ab :\\\nnrc\xc3\xa4"
                                                            : "ab :\\\n\rnrc\xc3\xa4";
    return rc::gen::container<std::string>(rc::gen::elementOf(alphabet));
}

Frame arbitrary_frame(Version version) {
    Frame frame;
    frame.command = *rc::gen::element<std::string>("SEND", "MESSAGE", "SUBSCRIBE");
    const auto count = *rc::gen::inRange(0, 6);
    for (int i = 0; i < count; ++i)
        frame.headers.emplace_back("h" + std::to_string(i), *header_text(version));
    frame.body = *rc::gen::arbitrary<std::string>();
    return frame;
}

TEST(FrameProperty, DecodingUndoesEncodingAtAnySplit) {
    const bool holds = rc::check([] {
        const auto version = *rc::gen::element(Version::v1_0, Version::v1_1, Version::v1_2);
        std::vector<Frame> sent;
        std::string bytes;
        const auto count = *rc::gen::inRange(1, 4);
        for (int i = 0; i < count; ++i) {
            sent.push_back(arbitrary_frame(version));
            bytes +=
                encode(sent.back(), version) + *rc::gen::element<std::string>("", "\n", "\r\n");
            sent.back().headers.emplace_back("content-length",
                                             std::to_string(sent.back().body.size()));
        }
        const auto piece = *rc::gen::inRange<std::size_t>(1, bytes.size() + 1);
        const auto received = parse(bytes, version, piece);
        RC_ASSERT(received.has_value());
        RC_ASSERT(*received == sent);
    });
    EXPECT_TRUE(holds);
}

TEST(FrameProperty, AnyBytesEndInFramesOrAnErrorWithinTheLimits) {
    const bool holds = rc::check([](const std::string& bytes) {
        const Limits limits{.headers = 3, .header_bytes = 20, .body_bytes = 20};
        FrameParser parser(limits, Version::v1_2);
        static_cast<void>(parser.feed(bytes).has_value());
        while (auto frame = parser.next()) {
            RC_ASSERT(frame->headers.size() <= limits.headers);
            RC_ASSERT(frame->body.size() <= limits.body_bytes);
            RC_ASSERT(frame->command.size() <= limits.header_bytes);
        }
    });
    EXPECT_TRUE(holds);
}

}  // namespace
}  // namespace mco::wire
