#include "core/serializer/marshal.hpp"

#include "core/serializer/marshal_examples.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <ostream>
#include <string>
#include <vector>

namespace mco::serializer::marshal {
namespace {

using examples::from_hex;

Value decoded(const std::string& bytes) {
    auto value = decode(bytes);
    if (!value) {
        ADD_FAILURE() << value.error().message;
        return {};
    }
    return *std::move(value);
}

Value decoded_hex(std::string_view hex) {
    return decoded(from_hex(hex));
}

std::string encoded(const Value& value) {
    const auto bytes = encode(value);
    EXPECT_TRUE(bytes.has_value());
    return bytes ? *bytes : std::string();
}

void expect_refused(const std::string& bytes, Errc code, const Limits& limits = {}) {
    const auto value = decode(bytes, limits);
    ASSERT_FALSE(value.has_value()) << testing::PrintToString(bytes);
    EXPECT_EQ(value.error().code, code) << value.error().message;
}

Symbol sym(const char* name) {
    return Symbol{name};
}

Value ping_body() {
    return Map{{sym("agent"), "rpcutil"},
               {sym("action"), "ping"},
               {sym("caller"), "uid=500"},
               {sym("data"), Map{{sym("process_results"), true}}}};
}

TEST(Marshal, ReadsTheBodyOfARequest) {
    EXPECT_EQ(decoded(examples::request_body), ping_body());
}

TEST(Marshal, WritesTheBodyOfARequestAsTheOriginalDoes) {
    EXPECT_EQ(encoded(ping_body()), examples::request_body);
}

TEST(Marshal, ReadsAnEnvelope) {
    const Value filter =
        Map{{"fact",
             Array{Map{{sym("fact"), "country"}, {sym("value"), "uk"}, {sym("operator"), "=="}}}},
            {"cf_class", Array{}},
            {"agent", Array{"rpcutil"}},
            {"identity", Array{}},
            {"compound", Array{}}};
    const Value expected = Map{{sym("body"), examples::request_body},
                               {sym("senderid"), "dev1.example.net"},
                               {sym("requestid"), "0b54253cb5d04eb8b26ea75bbf468cbc"},
                               {sym("filter"), filter},
                               {sym("collective"), "mcollective"},
                               {sym("agent"), "rpcutil"},
                               {sym("callerid"), "uid=500"},
                               {sym("ttl"), 60},
                               {sym("msgtime"), 1500000000},
                               {sym("hash"), "28f08f94a28ecaa473952f4432dd624d"}};
    EXPECT_EQ(decoded(examples::request_envelope), expected);
}

TEST(Marshal, ReadsAReply) {
    const auto envelope = decoded(examples::reply_envelope);
    const auto* body = envelope.find("body");
    ASSERT_TRUE(body != nullptr && body->string() != nullptr);
    EXPECT_EQ(body->string()->size(), 60u);
    const Value expected = Map{{sym("statuscode"), 0},
                               {sym("statusmsg"), "OK"},
                               {sym("data"), Map{{sym("pong"), 1500000001}}}};
    EXPECT_EQ(decoded(*body->string()), expected);
    EXPECT_EQ(encoded(expected), *body->string());
}

struct Example {
    const char* hex;
    Value value;
};

// What Ruby 3.1 writes for these values.
const std::vector<Example> both_ways = {
    {"0408 30", {}},
    {"0408 54", true},
    {"0408 46", false},
    {"0408 6900", 0},
    {"0408 6906", 1},
    {"0408 697f", 122},
    {"0408 69017b", 123},
    {"0408 6901ff", 255},
    {"0408 69020001", 256},
    {"0408 69fa", -1},
    {"0408 6980", -123},
    {"0408 69ff84", -124},
    {"0408 69ff00", -256},
    {"0408 69fefffe", -257},
    {"0408 6904ffffff3f", (1 << 30) - 1},
    {"0408 69fc000000c0", -(1 << 30)},
    {"0408 6c2b0700000040", 1 << 30},
    {"0408 6c2d0701000040", -(1 << 30) - 1},
    {"0408 6c2b08000000000001", std::int64_t{1} << 40},
    {"0408 6c2b09ffffffffffffff7f", std::numeric_limits<std::int64_t>::max()},
    {"0408 6c2d090000000000000080", std::numeric_limits<std::int64_t>::min()},
    {"0408 6608312e35", 1.5},
    {"0408 660631", 1.0},
    {"0408 66072d30", -0.0},
    {"0408 6608696e66", std::numeric_limits<double>::infinity()},
    {"0408 66092d696e66", -std::numeric_limits<double>::infinity()},
    {"0408 492209 70696e67 063a064554", "ping"},
    {"0408 492209 706f6e67 063a064554", "pong"},
    {"0408 492208 c3bc78 063a064554", "\xc3\xbcx"},
    {"0408 2207 ffc3", "\xff\xc3"},
    {"0408 3a08 616263", Symbol{"abc"}},
    {"0408 493a07 c3bc 063a064554", Symbol{"\xc3\xbc"}},
    {"0408 492f0b 5e28617c6229 01063a064546", Regexp{"^(a|b)", 1}},
    {"0408 492f07 c3bc 10063a064554", Regexp{"\xc3\xbc", 0}},
    {"0408 5b00", Array{}},
    {"0408 7b00", Map{}},
    {"0408 5b08 3a0661 3b00 6906", Array{Symbol{"a"}, Symbol{"a"}, 1}},
    {"0408 7b06 6907 5b0630", Map{{2, Array{Value()}}}},
};

TEST(Marshal, WritesWhatRubyWrites) {
    for (const auto& [hex, value] : both_ways)
        EXPECT_EQ(encoded(value), from_hex(hex)) << hex;
}

TEST(Marshal, ReadsWhatRubyWrites) {
    for (const auto& [hex, value] : both_ways)
        EXPECT_EQ(decoded_hex(hex), value) << hex;
}

TEST(Marshal, KeepsTheSignOfZeroAndReadsNaN) {
    const auto zero = decoded_hex("0408 66072d30");
    EXPECT_TRUE(std::signbit(*zero.real()));
    EXPECT_TRUE(std::isnan(*decoded_hex("0408 66086e616e").real()));
    EXPECT_EQ(encoded(std::nan("")), from_hex("0408 66086e616e"));
}

// Forms that we read and never write.
const std::vector<Example> read_only = {
    {"0408 492209 70696e67 063a064546", "ping"},  // US-ASCII
    {"0408 492207 fcfc 063a0d656e636f64696e67 220f 49534f2d383835392d31",
     "\xfc\xfc"},                                               // ISO-8859-1
    {"0408 492206 61 073a064554 3a0a 40666f6f2b 5b0630", "a"},  // a variable of its own
    {"0408 7d06 3a0661 6906 692a", Map{{Symbol{"a"}, 1}}},      // default dropped
    {"0408 660931653230", 1e20},
    {"0408 2f0661 17", Regexp{"a", 7}},
    {"0408 69 01 05", 5},  // longer than need be
    {"0408 6c2b0605 00", 5},
    {"0408 6c2b0b 0500000000000000 0000 0000", 5},
    {"0408 54 ffff", true},                                        // what follows is ignored
    {"0408 7b07 3a0661 6906 3a0661 6907", Map{{Symbol{"a"}, 2}}},  // the last wins
    {"0408 5b08 220661 4006 220662", Array{"a", "a", "b"}},        // @1 is the string
    {"0408 5b0a 660631 6c2b0700000040 2f066100 5b00 4009",
     Array{1.0, 1 << 30, Regexp{"a", 0}, Array{}, Array{}}},
    {"0408 5b08 6906 3a0661 220678", Array{1, Symbol{"a"}, "x"}},
    {"0408 5b09 6906 3a0661 220678 4006",
     Array{1, Symbol{"a"}, "x", "x"}},  // these two took no slot
    // The name of an encoding is an object too: the second string is number 3.
    {"0408 5b08 492206fc 063a0d656e636f64696e67 220f49534f2d383835392d31 220662 4008",
     Array{"\xfc", "b", "b"}},
};

TEST(Marshal, ReadsOtherForms) {
    for (const auto& [hex, value] : read_only)
        EXPECT_EQ(decoded_hex(hex), value) << hex;
}

TEST(Marshal, ReadsTheAgentThatIsAlsoInTheFilter) {
    const auto envelope = decoded_hex(
        "0408 7b07 3a0b66696c746572 7b06 2206 61 5b06 492208 727063 063a064554 3a0a6167656e74 "
        "4009");
    EXPECT_EQ(*envelope.find("agent"), Value("rpc"));
    EXPECT_EQ(*envelope.find("filter")->find("a"), Value(Array{"rpc"}));
}

TEST(Marshal, RefusesWhatIsNotPlainData) {
    for (const char tag : std::string("oSuUCecmMd?\x01\x80"))
        expect_refused(std::string("\x04\x08") + tag +
                           ":\x06"
                           "a\x06"
                           "0",
                       Errc::malformed);
    expect_refused(from_hex("0408 49753a0954696d650d"), Errc::malformed);  // I u :Time
    expect_refused(from_hex("0408 495b00 063a064554"), Errc::malformed);   // variables of an array
}

TEST(Marshal, RefusesBrokenStreams) {
    for (const char* hex : {"", "04", "0407 30", "0309 30", "0408", "0408 69", "0408 6901"})
        expect_refused(from_hex(hex), Errc::malformed);
    for (const char* hex : {
             "0408 2207 61",           // string cut off
             "0408 22fa",              // negative length
             "0408 5bfa",              // negative count
             "0408 3b00",              // no such symbol
             "0408 5b07 3a0661 3bfa",  // negative symbol
             "0408 4006",              // no such object
             "0408 5b0640fa",          // negative object
             "0408 5b064000",          // contains itself
             "0408 7b06304000",        // contains itself
             "0408 7b065b0030",        // array as a key
             "0408 6c2a0700000040",    // sign
             "0408 6c2b07000000",      // cut off
             "0408 660678",            // floats that are none
             "0408 6600",
             "0408 66062d",
             "0408 66082d2d31",
             "0408 6609312e3578",
             "0408 660a3165393939",
             "0408 6608 303178",
             "0408 2f0661",                  // no options
             "0408 49220661 06 2206 45 54",  // variable's name is a string
             "0408 49220661 06 3a0645",      // no value
         })
        expect_refused(from_hex(hex), Errc::malformed);
}

TEST(Marshal, RefusesEveryTruncation) {
    for (const auto* whole :
         {&examples::request_body, &examples::request_envelope, &examples::reply_envelope})
        for (std::size_t length = 0; length < whole->size(); ++length)
            expect_refused(whole->substr(0, length), Errc::malformed);
}

TEST(Marshal, RefusesIntegersBeyond64Bits) {
    expect_refused(from_hex("0408 6c2b09 0000000000000080"), Errc::limit);
    expect_refused(from_hex("0408 6c2d09 0100000000000080"), Errc::limit);
    expect_refused(from_hex("0408 6c2b0a 00000000000000000100"), Errc::limit);
}

TEST(Marshal, RefusesCountsThatCannotBeTrue) {
    for (const char* tag : {"5b", "7b", "7d", "22", "3a", "2f", "6c2b", "66"})
        expect_refused(from_hex("0408" + std::string(tag) + "04 00000040 3030"), Errc::malformed);
}

std::string nested(std::size_t levels) {
    std::string bytes = "\x04\x08";
    for (std::size_t i = 0; i < levels; ++i)
        bytes += "[\x06";
    return bytes + "0";
}

TEST(Marshal, BoundsTheDepth) {
    EXPECT_TRUE(decode(nested(64)).has_value());
    expect_refused(nested(65), Errc::limit);
    expect_refused(nested(1'000'000), Errc::limit);
    expect_refused(from_hex("0408 5b06 5b06 30"), Errc::limit, {.depth = 1});
}

TEST(Marshal, BoundsTheDepthOfVariables) {
    std::string bytes = "\x04\x08";
    for (int i = 0; i < 100'000; ++i)
        bytes +=
            "I\"\x06"
            "a\x06:\x06"
            "E";
    expect_refused(bytes + "T", Errc::limit);
}

TEST(Marshal, BoundsTheDepthOfBackReferences) {
    // Each element holds the one before it: flat in the bytes, deep in the value.
    std::string bytes = "\x04\x08[\x01\x64[" + std::string(1, '\0');
    for (int i = 1; i < 100; ++i) {
        bytes += "[\x06@";
        bytes += static_cast<char>(i + 5);
    }
    expect_refused(bytes, Errc::limit);
}

TEST(Marshal, BoundsTheNumberOfValues) {
    const auto zeros = std::string("\x04\x08[\x02\xe8\x03", 6) + std::string(1000, '0');
    EXPECT_TRUE(decode(zeros, {.nodes = 1001}).has_value());
    expect_refused(zeros, Errc::limit, {.nodes = 1000});
}

TEST(Marshal, BoundsTheSizeOfTheInput) {
    expect_refused(examples::request_envelope, Errc::limit, {.bytes = 490});
    EXPECT_TRUE(decode(examples::request_envelope, {.bytes = 491}).has_value());
}

/// An array of ten strings, an array of that array ten times, and so on: 60 bytes a level, ten
/// times as much a level.
std::string billion_laughs(int levels) {
    std::string bytes = "\x04\x08[";
    bytes += static_cast<char>(levels + 6);
    bytes += "\"\x08lol";
    for (int level = 1; level <= levels; ++level) {
        bytes += "[\x0f";
        for (int i = 0; i < 10; ++i) {
            bytes += '@';
            bytes += static_cast<char>(level + 5);
        }
    }
    return bytes;
}

TEST(Marshal, BoundsWhatBackReferencesRepeat) {
    EXPECT_TRUE(decode(billion_laughs(4)).has_value());
    expect_refused(billion_laughs(9), Errc::limit);
    expect_refused(billion_laughs(50), Errc::limit);
}

TEST(Marshal, BoundsTheTextThatBackReferencesRepeat) {
    // A symbol of 64 KiB, named a thousand times.
    auto bytes =
        std::string("\x04\x08[\x02\xe9\x03:\x03\x00\x00\x01", 11) + std::string(65536, 's');
    for (int i = 0; i < 1000; ++i)
        bytes += std::string(";\0", 2);
    expect_refused(bytes, Errc::limit);
}

TEST(Marshal, KeepsManyEntriesWithoutQuadraticWork) {
    auto bytes = std::string("\x04\x08{\x03\xa0\x86\x01", 7);
    for (int i = 0; i < 100'000; ++i) {
        bytes += std::string("i\x04", 2);
        for (int shift = 0; shift < 32; shift += 8)
            bytes += static_cast<char>((i % 99'999) >> shift);
        bytes += i < 99'999 ? 'F' : 'T';
    }
    const auto map = decoded(bytes);
    ASSERT_NE(map.map(), nullptr);
    ASSERT_EQ(map.map()->size(), 99'999u);
    EXPECT_EQ(map.map()->entries()[0], (Entry{0, true}));
}

TEST(Marshal, WritesOnlyToABoundedDepth) {
    Value value;
    for (int i = 0; i < 64; ++i)
        value = Array{value};
    EXPECT_TRUE(encode(value).has_value());
    const auto deeper = encode(Array{value});
    ASSERT_FALSE(deeper.has_value());
    EXPECT_EQ(deeper.error().code, Errc::limit);
}

TEST(Marshal, WritesNoContainersAsKeys) {
    EXPECT_FALSE(encode(Map{{Array{}, 1}}).has_value());
}

TEST(Marshal, SaysWhereItFailed) {
    EXPECT_EQ(decode(from_hex("0408 5b06 6f")).error().message,
              "Marshal: a type that is not plain data at byte 4");
}

}  // namespace
}  // namespace mco::serializer::marshal
