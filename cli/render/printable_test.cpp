#include "cli/render/printable.hpp"

#include <gtest/gtest.h>

namespace mco::render {
namespace {

using std::string_literals::operator""s;

TEST(Printable, ShowsWhatATerminalWouldObey) {
    EXPECT_EQ(printable("two\nlines\tä"), "two\nlines\tä");
    EXPECT_EQ(printable("\x1b[2Jx\r\x07\x7f\0y"s), "\\x1b[2Jx\\r\\x07\\u007f\\x00y");
    EXPECT_EQ(printable("\xc2\x9b"
                        "2J"),
              "\\u009b2J")
        << "C1";
    EXPECT_EQ(printable("\xe2\x80\xae"
                        "abc\xd8\x9c\xe2\x80\x8f"),
              "\\u202eabc\\u061c\\u200f")
        << "direction";
    EXPECT_EQ(printable("\x9b"
                        "2J\xff"),
              "\\x9b2J\\xff")
        << "no UTF-8";
}

TEST(Printable, IsAllThatANodeSaid) {
    client::Outcome outcome;
    outcome.results.push_back(
        {"web1", 1, "\x1b[1m", Map{{"\x1b", Array{Symbol{"\x1b"}, Map{{"a", "\x1b"}}, 1}}}});
    outcome.summaries.push_back({"a", "A", {"\x1b = 1"}, ""});
    outcome.missing.push_back({"web2", client::Absence::not_there, "\x1b"});
    make_printable(outcome);
    EXPECT_EQ(outcome.results[0].message, "\\x1b[1m");
    EXPECT_EQ(outcome.results[0].data,
              Value(Map{{"\\x1b", Array{Symbol{"\\x1b"}, Map{{"a", "\\x1b"}}, 1}}}));
    EXPECT_EQ(outcome.summaries[0].lines[0], "\\x1b = 1");
    EXPECT_EQ(outcome.missing[0].text, "\\x1b");
}

TEST(ScreenText, LetsOurOwnSignsPass) {
    EXPECT_EQ(screen_text("\r 1 / 2"), "\r 1 / 2");
    EXPECT_EQ(screen_text("\n\r0 / 2"), "\n\r0 / 2");
    EXPECT_EQ(screen_text("\x1b[31mred\x1b[0m\n"), "\x1b[31mred\x1b[0m\n");
    EXPECT_EQ(screen_text("a\r\x1b[2J\x1b"), "a\\r\\x1b[2J\\x1b");
    EXPECT_EQ(screen_text("{\"a\":\"\xc2\x9b\x7f\"}"), "{\"a\":\"\\u009b\\u007f\"}")
        << "still JSON";
    EXPECT_EQ(screen_text(""), "");
}

}  // namespace
}  // namespace mco::render
