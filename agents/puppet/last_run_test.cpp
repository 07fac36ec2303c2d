#include "agents/puppet/last_run.hpp"

#include "system/temporary_directory.hpp"

#include <gtest/gtest.h>

namespace mco::puppet {
namespace {

const Value& at(const Map& map, std::string_view section, std::string_view name) {
    static const Value nothing;
    const Value* found = map.find(section);
    found = found ? found->find(name) : nullptr;
    return found ? *found : nothing;
}

constexpr const char* summary_yaml = R"(---
version:
  config: 1795165138
  puppet: 7.23.0
resources:
  changed: 3
  total: 10
time:
  total: 4.021397034
  last_run: 1795165142
  odd: '12'
)";

TEST(ReadSummary, TakesNoHashForANumber) {
    const system::TemporaryDirectory directory;
    const auto summary = read_summary(directory.write(
        "summary.yaml",
        "version:\n  config: 809e123\n  puppet: 0e12345\ntime:\n  total: 1.5e+1\n"));
    ASSERT_TRUE(summary) << summary.error().message;
    EXPECT_EQ(*summary->find("version")->find("config"), Value("809e123"));
    EXPECT_EQ(*summary->find("version")->find("puppet"), Value("0e12345"));
    EXPECT_EQ(*summary->find("time")->find("total"), Value(15.0));
    for (const std::string& half :
         {std::string("version:\n  config: 1\n  pupp"), std::string("version:\n  config: 1\0", 21)})
        EXPECT_EQ(read_summary(directory.write("half.yaml", half)).error().code, Errc::malformed)
            << half;
}

TEST(LastRunSummary, IsReadWithRubysTypes) {
    const system::TemporaryDirectory directory;
    const Map summary = read_summary(directory.write("s.yaml", summary_yaml)).value();
    EXPECT_EQ(at(summary, "version", "config"), Value(1795165138));
    EXPECT_EQ(at(summary, "version", "puppet"), Value("7.23.0"));
    EXPECT_EQ(at(summary, "time", "total"), Value(4.021397034));
    EXPECT_EQ(at(summary, "time", "odd"), Value("12"));
    EXPECT_EQ(at(summary, "resources", "changed"), Value(3));
    EXPECT_EQ(at(summary, "resources", "failed"), Value(0)) << "counters that are absent are 0";
    EXPECT_NE(summary.find("events"), nullptr);
    EXPECT_EQ(last_run(summary), 1795165142);
}

TEST(LastRunSummary, IsEmptyBeforeTheFirstRun) {
    const system::TemporaryDirectory directory;
    const Map summary = read_summary(directory / "absent.yaml").value();
    EXPECT_EQ(at(summary, "resources", "out_of_sync"), Value(0));
    EXPECT_EQ(last_run(summary), 0);
}

TEST(LastRunSummary, SurvivesWhateverIsInTheFile) {
    const system::TemporaryDirectory directory;
    EXPECT_EQ(read_summary(directory.write("a", "{[")).error().code, Errc::malformed);
    EXPECT_TRUE(read_summary(directory.write("b", "")));
    EXPECT_TRUE(read_summary(directory.write("c", "- 1\n- 2\n")));
    EXPECT_EQ(
        at(read_summary(directory.write("d", "resources: 7\n")).value(), "resources", "total"),
        Value(0));
    EXPECT_FALSE(read_summary(directory.write("e", std::string(100'000, '['))));
}

TEST(LastRunSummary, OfARunWithoutACatalogHasNoResources) {
    const system::TemporaryDirectory directory;
    const Map summary =
        read_summary(directory.write("s",
                                     "---\nversion:\n  config:\n  puppet: 7.23.0\ntime:\n  total: "
                                     "1.5\n  last_run: 7\nevents:\n"))
            .value();
    EXPECT_EQ(at(summary, "resources", "failed"), Value(0));
    EXPECT_EQ(at(summary, "resources", "total"), Value(0));
    EXPECT_EQ(at(summary, "version", "config"), Value());
    EXPECT_EQ(last_run(summary), 7);
}

TEST(LastRunSummary, MayBeCutAnywhere) {
    const system::TemporaryDirectory directory;
    const std::string whole = summary_yaml;
    for (std::size_t length = 0; length < whole.size(); ++length) {
        const auto summary = read_summary(directory.write("s", whole.substr(0, length)));
        if (summary)
            EXPECT_NE(summary->find("resources"), nullptr) << length;
        else
            EXPECT_EQ(summary.error().code, Errc::malformed) << length;
    }
}

TEST(LastRunSummary, TellsTheTimeInAnyForm) {
    const std::pair<Value, std::int64_t> cases[] = {
        {5, 5}, {5.9, 5}, {"17", 17}, {"soon", 0}, {nullptr, 0}, {true, 0}};
    for (const auto& [value, expected] : cases)
        EXPECT_EQ(last_run(Map{{"time", Map{{"last_run", value}}}}), expected);
}

constexpr const char* report_yaml = R"(--- !ruby/object:Puppet::Transaction::Report
host: web1.example
logs:
- level: notice
  message: |
    two
    lines
  source: "/Stage[main]/Main/File[/x]/ensure"
  tags:
  - notice
  time: '2026-11-20T08:58:58.238143040+02:00'
  file:
- level: :err
  message: 'it said: "no"'
  source: Puppet
  time: 2026-11-20 08:59:02.247741979 Z
  tags: &1
  - err
metrics:
  resources: !ruby/object:Puppet::Util::Metric
    name: resources
)";

void check_logs(const Array& logs) {
    ASSERT_EQ(logs.size(), 2u);
    EXPECT_EQ(*logs[0].find("level"), Value("notice"));
    EXPECT_EQ(*logs[0].find("msg"), Value("two\nlines"));
    EXPECT_EQ(*logs[0].find("source"), Value("/Stage[main]/Main/File[/x]/ensure"));
    EXPECT_EQ(*logs[0].find("time_utc"), Value(1795157938));
    EXPECT_EQ(*logs[1].find("level"), Value("err"));
    EXPECT_EQ(*logs[1].find("msg"), Value("it said: \"no\""));
    EXPECT_EQ(*logs[1].find("time"), Value(1795165142));
}

TEST(LastRunLogs, AreTheLinesOfTheReport) {
    const system::TemporaryDirectory directory;
    check_logs(read_logs(directory.write("report.yaml", report_yaml)).value());
    EXPECT_TRUE(read_logs(directory / "absent.yaml")->empty());
    EXPECT_EQ(read_logs(directory.write("none.yaml", "---\nhost: x\n")).error().code,
              Errc::malformed);
}

TEST(LastRunLogs, AreFoundWhenTheyReferToSomethingBefore) {
    const system::TemporaryDirectory directory;
    const Array logs =
        read_logs(
            directory.write("r.yaml", "---\nhost: &1 web1\nlogs:\n- level: info\n  message: *1\n"))
            .value();
    ASSERT_EQ(logs.size(), 1u);
    EXPECT_EQ(*logs[0].find("msg"), Value("web1"));
}

TEST(TypeDistribution, CountsByCapitalisedType) {
    const system::TemporaryDirectory directory;
    const Map counts =
        read_type_distribution(
            directory.write("r", "file[/a]\nfile[/b]\nconcat::fragment[x[y]]\n\nuser[root]"))
            .value();
    EXPECT_EQ(counts, (Map{{"File", 2}, {"Concat::Fragment", 1}, {"User", 1}}));
    EXPECT_TRUE(read_type_distribution(directory / "absent")->empty());
}

}  // namespace
}  // namespace mco::puppet
