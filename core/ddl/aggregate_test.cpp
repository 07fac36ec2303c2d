#include "core/ddl/aggregate.hpp"

#include "core/text/ruby.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

namespace mco::ddl {
namespace {

using Lines = std::vector<std::string>;

Action action_with(std::vector<Aggregate> aggregates) {
    Action action;
    for (const std::string name : {"b", "a", "x"}) {
        Output output;
        output.name = name;
        output.display_as = "Label of " + name;
        action.outputs.push_back(std::move(output));
    }
    action.aggregates = std::move(aggregates);
    return action;
}

std::vector<Summary> summarized(const Action& action, const std::vector<Map>& replies) {
    std::vector<const Map*> pointers;
    for (const auto& reply : replies)
        pointers.push_back(&reply);
    return summarize(action, pointers);
}

/// The one summary of `declared` over values of output x.
Summary summary_of(Aggregate declared, const std::vector<Value>& values) {
    declared.output = "x";
    std::vector<Map> replies;
    for (const auto& value : values)
        replies.push_back({{"x", value}});
    const auto summaries = summarized(action_with({std::move(declared)}), replies);
    EXPECT_EQ(summaries.size(), 1U);
    return summaries.empty() ? Summary{} : summaries.front();
}

Aggregate function(std::string name,
                   std::optional<std::string> format = std::nullopt,
                   Map options = {}) {
    return {std::move(name), "x", std::move(options), std::move(format)};
}

TEST(Summarize, SummaryCountsAndAligns) {
    const auto summary =
        summary_of(function("summary"), {"stopped", "running", "running", Value()});
    EXPECT_EQ(summary, (Summary{"x", "Label of x", {"running = 2", "stopped = 1"}, ""}));
    EXPECT_EQ(summary_of(function("summary"), {"2.4.1-3", "absent", "2.4.1-3"}).lines,
              (Lines{"2.4.1-3 = 2", " absent = 1"}));
    EXPECT_EQ(summary_of(function("summary"), {"\u00e9t\u00e9", "hiver"}).lines,
              (Lines{"hiver = 1", "  \u00e9t\u00e9 = 1"}));
}

TEST(Summarize, EqualCountsComeLastSeenFirst) {
    EXPECT_EQ(summary_of(function("summary"), {"a", "b", "c", "b", "a"}).lines,
              (Lines{"b = 2", "a = 2", "c = 1"}));
}

TEST(Summarize, ValuesOfDifferentTypesDiffer) {
    EXPECT_EQ(summary_of(function("summary"), {7, "7", 7, true, Symbol{"true"}}).lines,
              (Lines{"   7 = 2", "true = 1", "true = 1", "   7 = 1"}));
}

TEST(Summarize, ListsAreFlattenedOneLevelAndMapsAreAsWideAsTheyHaveElements) {
    EXPECT_EQ(
        summary_of(function("summary"), {Array{"a", "b"}, "a", Array{Array{"a"}}, Value()}).lines,
        (Lines{"a = 2", R"(["a"] = 1)", "b = 1"}));
    EXPECT_EQ(summary_of(function("summary"), {Map{{"k", 1}}}).lines, (Lines{R"({"k"=>1} = 1)"}));
}

TEST(Summarize, NothingCountedIsNoFailure) {
    EXPECT_EQ(summary_of(function("summary"), {}), (Summary{"x", "Label of x", {}, ""}));
    EXPECT_EQ(summary_of(function("summary"), {Value()}), (Summary{"x", "Label of x", {}, ""}));
    EXPECT_EQ(summary_of(function("boolean_summary"), {}).lines, Lines{});
    EXPECT_EQ(summary_of(function("sum"), {}).lines, (Lines{"Sum of x: 0.000000"}));
}

TEST(Summarize, SumAndAverage) {
    EXPECT_EQ(summary_of(function("sum"), {1, 2}).lines, (Lines{"Sum of x: 3.000000"}));
    EXPECT_EQ(summary_of(function("sum", "%d all"), {1, 2.5}).lines, (Lines{"3 all"}));
    constexpr auto largest = std::numeric_limits<std::int64_t>::max();
    EXPECT_EQ(summary_of(function("sum", "%d"), {largest, 1}).lines,
              (Lines{"9223372036854775808"}));
    EXPECT_EQ(summary_of(function("average"), {1, 2}).lines, (Lines{"Average of x: 1.000000"}));
    EXPECT_EQ(summary_of(function("average"), {-1, -2}).lines, (Lines{"Average of x: -2.000000"}));
    EXPECT_EQ(summary_of(function("average"), {1, 2.0}).lines, (Lines{"Average of x: 1.500000"}));
    EXPECT_EQ(summary_of(function("average", "%.1f"), {1.0, 2.0}).lines, (Lines{"1.5"}));
}

TEST(Summarize, BooleanSummaryUsesItsTitles) {
    EXPECT_EQ(summary_of(function("boolean_summary"), {true, false, true, Value()}).lines,
              (Lines{" True = 2", "False = 1"}));
    const Map titles = {{Symbol{"true"}, "enabled"}, {Symbol{"false"}, "disabled"}};
    EXPECT_EQ(
        summary_of(function("boolean_summary", std::nullopt, titles), {true, false, true}).lines,
        (Lines{"enabled = 2", "disabled = 1"}));
}

TEST(Summarize, BooleanSummaryCountsWhatIsNoFlagAsItself) {
    EXPECT_EQ(
        summary_of(function("boolean_summary"), {Array{true, Value(), false}, true, "maybe", 0})
            .lines,
        (Lines{" True = 2", "    0 = 1", "maybe = 1", "False = 1"}));
    const Map titles = {{true, "up"}, {0, "none"}, {"unknown", "who knows"}};
    EXPECT_EQ(
        summary_of(function("boolean_summary", std::nullopt, titles), {true, 0, "unknown"}).lines,
        (Lines{"who knows = 1", " none = 1", "   up = 1"}));
}

TEST(Summarize, NagiosStatesHaveALineEach) {
    EXPECT_EQ(summary_of(function("nagios_states"), {0, 2, 0}).lines,
              (Lines{"        OK : 2", "  CRITICAL : 1", "   UNKNOWN : 0", "   WARNING : 0"}));
    EXPECT_EQ(summary_of(function("nagios_states"), {Value(), 7, -2, 4, 3}).lines.front(),
              "   UNKNOWN : 5");
    EXPECT_FALSE(summary_of(function("nagios_states"), {1.0}).failure.empty());
}

TEST(Summarize, MinMaxAverageTakesWhatIsANumber) {
    const auto line = [](const std::vector<Value>& values) {
        const auto summary = summary_of(function("nettest_mma"), values);
        return summary.lines.empty() ? summary.failure : summary.lines.front();
    };
    EXPECT_EQ(line({5.0, "15", 10}), "Min: 5.000  Max: 15.000  Average: 10.000");
    EXPECT_EQ(line({" 1.5 ", "1.5x", "", " ", Value(), true, Array{1}, Map{}}),
              "Min: 1.500  Max: 1.500  Average: 1.500");
    EXPECT_EQ(line({0.0, 7, -1}), "Min: -1.000  Max: 7.000  Average: 2.000");
    EXPECT_EQ(line({std::numeric_limits<double>::quiet_NaN(), 1}),
              "Min: 1.000  Max: 1.000  Average: 1.000");
    EXPECT_EQ(line({}), "");
}

TEST(Summarize, ProcessSummaryAddsUpSizes) {
    const auto process = [](Value rss, Value vsize) {
        return Map{{"rss", std::move(rss)}, {"vsize", std::move(vsize)}};
    };
    EXPECT_EQ(summary_of(function("process_summary"),
                         {Array{process(1, 1024), process(1.5, 1)}, Array{}, Value()})
                  .lines,
              (Lines{"        Matched hosts: 1",
                     "    Matched Processes: 2",
                     "        Resident Size: 2.500 KB",
                     "         Virtual Size: 1.001 KB"}));
    EXPECT_EQ(summary_of(function("process_summary", "%d on %d: %s"), {Value(Array{process(0, 0)})})
                  .lines,
              (Lines{"1 on 1: 0 B"}));
    EXPECT_FALSE(summary_of(function("process_summary"), {"x"}).failure.empty());
    EXPECT_FALSE(summary_of(function("process_summary"), {Value(Array{1})}).failure.empty());
    EXPECT_FALSE(summary_of(function("process_summary"), {Value(Array{process("many", 1)})})
                     .failure.empty());
}

TEST(Summarize, ValuesOfAllTypesInOneOutputBreakNothing) {
    const std::vector<Value> values = {Value(),
                                       true,
                                       7,
                                       1.5,
                                       "text",
                                       Symbol{"symbol"},
                                       Regexp{"a", 1},
                                       Array{1, Array{Map{}}},
                                       Map{{Array{1}, Value()}},
                                       "\xff"};
    for (const std::string name : {"summary",
                                   "sum",
                                   "average",
                                   "boolean_summary",
                                   "nagios_states",
                                   "nettest_mma",
                                   "process_summary"}) {
        for (const auto& format :
             {std::optional<std::string>(), std::optional<std::string>("%s %s %s %s %s")}) {
            const auto summary = summary_of(function(name, format), values);
            EXPECT_NE(summary.lines.empty(), summary.failure.empty()) << name;
        }
    }
}

TEST(Summarize, FailuresSayWhy) {
    EXPECT_EQ(summary_of(function("sum"), {1, "two"}),
              (Summary{"x", "x", {}, "the value \"two\" cannot be aggregated"}));
    EXPECT_EQ(summary_of(function("average"), {1, Value()}).failure,
              "a value that is missing cannot be aggregated");
    EXPECT_EQ(summary_of(function("average"), {}).failure, "there is nothing to average");
    EXPECT_EQ(summary_of(function("summary", "%d"), {"a"}).failure,
              "the value \"a\" is not a number");
    EXPECT_EQ(summary_of(function("nonesuch"), {1}).failure,
              "there is no aggregate function 'nonesuch'");
    const auto longest = summary_of(function("sum"), {std::string(10'000, 'x')}).failure;
    EXPECT_LT(longest.size(), 150U);
    EXPECT_TRUE(longest.ends_with("xxx… cannot be aggregated")) << longest;
    const auto summaries = summarized(action_with({{"summary", "nowhere", {}, {}}}), {});
    ASSERT_EQ(summaries.size(), 1U);
    EXPECT_EQ(summaries[0].failure, "unspecified output 'nowhere' for the action");
}

TEST(Summarize, OneFailureLeavesTheOthersAloneAndFailuresComeLast) {
    const auto action = action_with({{"sum", "a", {}, {}},
                                     {"summary", "x", {}, {}},
                                     {"sum", "b", {}, {}},
                                     {"average", "x", {}, {}}});
    const auto summaries =
        summarized(action, {{{"a", "bad"}, {"x", 1}, {"b", 1}}, {{"a", 1}, {"x", 3}, {"b", 2}}});
    ASSERT_EQ(summaries.size(), 4U);
    EXPECT_EQ(summaries[0].lines, (Lines{"Sum of b: 3.000000"}));
    EXPECT_EQ(summaries[1].lines, (Lines{"3 = 1", "1 = 1"}));
    EXPECT_EQ(summaries[2].lines, (Lines{"Average of x: 2.000000"}));
    EXPECT_EQ(summaries[3].output, "a");
    EXPECT_FALSE(summaries[3].failure.empty());
}

/// Issue 12, item 28: nil alone is passed over; in a list it leaves the summary without a result.
TEST(Summarize, NilInAListLeavesASummaryWithoutResult) {
    const auto action = action_with({function("summary")});
    const auto lines = [&](const Value& value) {
        return summarized(action, {{{"x", value}}, {{"x", "a"}}})[0].lines;
    };
    EXPECT_EQ(lines(Array{"a", Value()}), Lines{});
    EXPECT_EQ(lines(Array{"a", "b"}), (Lines{"a = 2", "b = 1"}));
    EXPECT_EQ(lines(Value()), (Lines{"a = 1"}));
}

TEST(Summarize, ARepliesWithoutDataCountsAsNil) {
    const auto summaries = summarize(action_with({function("summary")}), {nullptr});
    ASSERT_EQ(summaries.size(), 1U);
    EXPECT_EQ(summaries[0], (Summary{"x", "Label of x", {}, ""}));
}

TEST(RubyText, ShowsAndInspectsAsRubyDoes) {
    struct Case {
        Value value;
        std::string shown, inspected;
    };

    const std::vector<Case> cases = {
        {Value(), "", "nil"},
        {true, "true", "true"},
        {-7, "-7", "-7"},
        {1.0, "1.0", "1.0"},
        {0.1, "0.1", "0.1"},
        {1e15, "1.0e+15", "1.0e+15"},
        {1e14, "100000000000000.0", "100000000000000.0"},
        {1.25e-7, "1.25e-07", "1.25e-07"},
        {"a\"b\n#{x}\x01", "a\"b\n#{x}\x01", R"("a\"b\n\#{x}\u0001")"},
        {"\xff", "\xff", R"("\xFF")"},
        {Symbol{"a?"}, "a?", ":a?"},
        {Symbol{"a b"}, "a b", R"(:"a b")"},
        {Regexp{"a/b", 5}, "(?mi-x:a\\/b)", "/a\\/b/mi"},
        {Array{1, "a", Value()}, R"([1, "a", nil])", R"([1, "a", nil])"},
        {Map{{Symbol{"a"}, 1}, {"b", Array{}}}, R"({:a=>1, "b"=>[]})", R"({:a=>1, "b"=>[]})"},
    };
    for (const auto& [value, as_shown, as_inspected] : cases) {
        EXPECT_EQ(text::to_s(value), as_shown);
        EXPECT_EQ(text::inspect(value), as_inspected);
    }
    EXPECT_EQ(text::joined({"a", 1, Array{"b", Array{Symbol{"c"}}}}), "a, 1, b, c");
}

}  // namespace
}  // namespace mco::ddl
