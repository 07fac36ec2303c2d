#include "agents/puppet/report.hpp"

#include "agents/puppet/run_outcome.hpp"
#include "system/files.hpp"
#include "system/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

namespace mco::puppet {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

std::string fixture(const std::string& name) {
    return system::read_file("agents/puppet/fixtures/" + name + ".yaml").value();
}

TEST(Report, OfARealRunThatChangedSomething) {
    const auto report = parse_report(fixture("puppet7_ok"));
    ASSERT_TRUE(report);
    EXPECT_EQ(report->time, 1795281876);
    EXPECT_EQ(report->status, "changed");
    EXPECT_EQ(report->noop, false);
    EXPECT_EQ(report->environment, "production");
    EXPECT_EQ(report->config_version, "1795281875");
    EXPECT_EQ(report->total, 10);
    EXPECT_EQ(report->changed, 3);
    EXPECT_EQ(report->failed, 0);
    EXPECT_EQ(report->out_of_sync, 3);
    EXPECT_DOUBLE_EQ(report->duration.value(), 0.05260853);
    EXPECT_THAT(report_errors(fixture("puppet7_ok")), IsEmpty());
}

/// Up to Puppet 3.
TEST(Report, OfAnOldLayoutIsRead) {
    const system::TemporaryDirectory directory;
    const auto file = directory.write("report.yaml",
                                      "--- !ruby/object:Puppet::Transaction::Report\n"
                                      "  metrics: \n"
                                      "    resources: !ruby/object:Puppet::Util::Metric\n"
                                      "      name: resources\n"
                                      "      label: Resources\n"
                                      "      values: \n"
                                      "        - - total\n"
                                      "          - Total\n"
                                      "          - 7\n"
                                      "  logs: \n"
                                      "    - !ruby/object:Puppet::Util::Log\n"
                                      "      level: !ruby/sym err\n"
                                      "      message: \"it broke\"\n"
                                      "      source: Puppet\n"
                                      "      time: 2013-05-01 10:00:01.5 +00:00\n"
                                      "  time: 2013-05-01 10:00:00.5 +00:00\n"
                                      "  status: failed\n"
                                      "  host: web1\n");
    const auto text = read_report(file);
    const auto report = parse_report(text);
    ASSERT_TRUE(report) << text;
    EXPECT_EQ(report->status, "failed");
    EXPECT_EQ(report->time, 1367402400);
    EXPECT_EQ(report->total, 7);
    const auto lines = report_lines(text, Wanted::everything, 10);
    ASSERT_EQ(lines.size(), 1u);
    EXPECT_EQ(lines[0].level, "err");
    EXPECT_EQ(lines[0].message, "it broke");
}

TEST(Report, OfARealNoopRunTellsWhatWouldChange) {
    const auto report = parse_report(fixture("puppet7_noop"));
    ASSERT_TRUE(report);
    EXPECT_EQ(report->status, "unchanged");
    EXPECT_EQ(report->noop, true);
    EXPECT_EQ(report->out_of_sync, 3);
    EXPECT_EQ(report->changed, 0);
}

TEST(Report, OfARealRunThatFailedNamesTheResources) {
    const std::string text = fixture("puppet7_failed");
    const auto report = parse_report(text);
    ASSERT_TRUE(report);
    EXPECT_EQ(report->status, "failed");
    EXPECT_EQ(report->failed, 2);
    const auto errors = report_errors(text);
    ASSERT_EQ(errors.size(), 2u) << "what Puppet says of itself is told with the resource";
    EXPECT_THAT(errors[0],
                StartsWith("/Stage[main]/Main/File[nodir/sub/motd]/ensure: change from 'absent' to "
                           "'file' failed: Could not set 'file' on ensure: No such file"));
    EXPECT_EQ(errors[1],
              "/Stage[main]/Main/Exec[/bin/false]/returns: change from 'notrun' to ['0'] failed: "
              "'/bin/false' returned 1 instead of one of [0]");
}

TEST(Report, OfPuppet4HasSymbolsAliasesAndItsScalarsLast) {
    const std::string text = fixture("puppet4_failed");
    const auto report = parse_report(text);
    ASSERT_TRUE(report);
    EXPECT_EQ(report->time, 1462381201);
    EXPECT_EQ(report->status, "failed");
    EXPECT_EQ(report->noop, std::nullopt) << "this format does not say";
    EXPECT_EQ(report->total, 42);
    EXPECT_EQ(report->changed, 3);
    EXPECT_EQ(report->failed, 1);
    EXPECT_EQ(report->out_of_sync, 4);
    EXPECT_EQ(report->duration, 12.75);
    EXPECT_THAT(report_errors(text),
                ElementsAre("/Stage[main]/Nginx/Service[nginx]/ensure: Could not start "
                            "Service[nginx]: said \"no\"",
                            "/Stage[main]/Nginx/Service[nginx]/ensure: first second"));
    EXPECT_EQ(report_as_output(text),
              "Info: Caching catalog for web1.example\n"
              "Error: /Stage[main]/Nginx/Service[nginx]/ensure: Could not start Service[nginx]: "
              "said \"no\"\n"
              "Warning: /Stage[main]/Nginx/Exec[reload]: Skipping because of failed dependencies\n"
              "Critical: /Stage[main]/Nginx/Service[nginx]/ensure: first\nsecond\n");
}

TEST(Report, OfPuppet5WithEmptySections) {
    const std::string text = fixture("puppet5_unchanged");
    const auto report = parse_report(text);
    ASSERT_TRUE(report);
    EXPECT_EQ(report->time, 1520265600);
    EXPECT_EQ(report->noop, true);
    EXPECT_EQ(report->environment, "staging");
    EXPECT_EQ(report->config_version, "1520265600");
    EXPECT_EQ(report->out_of_sync, 2);
    EXPECT_EQ(report->duration, std::nullopt);
    EXPECT_THAT(report_lines(text, Wanted::everything, 10), IsEmpty());
}

TEST(Report, OfARunWithoutACatalog) {
    const std::string text = fixture("puppet8_no_catalog");
    const auto report = parse_report(text);
    ASSERT_TRUE(report);
    EXPECT_EQ(report->status, "failed");
    EXPECT_EQ(report->config_version, "");
    EXPECT_EQ(report->total, 0);
    EXPECT_EQ(report->duration, 1.5);
    EXPECT_THAT(
        report_errors(text),
        ElementsAre(HasSubstr("Evaluation Error: Error while evaluating a Function Call, nope"),
                    "Could not retrieve catalog; skipping run",
                    StartsWith("Facter: Permission denied")))
        << "Facter's complaints come last";
}

TEST(Report, OfARunWithAnEarlierCatalogFailedWhateverCameOfThat) {
    std::string text = fixture("puppet7_ok");
    EXPECT_FALSE(parse_report(text)->cached_on_failure);
    const std::string not_used = "cached_catalog_status: not_used";
    const auto at = text.find(not_used);
    ASSERT_NE(at, std::string::npos);
    text.replace(at, not_used.size(), "cached_catalog_status: on_failure");
    const auto report = parse_report(text);
    ASSERT_TRUE(report);
    EXPECT_EQ(report->status, "changed");
    EXPECT_EQ(result_of(*report, text, "").outcome, "failed");
    EXPECT_TRUE(result_of(*report, text, "").cached_catalog);
}

TEST(Report, IsNothingElse) {
    for (const char* text : {"",
                             "---\n",
                             "\0\xff",
                             "- a\n- b\n",
                             "time: '2026-11-21T17:24:36Z'\n",
                             "time: '2026-11-21T17:24:36Z'\nstatus: odd\nlogs: []\n",
                             "time: soon\nstatus: failed\nlogs: []\n",
                             "time: [1\nstatus: failed\nlogs: []\n",
                             "time: '2026-11-21T17:24:36Z'\nstatus: &a [*a]\nlogs: []\n"})
        EXPECT_FALSE(parse_report(text)) << text;
    const std::string whole = fixture("puppet7_failed");
    for (std::size_t length = 0; length < whole.size(); length += 7) {
        const std::string half = whole.substr(0, length);
        EXPECT_EQ(parse_report(half).has_value(), half.find("\nlogs:") != std::string::npos);
        report_errors(half);
    }
}

TEST(Report, IsReadAsFarAsItIsNeeded) {
    const system::TemporaryDirectory directory;
    const std::string text = fixture("puppet7_failed");
    std::string large = text;
    large.insert(large.find("corrective_change: "), "  " + std::string(1'000'000, 'x') + "\n");
    std::string read = read_report(directory.write("7", large));
    EXPECT_LT(read.size(), text.size());
    EXPECT_EQ(parse_report(read)->out_of_sync, 2);
    EXPECT_THAT(read, HasSubstr("\ncached_catalog_status: not_used\n"));
    EXPECT_EQ(report_errors(read), report_errors(text));
    std::string old = fixture("puppet4_failed");
    old.insert(old.find("host: web1"), "  File[x]:\n" + std::string(900'000, ' ') + "\n");
    read = read_report(directory.write("4", old));
    EXPECT_EQ(read, old) << "its scalars come last";
    // long logs: the mark after them may lie anywhere
    for (std::size_t length = 262'100; length < 262'200; length += 3) {
        std::string padded = text;
        padded.insert(padded.find("metrics:"), std::string(length, '\n'));
        read = read_report(directory.write("p", padded));
        EXPECT_EQ(parse_report(read)->status, "failed") << length;
        EXPECT_LT(read.size(), padded.size()) << length;
    }
    EXPECT_EQ(read_report(directory / "absent"), "");
    EXPECT_EQ(read_report(directory.path()), "");
}

TEST(Report, ErrorsAreFewShortAndSafe) {
    std::string text = "logs:\n";
    for (int i = 0; i < 30; ++i)
        text += "- level: err\n  message: \"" + std::string(2000, 'x') +
                "\\e[31m\\a\\r\"\n  source: File[" + std::to_string(i) + "]\n";
    const auto errors = report_errors(text);
    ASSERT_EQ(errors.size(), 10u);
    EXPECT_THAT(errors[0], StartsWith("File[0]: xxx"));
    EXPECT_LE(errors[0].size(), 510u);
    EXPECT_THAT(errors[0], Not(HasSubstr("\x1b")));
}

/// The fields of most messages are read without the parser: nobody may notice.
TEST(Report, ReadsMessagesAsAParserOfYamlDoes) {
    for (const char* message : {"plain",
                                "two words",
                                "/path: x",
                                "a:b",
                                "a #b",
                                "a#b",
                                "ends:",
                                "'quoted'",
                                "'it''s'",
                                "'a' b",

                                "QQ",

                                "QQQQ",
                                "'aQQ'",

                                "\"double \\n\"",
                                "null",
                                "~",
                                "NULL",
                                "nullable",
                                "7",
                                "0x1f",
                                "1.5e3",
                                "true",
                                "{a: b}",
                                "[a]",
                                "*x",
                                "&x a",
                                "!t a",
                                "|",
                                ">",
                                "@a",
                                "`a",
                                "%a",
                                "- a",
                                "-",
                                "? a",
                                "a, b]",
                                "(a)",
                                "$a",
                                "gr\u00fc\u00df",
                                "a\tb",
                                "  two ",
                                "trailing ",
                                "a  b",
                                "'a\tb'",
                                "'a: b #c'",
                                "a\\nb"}) {
        std::string text =
            std::string("logs:\n- level: err\n  message: ") + message + "\n  source: Puppet\n";
        std::replace(text.begin(), text.end(), 'Q', '\'');
        std::string expected = "(a message that could not be read)";
        try {
            const YAML::Node value = YAML::Load(text)["logs"][0]["message"];
            expected = value.IsScalar() ? value.Scalar() : "";
            expected.erase(expected.find_last_not_of('\n') + 1);
        } catch (const YAML::Exception&) {
        }
        const auto lines = report_lines(text, Wanted::everything, 2);
        ASSERT_EQ(lines.size(), 1u) << message;
        EXPECT_EQ(lines[0].message, expected) << message;
    }
}

TEST(Report, MessagesMayLookLikeFields) {
    const auto lines = report_lines(
        "logs:\n"
        "- message: |\n"
        "    level: err\n"
        "    - level: crit\n"
        "\n"
        "    source: nobody\n"
        "  level: notice\n"
        "  source: Puppet\n"
        "- level: info\n"
        "  message: *unknown\n"
        "metrics:\n"
        "- level: err\n",
        Wanted::everything,
        10);
    ASSERT_EQ(lines.size(), 2u);
    EXPECT_EQ(lines[0].level, "notice");
    EXPECT_EQ(lines[0].message, "level: err\n- level: crit\n\nsource: nobody");
    EXPECT_THAT(lines[1].message, HasSubstr("could not be read"));
}

TEST(Epoch, OfTheTimesThatRubyWrites) {
    const std::pair<const char*, std::int64_t> cases[] = {
        {"2026-11-21T17:24:36.026206964+00:00", 1795281876},
        {"2026-11-21 17:24:36 Z", 1795281876},
        {"2026-11-21 10:24:36.1 -07:00", 1795281876},
        {"2026-11-21T18:24:36+01:00", 1795281876},
        {"yesterday", 0},
        {"2026-11-21", 0},
        {"", 0}};
    for (const auto& [text, seconds] : cases)
        EXPECT_EQ(epoch(text), seconds) << text;
}

}  // namespace
}  // namespace mco::puppet
