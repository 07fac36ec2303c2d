#include "core/options/help.hpp"

#include <gtest/gtest.h>

namespace mco::options {
namespace {

const std::string column(37, ' ');

TEST(OptionLines, ColumnAndWrapping) {
    const struct {
        OptionSpec spec;
        std::string lines;
    } cases[] = {
        {{"", "t", {"timeout"}, "SECONDS", "How long"},
         "    -t, --timeout SECONDS            How long\n"},
        {{"", "", {"sort"}, "", "Sorted"}, "        --sort                       Sorted\n"},
        {{"", "", {"np", "no-progress"}, "", "No bar"},
         "        --np, --no-progress          No bar\n"},
        {{"", "F", {"wf", "with-fact"}, "fact=val", "Facts"},
         "    -F, --wf, --with-fact fact=val   Facts\n"},
        {{"", "", {"connection-timeout"}, "TIMEOUT", "Fits"},
         "        --connection-timeout TIMEOUT Fits\n"},
        {{"", "", {"limit-nodes", "ln", "limit"}, "COUNT", "Some"},
         "        --limit-nodes, --ln, --limit COUNT\n" + column + "Some\n"},
        {{"", "x", {"a-very-long-name-indeed-it-is"}, "ARG", "Both"},
         "    -x ARG,                          Both\n        --a-very-long-name-indeed-it-is\n"},
        {{"", "x", {}, "", ""}, "    -x\n"},
        {{.id = "", .shorts = "", .longs = {"splay"}, .help = "Wait", .negatable = true},
         "        --[no-]splay                 Wait\n"},
        {{"", "ab", {"both"}, "", "Two letters"},
         "    -a, -b, --both                   Two letters\n"},
    };

    for (const auto& [spec, lines] : cases)
        EXPECT_EQ(option_lines(spec), lines);
}

TEST(HelpText, WholeScreen) {
    const std::vector<OptionSpec> specs = {{"", "g", {"graph"}, "", "Draw"},
                                           {"", "", {"np"}, "", "No bar", "RPC Options"},
                                           {"", "T", {"target"}, "NAME", "Where", "Common Options"},
                                           {"", "h", {"help"}, "", "This", "RPC Options"}};
    EXPECT_EQ(help_text({"Does things", {"mco do", "mco do more"}, "Footer 1.0"}, specs),
              "\nDoes things\n\nUsage: mco do\nUsage: mco do more\n"
              "\nApplication Options\n    -g, --graph                      Draw\n"
              "\nRPC Options\n        --np                         No bar\n    -h, --help          "
              "             This\n"
              "\nCommon Options\n    -T, --target NAME                Where\n\nFooter 1.0\n");
}

TEST(HelpText, WithoutUsage) {
    const std::vector<OptionSpec> own = {{"", "g", {"graph"}, "", "Draw"}};
    EXPECT_EQ(
        help_text({"Pings", {}, "Footer"}, own),
        "\nPings\nApplication Options\n    -g, --graph                      Draw\n\nFooter\n");
    const std::vector<OptionSpec> common = {{"", "q", {"quiet"}, "", "Less", "RPC Options"}};
    EXPECT_EQ(help_text({"Finds", {}, "Footer"}, common),
              "\nFinds\n\nRPC Options\n    -q, --quiet                      Less\n\nFooter\n");
}

TEST(HelpText, WithUsageAndWithoutOptionsOfItsOwn) {
    const std::vector<OptionSpec> common = {{"", "q", {"quiet"}, "", "Less", "RPC Options"}};
    EXPECT_EQ(help_text({"Helps", {"mco help"}, "Footer"}, common),
              "\nHelps\n\nUsage: mco help\n\n\nRPC Options\n"
              "    -q, --quiet                      Less\n\nFooter\n");
}

TEST(HelpText, AGroupWithoutAName) {
    const std::vector<OptionSpec> specs = {{"", "h", {"help"}, "", "This", ""},
                                           {"", "q", {"quiet"}, "", "Less", "Host Filters"}};
    EXPECT_EQ(help_text({"Explains", {"mco explain"}, "Footer"}, specs),
              "\nExplains\n\nUsage: mco explain\n\n    -h, --help                       This\n"
              "\nHost Filters\n    -q, --quiet                      Less\n\nFooter\n");
    EXPECT_EQ(help_text({"Explains", {}, "Footer"}, {specs.front()}),
              "\nExplains\n    -h, --help                       This\n\nFooter\n");
}

}  // namespace
}  // namespace mco::options
