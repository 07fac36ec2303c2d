#include "core/config/literals.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace mco::config {
namespace {

TEST(ParseBool, Words) {
    for (const auto* word : {"1", "yes", "true", "y", "t", "YES", " True\t", "T"})
        EXPECT_EQ(parse_bool(word), true) << word;
    for (const auto* word : {"0", "no", "false", "n", "f", "No ", "FALSE"})
        EXPECT_EQ(parse_bool(word), false) << word;
    for (const auto* word : {"", "on", "off", "2", "yes please", "truee", "10"})
        EXPECT_EQ(parse_bool(word), std::nullopt) << word;
}

TEST(ParseInteger, RubyLiterals) {
    const struct {
        const char* text;
        std::optional<std::int64_t> value;
    } cases[] = {
        {"0", 0},
        {"60", 60},
        {" 60\t", 60},
        {"-5", -5},
        {"+5", 5},
        {"0x10", 16},
        {"0XfF", 255},
        {"-0x10", -16},
        {"0b101", 5},
        {"0o17", 15},
        {"0d19", 19},
        {"010", 8},
        {"0_7", 7},
        {"1_000", 1000},
        {"0x1_0", 16},
        {"9223372036854775807", std::numeric_limits<std::int64_t>::max()},
        {"-9223372036854775808", std::numeric_limits<std::int64_t>::min()},
        {"9223372036854775808", std::nullopt},
        {"99999999999999999999", std::nullopt},
        {"", std::nullopt},
        {"-", std::nullopt},
        {"--5", std::nullopt},
        {"+-5", std::nullopt},
        {"abc", std::nullopt},
        {"1.5", std::nullopt},
        {"5 # five", std::nullopt},
        {"08", std::nullopt},
        {"0x", std::nullopt},
        {"0x-5", std::nullopt},
        {"0b2", std::nullopt},
        {"1__0", std::nullopt},
        {"_1", std::nullopt},
        {"1_", std::nullopt},
        {"0_", std::nullopt},
        {"0__7", std::nullopt},
        {"0x_1", std::nullopt},
    };

    for (const auto& [text, value] : cases)
        EXPECT_EQ(parse_integer(text), value) << text;
}

TEST(ParseReal, Numbers) {
    const struct {
        const char* text;
        std::optional<double> value;
    } cases[] = {
        {"0.01", 0.01},
        {"30", 30.0},
        {" 2.5 ", 2.5},
        {"-1.5", -1.5},
        {"+1", 1.0},
        {"1e3", 1000.0},
        {"1.5E-1", 0.15},
        {".5", 0.5},
        {"1_0.5", 10.5},
        {"0x10", 16.0},
        {"1e999", std::nullopt},
        {"nan", std::nullopt},
        {"", std::nullopt},
        {"inf", std::nullopt},
        {"1.", std::nullopt},
        {"1.e5", std::nullopt},
        {".", std::nullopt},
        {"e5", std::nullopt},
        {"1.5.2", std::nullopt},
        {"--1", std::nullopt},
        {"-+1", std::nullopt},
    };

    for (const auto& [text, value] : cases)
        EXPECT_EQ(parse_real(text), value) << text;
}

TEST(Trimmed, BothEnds) {
    EXPECT_EQ(trimmed(" \t a b \r\n"), "a b");
    EXPECT_EQ(trimmed(" \v\f "), "");
    EXPECT_EQ(trimmed(std::string_view("a\0\0", 3)), "a");
    EXPECT_EQ(trimmed(""), "");
}

TEST(IsIdentity, WholeText) {
    for (const auto* good : {"web1", "web1.example.net", "A_b-c.9"})
        EXPECT_TRUE(is_identity(good)) << good;
    for (const auto* bad : {"", "web 1", "web1\n", "web1\nroot", "a/b", "gr\xc3\xbcn"})
        EXPECT_FALSE(is_identity(bad)) << bad;
}

}  // namespace
}  // namespace mco::config
