// Values that are no plain data, in bytes that Ruby 3.1 wrote, and what becomes of them in replies.
#include "core/serializer/marshal.hpp"
#include "core/serializer/marshal_examples.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace mco::serializer::marshal {
namespace {

using examples::from_hex;

Expected<Value> told(const std::string& bytes) {
    return decode(bytes, {}, Objects::told);
}

struct ToldExample {
    const char* hex;
    Value value;
};

// Times, ranges, large and other numbers, classes, exceptions, structures, a process's end, dates;
// subclasses of plain data; Latin-1; what nobody can read; back-references to and behind all of
// them, for whose numbers it counts when an object is counted.
const std::vector<ToldExample> told_examples = {
    {"040849753a0954696d650dc2591dc040e201a0063a097a6f6e65492208555443063a064546",
     "2017-07-14 02:40:00 UTC"},
    {"040849753a0954696d650db2071f800000a077073a097a6f6e65303a0b6f66667365746902584d",
     "2024-02-29 23:59:58 +0530"},
    {"040849753a0954696d650d22081f800000a0ef073a097a6f6e65303a0b6f666673657469fed0d5",
     "2024-02-29 23:59:58 -0300"},
    {"04086f3a0a52616e6765083a096578636c463a0a626567696e69063a08656e64690a", "1..5"},
    {"04086f3a0a52616e6765083a096578636c543a0a626567696e49220661063a0645543a08656e6449220663063b085"
     "4",
     "a...c"},
    {"04086f3a0a52616e6765083a096578636c463a0a626567696e69063a08656e6430", "1.."},
    {"04086c2b0b000000000000000000000100", "1208925819614629174706176"},
    {"04086c2d0a00000000000000004000", "-1180591620717411303424"},
    {"04086c2b0c00000040eaed7446d09c2c9f0c00", "1000000000000000000000000000000"},
    {"0408553a0d526174696f6e616c5b0769086909", "3/4"},
    {"0408553a0c436f6d706c65785b07690669f9", "1-2i"},
    {"0408630b537472696e67", "String"},
    {"0408631450726f636573733a3a537461747573", "Process::Status"},
    {"04086d0b4b65726e656c", "Kernel"},
    {"04086f3a1152756e74696d654572726f72073a096d657367492209626f6f6d063a0645543a07627430",
     "#<RuntimeError: boom>"},
    {"04086f3a12417267756d656e744572726f72083a096d657367492208626164063a0645543a0762745b0649221f2f7"
     "46d702f67656e2e72623a32303a696e20603c6d61696e3e27063b07543a1162745f6c6f636174696f6e734007",
     "#<ArgumentError: bad>"},
    {"0408553a0f4f70656e5374727563747b073a066169063a066249220678063a064554",
     "#<OpenStruct a=1, b=\"x\">"},
    {"04086f3a1450726f636573733a3a537461747573073a0b737461747573690200033a0870696469022e79",
     "#<Process::Status: pid 31022 exit 3>"},
    {"0408533a0653073a066169063a066249220678063a064554", "#<struct S a=1, b=\"x\">"},
    {"04086f3a08536574063a0a40686173687d0769065449220678063a0645545446", Array{1, "x"}},
    {"0408753a0f426967446563696d616c0e31383a302e31356531", "0.15e1"},
    {"0408553a09446174655b0b69006903e38425690069006900660c32323939313631", "2020-01-02"},
    {"0408553a0d4461746554696d655b0b69006903e384256902050f69006902201c660c32323939313631",
     "2020-01-02T03:04:05+02:00"},
    {"040849433a0654220678063a064554", "x"},
    {"0408433a06487b063a06616907", Map{{Symbol{"a"}, 2}}},
    {"0408492209636166e9063a0d656e636f64696e67220f49534f2d383835392d31", "caf\u00e9"},
    {"040849220678063a064554", "x"},
    {"04086f3a0655063a0740785b066906", "#<U: not readable here>"},
    {"040849753a0657077a7a063a064554", "#<W: not readable here>"},
    {"04085b1149753a0954696d650d208011c000000000063a097a6f6e65492208555443063a06454649220a747769636"
     "5063b075440076f3a0a52616e6765083a096578636c463a0a626567696e69063a08656e64690740096f3a0655063a"
     "0740785b066906553a06565b0749220673063b07544922077332063b07544008400a400c6c2b0a000000000000000"
     "040004008",
     Array{"1970-01-01 00:00:00 UTC",
           "twice",
           "1970-01-01 00:00:00 UTC",
           "1..2",
           "1..2",
           "#<U: not readable here>",
           "#<V: not readable here>",
           "twice",
           "#<U: not readable here>",
           "#<V: not readable here>",
           "1180591620717411303424",
           "twice"}},
    {"04085b0a492209636166e9063a0d656e636f64696e67220f49534f2d383835392d31492206e9063b0040074006492"
     "20a7477696365063a0645544009",
     Array{"caf\u00e9", "\u00e9", "caf\u00e9", "twice", "twice"}},
    {"04085b0769064000", Array{1, "(contains itself)"}},
    {"04087b075b066906690749753a0954696d650d208011c000000000063a097a6f6e65492208555443063a064546690"
     "8",
     Map{{"[1]", 2}, {"1970-01-01 00:00:00 UTC", 3}}},
    {"04085b0c6608312e35553a0d526174696f6e616c5b076906690749220a7477696365063a064554553a0c436f6d706"
     "c65785b07690669074009553a09446174655b0b69006903596825690069006900660c323239393136314009",
     Array{1.5, "1/2", "twice", "1+2i", "twice", "2000-01-01", "twice"}},
};

/// Issue 12, item 27.
TEST(MarshalObjects, ValuesThatAreNoPlainDataAreToldAndCostNothingElse) {
    for (const auto& [hex, value] : told_examples) {
        const auto read = told(from_hex(hex));
        ASSERT_TRUE(read) << hex << ": " << read.error().message;
        EXPECT_EQ(*read, value) << hex;
    }
}

TEST(MarshalObjects, ExceptForRepliesTheyAreRefused) {
    for (const char* hex : {"0408 630b 537472696e67", "0408 5b07 6906 4000"})
        EXPECT_FALSE(decode(from_hex(hex)).has_value()) << hex;
    EXPECT_TRUE(told(from_hex("0408 5b07 6906 4000")).has_value());
}

TEST(MarshalObjects, WhatIsForgedIsToldOrRefused) {
    const std::vector<std::pair<std::string, std::string>> cases = {
        // Times: month 16; too short; an offset of years.
        {"0408 753a0954696d650d ffffffff ffffffff", "#<Time: not readable here>"},
        {"0408 753a0954696d6506 41", "#<Time: not readable here>"},
        {"0408 49753a0954696d650d c2591d8000000000 063a0b6f6666736574 6c2b09ffffffffffffff7f",
         "#<Time: not readable here>"},
        {"0408 553a0d526174696f6e616c 5b06 6906", "#<Rational: not readable here>"},
        {"0408 553a0944617465 5b0a 6900 6c2b09ffffffffffffff7f 6900 6900 6900",
         "#<Date: not readable here>"},
        {"0408 6f3a1450726f636573733a3a537461747573 00", "#<Process::Status: not readable here>"},
        {"0408 6f3a08536574 00", "#<Set: not readable here>"},
    };
    for (const auto& [hex, text] : cases) {
        const auto read = told(from_hex(hex));
        EXPECT_EQ(read ? *read : Value(read.error().message), Value(text)) << hex;
    }
    for (const char* hex : {"0408 6f", "0408 6f2206", "0408 65", "0408 55 3a0656", "0408 78"})
        EXPECT_FALSE(told(from_hex(hex)).has_value()) << hex;
}

TEST(MarshalObjects, StayWithinTheBounds) {
    const std::string head = "\x04\x08";
    std::string extended = head;
    std::string variables = head;
    std::string classes = head;
    for (int i = 0; i < 100'000; ++i) {
        extended += "e:\x06M";
        variables += 'I';
        classes += "U:\x06V";
    }
    for (const auto& bytes : {extended, variables, classes})
        EXPECT_EQ(told(bytes + "0").error().code, Errc::limit);
    // A number of 2000 bytes, and its back-reference a thousand times.
    auto large = head + "[\x02\xe9\x03l+\x02\xe8\x03" + std::string(2000, '\x7f');
    for (int i = 0; i < 1000; ++i)
        large += "@\x06";
    const auto read = told(large);
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->array()->back(), Value("(an integer of 16000 bits)"));
}

}  // namespace
}  // namespace mco::serializer::marshal
