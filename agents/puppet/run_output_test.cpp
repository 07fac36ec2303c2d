#include "agents/puppet/run_output.hpp"

#include "agents/puppet/printable.hpp"
#include "agents/puppet/run_outcome.hpp"
#include "system/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mco::puppet {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Printable, KeepsNothingThatATerminalWouldObey) {
    const std::pair<std::string, const char*> cases[] = {
        {"plain", "plain"},
        {"gr\xc3\xbc\xc3\x9f \xe2\x82\xac", "grüß €"},
        {"a\tb", "a b"},
        {"\x1b[1;31mred\x1b[0m", "red"},
        {"\x1b]0;title\atext", "text"},
        {"\x1b]0;title\x1b\\text", "text"},
        {"\x1b]0;unfinished", ""},
        {"\x1bPq\x1b\\x", "x"},
        {"\x1b(Bx\x1b=y", "xy"},
        {"\x1b", ""},
        {"\x1b[", ""},
        {"\x1b[31", ""},
        {"a\rb\bc\x7f", "abc"},
        {std::string("nul\0x", 5), "nulx"},
        {"\xc2\x9b"
         "31mred",
         "red"},
        {"\xc2\x85x", "x"},
        {"\xff\xc3", "\xef\xbf\xbd\xef\xbf\xbd"},
        {"a\x1b[\u00e9b\x1b(\u20acc\x1b", "ab€c"},  // a character where one byte is expected
    };
    for (const auto& [text, shown] : cases)
        EXPECT_EQ(printable(text), shown);
}

TEST(Printable, LinesAreBoundedAtACharacter) {
    EXPECT_EQ(printable_line("one\ntwo", 10), "one two");
    EXPECT_EQ(printable_line("grüß", 3), "gr…");
    EXPECT_EQ(printable_line("abcdef", 6), "abcdef");
}

TEST(RunOutput, IsHandedOutLineByLine) {
    const system::TemporaryDirectory directory;
    const std::string file = directory.write("log", "one\n\ntwo\nthr");
    OutputLines output = read_output(file, 0, false);
    EXPECT_THAT(output.lines, ElementsAre("one", "", "two"));
    EXPECT_EQ(output.next, 9);
    output = read_output(file, 9, false);
    EXPECT_THAT(output.lines, IsEmpty()) << "the line is not finished";
    EXPECT_EQ(output.next, 9);
    output = read_output(file, 9, true);
    EXPECT_THAT(output.lines, ElementsAre("thr")) << "it will not be";
    EXPECT_EQ(output.next, 12);
    EXPECT_THAT(read_output(file, 12, true).lines, IsEmpty());
}

TEST(RunOutput, IsBounded) {
    const system::TemporaryDirectory directory;
    std::string text;
    for (int i = 0; i < 1200; ++i)
        text += std::to_string(i) + "\n";
    const std::string file = directory.write("log", text);
    std::vector<std::string> all;
    std::int64_t next = 0;
    for (const std::size_t expected : {500u, 500u, 200u, 0u}) {
        const OutputLines output = read_output(file, next, true);
        EXPECT_EQ(output.lines.size(), expected);
        all.insert(all.end(), output.lines.begin(), output.lines.end());
        next = output.next;
    }
    ASSERT_EQ(all.size(), 1200u);
    EXPECT_EQ(all[777], "777");
    EXPECT_EQ(next, static_cast<std::int64_t>(text.size()));
}

TEST(RunOutput, ALineLongerThanAReplyStopsNobody) {
    const system::TemporaryDirectory directory;
    const std::string file =
        directory.write("log", "x\n" + std::string(150'000, 'a') + "\nend\nhalf");
    std::string got;
    std::int64_t next = 0;
    for (int replies = 0; replies < 6; ++replies) {
        const OutputLines output = read_output(file, next, false);
        for (const std::string& line : output.lines)
            got += line + "|";
        next = output.next;
    }
    EXPECT_EQ(std::count(got.begin(), got.end(), 'a'), 150'000);
    EXPECT_EQ(got.substr(got.size() - 5), "|end|");
}

TEST(RunOutput, OfOddPlaces) {
    const system::TemporaryDirectory directory;
    const std::string file = directory.write("log", "one\n");
    EXPECT_EQ(read_output(file, -5, true).lines.size(), 1u);
    EXPECT_EQ(read_output(file, 1'000'000'000'000, true).next, 4);
    EXPECT_THAT(read_output(directory / "absent", 7, true).lines, IsEmpty());
    EXPECT_THAT(read_output(directory.path(), 0, true).lines, IsEmpty());
    EXPECT_EQ(read_tail(directory / "absent"), "");
    EXPECT_EQ(read_tail(file), "one\n");
}

TEST(RunOutput, TellsThatPuppetRefusedToRun) {
    const std::pair<const char*, const char*> cases[] = {
        {"Notice: Run of Puppet configuration client already in progress; skipping  "
         "(/var/state/agent_catalog_run.lock exists)\n",
         "Run of Puppet configuration client already in progress; skipping  "
         "(/var/state/agent_catalog_run.lock exists)"},
        {"Info: x\nNotice: Skipping run of Puppet configuration client; administratively disabled "
         "(Reason: 'moving');\nUse 'puppet agent --enable' to re-enable.\n",
         "Skipping run of Puppet configuration client; administratively disabled (Reason: "
         "'moving');"},
        {"\x1b[mNotice: Shutdown/restart in progress (:stop_requested); skipping run\x1b[0m\n",
         "Shutdown/restart in progress (:stop_requested); skipping run"},
        {"Notice: Exiting now because the maxwaitforlock timeout has been exceeded.\n",
         "Exiting now because the maxwaitforlock timeout has been exceeded."},
    };
    for (const auto& [output, reason] : cases) {
        const RunResult result = result_without_report(output);
        EXPECT_EQ(result.outcome, "skipped") << output;
        EXPECT_THAT(result.errors, ElementsAre(reason));
    }
}

TEST(RunOutput, TellsWhyThereIsNoReport) {
    const struct {
        const char* output;
        std::vector<std::string> errors;
    } cases[] = {
        {"Error: Facter: no\nError: Could not parse application options: invalid option: --no\nDid "
         "you mean?\n",
         {"Could not parse application options: invalid option: --no"}},
        {"Error: Facter: no\nNotice: x\n", {"Facter: no"}},
        {"sudo: puppet: command not found\n\n", {"sudo: puppet: command not found"}},
        {"", {}},
        {"Error: Could not retrieve catalog; skipping run\n",
         {"Could not retrieve catalog; skipping run"}},
    };

    for (const auto& [output, errors] : cases) {
        const RunResult result = result_without_report(output);
        EXPECT_EQ(result.outcome, "no report") << output;
        EXPECT_EQ(result.errors, errors) << output;
    }
    std::string many;
    for (int i = 0; i < 30; ++i)
        many += "Error: " + std::to_string(i) + "\n";
    const auto errors = errors_in(many);
    EXPECT_EQ(errors.size(), 10u);
    EXPECT_EQ(errors.back(), "29");
}

}  // namespace
}  // namespace mco::puppet
