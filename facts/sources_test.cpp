#include "facts/sources.hpp"

#include "system/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mco::facts {
namespace {

using system::TemporaryDirectory;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(FileSource, LaterFilesWin) {
    const TemporaryDirectory directory;
    FileSource source({directory.write("a.yaml", "x: 1\ny: {deep: 1}\n"),
                       directory.write("b.json", R"({"y": {"other": 2}, "z": null})")});
    const auto reading = source.read();
    EXPECT_THAT(reading.problems, IsEmpty());
    EXPECT_EQ(reading.facts, (Map{{"x", "1"}, {"y", Map{{"other", "2"}}}, {"z", ""}}));
}

TEST(FileSource, ABadFileDoesNotSpoilTheOthers) {
    const TemporaryDirectory directory;
    FileSource source({directory / "missing.yaml",
                       directory.write("bad.yaml", "a: [\n"),
                       directory.write("list.json", "[1]"),
                       directory.write("good.yaml", "x: 1\n")});
    const auto reading = source.read();
    EXPECT_EQ(reading.facts, (Map{{"x", "1"}}));
    EXPECT_THAT(reading.problems,
                ElementsAre(HasSubstr("missing.yaml"),
                            HasSubstr("bad.yaml: line"),
                            HasSubstr("list.json: is not a map")));
}

TEST(FileSource, AFileThatBreaksKeepsItsFactsAndOneThatGoesDoesNot) {
    const TemporaryDirectory directory;
    FileSource source({directory.write("a.yaml", "a: 1\n"), directory.write("b.yaml", "b: 1\n")});
    source.read();
    EXPECT_FALSE(source.changed());
    directory.write("a.yaml", "a: [half");
    EXPECT_TRUE(source.changed());
    const auto broken = source.read();
    EXPECT_EQ(broken.facts, (Map{{"a", "1"}, {"b", "1"}}));
    EXPECT_THAT(broken.problems, ElementsAre(HasSubstr("a.yaml")));
    std::filesystem::remove(directory / "a.yaml");
    EXPECT_EQ(source.read().facts, (Map{{"b", "1"}}));
    directory.write("a.yaml", "a: [half");
    EXPECT_EQ(source.read().facts, (Map{{"b", "1"}})) << "what is gone does not come back";
}

TEST(FileSource, AnEmptyFileIsNoProblem) {
    const TemporaryDirectory directory;
    FileSource source({directory.write("a.yaml", ""),
                       directory.write("b.json", "\n"),
                       directory.write("c.yaml", "--- {}\n")});
    const auto empty = source.read();
    EXPECT_THAT(empty.problems, IsEmpty());
    EXPECT_TRUE(empty.facts.empty());
    directory.write("a.yaml", "a: 1\n");
    directory.write("c.yaml", "c: 1\n");
    EXPECT_EQ(source.read().facts, (Map{{"a", "1"}, {"c", "1"}}));
    directory.write("a.yaml", "");
    directory.write("c.yaml", "--- {}\n");
    const auto emptied = source.read();
    EXPECT_EQ(emptied.facts, (Map{{"a", "1"}})) << "it may be half written";
    EXPECT_THAT(emptied.problems, ElementsAre(HasSubstr("a.yaml: is empty")));
    const auto again = source.read();
    EXPECT_TRUE(again.facts.empty()) << "it is not";
    EXPECT_THAT(again.problems, IsEmpty());
}

TEST(FileSource, ADirectoryStandsForItsFiles) {
    const TemporaryDirectory directory;
    directory.write("20.yaml", "x: 2\n");
    directory.write("10.json", R"({"x": 1, "y": 1})");
    directory.write("30.txt", "x: 3\n");
    FileSource source({directory.path()});
    EXPECT_EQ(source.read().facts, (Map{{"x", "2"}, {"y", "1"}}));
    EXPECT_FALSE(source.changed());
    directory.write("40.yml", "x: 4\n");
    EXPECT_TRUE(source.changed());
    EXPECT_EQ(source.read().facts.find("x")->text()[0], "4");
}

/// Answers with what it was given, and remembers what it was asked.
class ScriptedRunner final : public system::Runner {
  public:
    Expected<system::Finished> run(const system::Command& command) override {
        asked = command;
        return answer;
    }

    Expected<pid_t> start_detached(const system::Command&) override {
        return fail(Errc::io, "not here");
    }

    system::Command asked;
    Expected<system::Finished> answer = system::Finished{};
};

Reading reading_of(Expected<system::Finished> answer, bool flatten = false) {
    ScriptedRunner runner;
    runner.answer = std::move(answer);
    system::Command command;
    command.argv = {"facter"};
    return CommandSource(command, flatten, runner).read();
}

system::Finished printed(std::string out, int exit_code = 0) {
    system::Finished finished;
    finished.exit_code = exit_code;
    finished.out = std::move(out);
    return finished;
}

TEST(CommandSource, OnlyStandardOutputCounts) {
    auto noisy = printed(R"({"os": {"family": "Debian"}, "cpus": 2, "virtual": false})");
    noisy.err = "Permission denied @ rb_sysopen - /proc/1/environ\n";
    const auto reading = reading_of(noisy);
    EXPECT_THAT(reading.problems, IsEmpty());
    EXPECT_EQ(reading.facts,
              (Map{{"os", Map{{"family", "Debian"}}}, {"cpus", "2"}, {"virtual", "false"}}));
}

TEST(CommandSource, AWholeDocumentCountsWhateverTheExitCode) {
    const auto reading = reading_of(printed(R"({"cpus": 2})", 1));
    EXPECT_THAT(reading.problems, IsEmpty());
    EXPECT_EQ(reading.facts, (Map{{"cpus", "2"}}));
}

TEST(CommandSource, Failures) {
    system::Finished killed;
    killed.signal = 9;

    const struct {
        Expected<system::Finished> answer;
        const char* problem;
    } cases[] = {
        {fail(Errc::timed_out, "too slow"), "facts of facter cannot be used: too slow"},
        {printed("[]", 1),
         "facts of facter cannot be used: it did not print a JSON object (exit code 1)"},
        {killed, "facts of facter cannot be used: it was ended by signal 9"},
        {printed("[]"), "facts of facter cannot be used: it did not print a JSON object"},
        {printed("{}"), "facts of facter cannot be used: it printed no facts"},
    };

    for (const auto& [answer, problem] : cases) {
        const auto reading = reading_of(answer);
        EXPECT_THAT(reading.problems, ElementsAre(problem));
        EXPECT_TRUE(reading.facts.empty());
    }
    EXPECT_THAT(reading_of(printed("{\"a\":")).problems, ElementsAre(HasSubstr("cannot be used")));
    EXPECT_THAT(reading_of(printed(std::string(2u << 20, ' '))).problems,
                ElementsAre(HasSubstr("printed more than")));
}

TEST(CommandSource, FlattensForOhai) {
    const auto reading =
        reading_of(printed(R"({"a": {"b": 1, "c": [1, "x", {"d": 2}]}, "e": "f"})"), true);
    EXPECT_EQ(reading.facts, (Map{{"a.b", "1"}, {"a.c", R"(1, x, {"d":"2"})"}, {"e", "f"}}));
}

config::Config with(const std::string& factsource,
                    const std::map<std::string, std::string>& settings) {
    config::Config config;
    config.file = "server.cfg";
    config.factsource = factsource;
    for (const auto& [name, value] : settings)
        config.plugin[name] = {value, "server.cfg:1"};
    return config;
}

TEST(MakeSources, FacterRunsLowAndClean) {
    ScriptedRunner runner;
    const auto sources = make_sources(
        with("facter",
             {{"facter.puppet", "1"}, {"facter.facterlib", "/facts"}, {"facter.timeout", "5"}}),
        runner);
    ASSERT_TRUE(sources.has_value()) << sources.error().message;
    sources->front()->read();
    EXPECT_THAT(runner.asked.argv, ElementsAre("facter", "--json", "--puppet"));
    EXPECT_EQ(runner.asked.environment.at("FACTERLIB"), "/facts");
    EXPECT_THAT(runner.asked.environment.at("PATH"), HasSubstr("/usr/bin:"));
    EXPECT_EQ(runner.asked.timeout, std::chrono::seconds(5));
    EXPECT_GT(runner.asked.nice, 0);
}

TEST(MakeSources, SeveralInOrder) {
    const TemporaryDirectory directory;
    ScriptedRunner runner;
    runner.answer = printed(R"({"x": "facter"})");
    const auto sources = make_sources(
        with("facter, yaml", {{"yaml", directory.write("a.yaml", "x: yaml\n")}}), runner);
    ASSERT_EQ(sources->size(), 2u);
    EXPECT_EQ(sources->front()->read().facts, (Map{{"x", "facter"}}));
    EXPECT_EQ(sources->back()->read().facts, (Map{{"x", "yaml"}}));
}

TEST(MakeSources, Refusals) {
    ScriptedRunner runner;
    const auto refusal = [&](const std::string& factsource,
                             const std::map<std::string, std::string>& settings) {
        return make_sources(with(factsource, settings), runner).error().message;
    };
    EXPECT_EQ(refusal("yaml", {}),
              "factsource yaml needs plugin.yaml with the files to read, in server.cfg");
    EXPECT_EQ(refusal("tarot", {}), "factsource must be yaml, json, facter or ohai, not 'tarot'");
    EXPECT_THAT(refusal("facter", {{"facter.command", "'facter"}}), HasSubstr("no end"));
    EXPECT_EQ(refusal("facter", {{"facter.timeout", "0"}}),
              "plugin.facter.timeout must be between 1 and 3600 seconds");
}

}  // namespace
}  // namespace mco::facts
