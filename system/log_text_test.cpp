#include "system/log_text.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

#include <time.h>

namespace mco::system {
namespace {

using std::chrono::milliseconds;

/// The lines show local time: fix what that is.
class LogText : public ::testing::Test {
  protected:
    void SetUp() override { in_zone("UTC"); }

    static void in_zone(const char* zone) {
        ::setenv("TZ", zone, 1);
        ::tzset();
    }

    const TimePoint noon{milliseconds(1935655200123)};  // 2031-05-04 10:00:00.123 UTC
};

TEST(LogTextEscapes, ControlCharactersAndBrokenBytes) {
    const struct {
        std::string_view in, out;
    } cases[] = {
        {"plain text", "plain text"},
        {"two\nlines", "two\\nlines"},
        {"a\r\tb", "a\\r\\tb"},
        {"\x1b[31mred", "\\x1b[31mred"},
        {std::string_view("nul\0!", 5), "nul\\x00!"},
        {"\x7f", "\\u007f"},
        {"gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80",
         "gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80"},
        {"\xc2\x9b", "\\u009b"},
        {"\xe2\x80\xa8", "\\u2028"},
        {"\xe2\x80\xae", "\\u202e"},
        {"\xff", "\\xff"},
        {"\xc3", "\\xc3"},
        {"\xc0\xaf", "\\xc0\\xaf"},
        {"\xe0\x80\x80", "\\xe0\\x80\\x80"},
        {"\xed\xa0\x80", "\\xed\\xa0\\x80"},
        {"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"},
        {"\xc3(", "\\xc3("},
    };

    for (const auto& [in, out] : cases)
        EXPECT_EQ(escaped(in), out);
}

TEST_F(LogText, FileLineIsThatOfTheOriginal) {
    EXPECT_EQ(file_line(Level::info, "hello", noon, 4711),
              "I, [2031-05-04T10:00:00.123000+00:00  #4711]  INFO -- : hello");
    EXPECT_EQ(file_line(Level::error, "oh", noon, 1),
              "E, [2031-05-04T10:00:00.123000+00:00  #1] ERROR -- : oh");
    in_zone("XYZ+3:30");
    EXPECT_EQ(file_line(Level::warn, "west", noon, 1),
              "W, [2031-05-04T06:30:00.123000-03:30  #1]  WARN -- : west");
}

TEST_F(LogText, FileHeader) {
    in_zone("XYZ-2");
    EXPECT_EQ(file_header(noon), "# Logfile created on 2031-05-04 12:00:00 +0200 by mcollective");
}

TEST_F(LogText, ConsoleLine) {
    EXPECT_EQ(console_line(Level::info, "x", noon, false), "info 2031/05/04 10:00:00: x");
    EXPECT_EQ(console_line(Level::warn, "x", noon, true),
              "\x1b[33mwarn\x1b[0m 2031/05/04 10:00:00: x");
    EXPECT_EQ(console_line(Level::fatal, "x", noon, true),
              "\x1b[31mfatal\x1b[0m 2031/05/04 10:00:00: x");
}

TEST(LogLevels, NamesAndOrder) {
    for (const auto level : {Level::debug, Level::info, Level::warn, Level::error, Level::fatal})
        EXPECT_EQ(parse_level(name(level)), level);
    EXPECT_EQ(parse_level("WARN"), Level::warn);
    EXPECT_EQ(parse_level("warning"), std::nullopt);
    EXPECT_EQ(parse_level(""), std::nullopt);
    EXPECT_EQ(next(Level::debug), Level::info);
    EXPECT_EQ(next(Level::fatal), Level::debug);
}

}  // namespace
}  // namespace mco::system
