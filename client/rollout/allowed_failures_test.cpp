#include "client/rollout/allowed_failures.hpp"

#include <gtest/gtest.h>

#include <string>

namespace mco::client {
namespace {

std::string parsed(std::string_view text) {
    const auto allowed = parse_allowed_failures(text);
    return allowed ? to_text(*allowed) : "error";
}

std::size_t allowed(std::string_view text, std::size_t nodes) {
    return parse_allowed_failures(text).value().of(nodes);
}

TEST(AllowedFailures, AreANumberOrAShare) {
    for (const auto* text : {"0", "3", "25%", "12.5%", "0%", "100%", "0.1%", "1000000"})
        EXPECT_EQ(parsed(text), text);
}

TEST(AllowedFailures, AreNothingElse) {
    for (const auto* text :
         {"",    "%",    "-1",  "+1",   " 1",  "1 ",  "1 %",    "5%%",  "2.5",  "101%",
          "1e2", "0x10", "inf", "nan%", "12.", ".5%", "1.2.3%", "many", "1,5%", "100.1%"})
        EXPECT_EQ(parsed(text), "error") << text;
    EXPECT_EQ(parsed(std::string(400, '9')), "error");
}

TEST(AllowedFailures, SayWhatWouldBeValid) {
    EXPECT_EQ(parse_allowed_failures("many").error(),
              (Error{Errc::invalid,
                     "'many' failures cannot be allowed: give a number of nodes, as in 3, or a "
                     "share of them from 0% to 100%, as in 12.5%"}));
}

TEST(AllowedFailures, AreRoundedDown) {
    EXPECT_EQ(allowed("25%", 4), 1U);
    EXPECT_EQ(allowed("25%", 7), 1U);
    EXPECT_EQ(allowed("12.5%", 8), 1U);
    EXPECT_EQ(allowed("29%", 100), 29U);
    EXPECT_EQ(allowed("0.7%", 1000), 7U);
    EXPECT_EQ(allowed("99.9%", 10), 9U);
    EXPECT_EQ(allowed("3", 10), 3U);
}

TEST(AllowedFailures, AreNeverMoreThanThereAreNodes) {
    EXPECT_EQ(allowed("100%", 10), 10U);
    EXPECT_EQ(allowed("3", 2), 2U);
    EXPECT_EQ(allowed(std::string(30, '9'), 2), 2U);
    EXPECT_EQ(allowed("50%", 0), 0U);
}

}  // namespace
}  // namespace mco::client
