#include "core/options/parser.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mco::options {
namespace {

using ::testing::ElementsAre;

using Words = std::vector<std::string>;

const std::vector<OptionSpec>& specs() {
    static const std::vector<OptionSpec> all = {
        {"config", "c", {"config"}, "FILE"},
        {"verbose", "v", {"verbose"}},
        {"quiet", "q", {"quiet"}},
        {"dt", "", {"dt", "discovery-timeout"}, "SECONDS", "", "", Kind::integer},
        {"timeout", "t", {"timeout"}, "SECONDS", "", "", Kind::integer},
        {"dm", "", {"dm", "disc-method"}, "METHOD"},
        {"do", "", {"do", "disc-option"}, "OPTION"},
        {"fact", "F", {"wf", "with-fact"}, "fact=val"},
        {"with", "W", {"with"}, "FILTER"},
        {"ident", "I", {"wi", "with-identity"}, "IDENT"},
        {"pt", "", {"publish_timeout"}, "TIMEOUT", "", "", Kind::integer},
        {"sleep", "", {"batch-sleep"}, "SECONDS", "", "", Kind::real},
        {"np", "", {"np", "no-progress"}},
        {.id = "splay", .shorts = "", .longs = {"splay"}, .negatable = true},
        {"one", "1", {"one"}},
        {"daemonize", "", {"daemonize"}},
        {"no-daemonize", "", {"no-daemonize"}},
        {"ttl", "", {"ttl"}, "TTL"},
        {"sort", "", {"sort"}},
        {"help", "h", {"help"}},
    };
    return all;
}

/// What was given, as `id` or `id=argument` or `!id`, then the arguments behind a bar; or the
/// error's text.
std::string summary(const Words& words) {
    const auto parsed = parse(specs(), {words});
    if (!parsed)
        return parsed.error().message;
    std::string text;
    for (const auto& given : parsed->given) {
        const auto is_number = given.id == "dt" || given.id == "timeout" || given.id == "pt";
        text += (text.empty() ? "" : " ") + std::string(given.on ? "" : "!") + given.id;
        if (is_number)
            text += '=' + std::to_string(given.integer);
        else if (!given.text.empty())
            text += '=' + given.text;
    }
    for (const auto& argument : parsed->arguments)
        text += '|' + argument;
    return text;
}

struct Case {
    Words words;
    std::string expected;
};

void check(const std::vector<Case>& cases) {
    for (const auto& [words, expected] : cases)
        EXPECT_EQ(summary(words), expected) << ::testing::PrintToString(words);
}

TEST(Parse, ArgumentsMayStandAnywhere) {
    check({{{"a", "-v", "b", "-q", "c"}, "verbose quiet|a|b|c"},
           {{"a", "--", "-v", "b"}, "|a|-v|b"},
           {{"-v", "--", "--", "x"}, "verbose|--|x"},
           {{"a", "-", "b"}, "|a|-|b"},
           {{}, ""}});
}

TEST(Parse, LongNamesMayBeCutShort) {
    check({{{"--verb"}, "verbose"},
           {{"--VERB"}, "verbose"},
           {{"--disc", "x"}, "ambiguous option: --disc"},
           {{"--disc-m", "x"}, "dm=x"},
           {{"--di-m", "x"}, "dm=x"},
           {{"--with", "x"}, "with=x"},
           {{"--wit", "x"}, "with=x"},
           {{"--with-f", "x"}, "fact=x"},
           {{"--t", "3"}, "ambiguous option: --t"},
           {{"--ti", "3"}, "timeout=3"},
           {{"--d", "3"}, "ambiguous option: --d"},
           {{"--s"}, "ambiguous option: --s"},
           {{"--so"}, "sort"},
           {{"--publish-timeout", "3"}, "pt=3"},
           {{"--publish_timeout", "3"}, "pt=3"},
           {{"--pub", "3"}, "pt=3"},
           {{"--disc_method", "x"}, "dm=x"},
           {{"--x"}, "invalid option: --x"},
           {{"--x=1"}, "invalid option: --x=1"}});
}

TEST(Parse, NegationOnlyWhereDeclared) {
    check({{{"--no-progress"}, "np"},
           {{"--no-p"}, "np"},
           {{"--progress"}, "invalid option: --progress"},
           {{"--splay"}, "splay"},
           {{"--no-splay"}, "!splay"},
           {{"--no-sp"}, "!splay"},
           {{"--no-verbose"}, "invalid option: --no-verbose"},
           {{"--no"}, "ambiguous option: --no"},
           {{"--no-"}, "ambiguous option: --no-"},
           {{"--daem"}, "daemonize"},
           {{"--no-daem"}, "no-daemonize"}});
}

TEST(Parse, ArgumentsOfOptions) {
    check({{{"--config=a"}, "config=a"},
           {{"--config=a=b"}, "config=a=b"},
           {{"--config=", "x"}, "config|x"},
           {{"--config", ""}, "config"},
           {{"--config", "-v"}, "config=-v"},
           {{"-c", "--"}, "config=--"},
           {{"-ca"}, "config=a"},
           {{"-F=a"}, "fact==a"},
           {{"-Fa=b"}, "fact=a=b"},
           {{"--config=a\nb"}, "config=a\nb"},
           {{"--config"}, "missing argument: --config"},
           {{"-c"}, "missing argument: -c"},
           {{"-vc"}, "missing argument: -c"}});
}

TEST(Parse, Clusters) {
    check({{{"-vq"}, "verbose quiet"},
           {{"-vqt5"}, "verbose quiet timeout=5"},
           {{"-vt", "5"}, "verbose timeout=5"},
           {{"-1v"}, "one verbose"},
           {{"-vx"}, "invalid option: -x"},
           {{"-xv"}, "invalid option: -xv"},
           {{"-x"}, "invalid option: -x"},
           {{"-?"}, "invalid option: -?"},
           {{"-v=1"}, "needless argument: -v=1"},
           {{"--verbose=1"}, "needless argument: --verbose=1"},
           {{"--verbose="}, "needless argument: --verbose="},
           {{"--no-splay=1"}, "needless argument: --no-splay=1"}});
}

TEST(Parse, ALetterMayStandForALongName) {
    check({{{"-p", "3"}, "pt=3"},
           {{"-p3"}, "pt=3"},
           {{"-s"}, "ambiguous option: -s"},
           {{"-S"}, "invalid option: -S"}});
}

TEST(Parse, Numbers) {
    check({{{"-t", "3"}, "timeout=3"},
           {{"-t", "-3"}, "timeout=-3"},
           {{"-t", "+3"}, "timeout=3"},
           {{"-t", "0x10"}, "timeout=16"},
           {{"-t", "010"}, "timeout=8"},
           {{"-t", "1_000"}, "timeout=1000"},
           {{"-t", "0b11"}, "timeout=3"},
           {{"-t", "0o17"}, "invalid argument: -t 0o17"},
           {{"-t", "08"}, "invalid argument: -t 08"},
           {{"-t", "1.5"}, "invalid argument: -t 1.5"},
           {{"-t", " 3"}, "invalid argument: -t  3"},
           {{"-t", ""}, "invalid argument: -t "},
           {{"-t", "abc"}, "invalid argument: -t abc"},
           {{"-tabc"}, "invalid argument: -tabc"},
           {{"-t=3"}, "invalid argument: -t=3"},
           {{"--timeout=abc"}, "invalid argument: --timeout=abc"},
           {{"--timeout", "abc"}, "invalid argument: --timeout abc"},
           {{"--ttl=abc"}, "ttl=abc"}});
}

TEST(Parse, RealNumbers) {
    const auto number = [](const std::string& text) {
        return parse(specs(), {{"--batch-sleep", text}})->real("sleep");
    };
    EXPECT_EQ(number("1.5"), 1.5);
    EXPECT_EQ(number("1"), 1.0);
    EXPECT_EQ(number(".5"), 0.5);
    EXPECT_EQ(number("1e3"), 1000.0);
    EXPECT_EQ(number("-1"), -1.0);
    EXPECT_EQ(number("1."), 1.0);
    for (const auto* bad : {"x", "0x10", "", " 1"})
        EXPECT_EQ(parse(specs(), {{"--batch-sleep", bad}}).error().message,
                  "invalid argument: --batch-sleep " + std::string(bad));
}

TEST(Parsed, LaterOnesWinAndListsAccumulate) {
    const auto parsed =
        *parse(specs(), {{"-v", "-t1", "-Fa=1", "-q", "-t2", "-Fb=2", "--no-splay"}});
    EXPECT_EQ(parsed.integer("timeout"), 2);
    EXPECT_THAT(parsed.all("fact"), ElementsAre("a=1", "b=2"));
    EXPECT_EQ(parsed.later("verbose", "quiet"), "quiet");
    EXPECT_EQ(parsed.later("quiet", "verbose"), "quiet");
    EXPECT_EQ(parsed.later("sort", "one"), "");
    EXPECT_EQ(parsed.later("sort", "quiet"), "quiet");
    EXPECT_TRUE(parsed.has("splay"));
    EXPECT_FALSE(parsed.is_on("splay"));
    EXPECT_TRUE(parsed.is_on("quiet"));
    EXPECT_FALSE(parsed.is_on("sort"));
    EXPECT_EQ(parsed.text_or("fact", ""), "b=2");
    EXPECT_EQ(parsed.text_or("config", "none"), "none");
    EXPECT_EQ(parsed.integer("dt"), std::nullopt);
}

TEST(Parse, ExtraWordsComeFirst) {
    const auto parsed =
        *parse(specs(), {{"-t2", "-Fb=2", "argument"}, {"-t1", "-Fa=1", "dropped", "--", "-q"}});
    EXPECT_EQ(parsed.integer("timeout"), 2);
    EXPECT_THAT(parsed.all("fact"), ElementsAre("a=1", "b=2"));
    EXPECT_THAT(parsed.arguments, ElementsAre("argument"));
    EXPECT_EQ(parse(specs(), {{"file"}, {"-c"}}).error().message, "missing argument: -c");
}

TEST(Parse, MayStopAtTheFirstArgument) {
    const auto parsed = *parse(specs(), {.words = {"-v", "a", "-q"}, .stop_at_argument = true});
    EXPECT_FALSE(parsed.has("quiet"));
    EXPECT_THAT(parsed.arguments, ElementsAre("a", "-q"));
}

TEST(ConfigOption, FoundAmongUnknownOnes) {
    const struct {
        Words words, extra;
        std::optional<std::string> file;
    } cases[] = {
        {{}, {}, std::nullopt},
        {{"rpc", "-v", "-c", "a", "--unknown"}, {}, "a"},
        {{"-ca"}, {}, "a"},
        {{"--config", "a", "--config=b"}, {}, "b"},
        {{"--conf", "a"}, {}, "a"},
        {{"x"}, {"-c", "e"}, "e"},
        {{"-c", "a"}, {"-c", "e"}, "a"},
        {{"--", "-c", "a"}, {}, std::nullopt},
    };

    for (const auto& [words, extra, file] : cases)
        EXPECT_EQ(*config_option({words, extra}), file) << ::testing::PrintToString(words);
    EXPECT_EQ(config_option({{"ping", "-c"}}).error().message, "missing argument: -c");
}

}  // namespace
}  // namespace mco::options
