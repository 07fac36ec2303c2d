#include "core/ral/manifest.hpp"

#include "core/ral/testing.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>

namespace mco::ral {
namespace {

using examples::resource;

TEST(RalManifest, AlignsArrowsAndBeginsWithEnsure) {
    EXPECT_EQ(manifest(resource("Apache::vhost",
                                "shop",
                                {{"port", 80}, {"ensure", "present"}, {"aliases", Array{"a", 2}}})),
              "apache::vhost { 'shop':\n"
              "  ensure  => 'present',\n"
              "  port    => 80,\n"
              "  aliases => ['a', 2],\n"
              "}\n");
    EXPECT_EQ(manifest(resource("notify", "x")), "notify { 'x':\n}\n");
}

TEST(RalManifest, WritesValuesThatPuppetReadsBack) {
    const std::pair<Value, const char*> cases[] = {
        {"it's", R"('it\'s')"},
        {R"(C:\temp\)", R"('C:\\temp\\')"},
        {"a\nb", "'a\nb'"},
        {"${facts} $x", "'${facts} $x'"},
        {"\x1b[31m \"$x\" C:\\\r", R"("\u{1b}[31m \"\$x\" C:\\\u{0d}")"},
        {"\xc2\x9b\x7f\xc3\xa9", "\"\\u{9b}\\u{7f}\xc3\xa9\""},
        {"\xff", "'\xef\xbf\xbd'"},
        {true, "true"},
        {false, "false"},
        {nullptr, "undef"},
        {-1, "-1"},
        {std::numeric_limits<std::int64_t>::min(), "'-9223372036854775808'"},
        {1.5, "'1.5'"},
        {Symbol{"running"}, "'running'"},
        {Array{}, "[]"},
        {Map{}, "{}"},
        {Array{"a", Map{{"k'", Array{1}}, {"l", nullptr}}},
         R"(['a', { 'k\'' => [1], 'l' => undef }])"}};
    for (const auto& [value, expected] : cases)
        EXPECT_EQ(manifest(resource("thing", "x", {{"p", value}})),
                  std::string("thing { 'x':\n  p => ") + expected + ",\n}\n");
    EXPECT_EQ(manifest(resource("file", R"(C:\)")), "file { 'C:\\\\':\n}\n");
}

TEST(RalManifest, LeavesOutWhatMustNotBeWritten) {
    EXPECT_EQ(manifest(resource("user",
                                "x",
                                {{"password", "[hidden 3fa2c1]"},
                                 {"comment", "Andr\xef\xbf\xbd"},
                                 {"very_long_name", "[redacted]"},
                                 {"shell", "/bin/sh"}})),
              "user { 'x':\n"
              "  # password: hidden\n"
              "  # comment: not UTF-8\n"
              "  # very_long_name: hidden\n"
              "  shell => '/bin/sh',\n"
              "}\n");
}

TEST(RalManifest, TakesNoCodeFromNames) {
    EXPECT_EQ(manifest(resource("user",
                                "x': } exec { 'y",
                                {{"a => 1 } exec { 'x':", "1"},
                                 {"b\n}", "[redacted]"},
                                 {"", "2"},
                                 {"Uid", "3"},
                                 {4, "4"},
                                 {"uid", 5}})),
              "user { 'x\\': } exec { \\'y':\n  uid => 5,\n}\n");
}

}  // namespace
}  // namespace mco::ral
