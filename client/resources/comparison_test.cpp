#include "client/resources/comparison.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mco::client {
namespace {

using ::testing::ElementsAre;
using Lines = std::vector<std::pair<std::string, std::string>>;

/// A listing of these titles and parameters, had by these nodes.
void add(TypeComparison& type, const Lines& lines, const std::vector<NodeNumber>& nodes) {
    const auto listing = type.variants.new_listing();
    for (const auto& [title, parameters] : lines) {
        const auto line = "[\"" + title + "\"," + parameters + ']';
        type.variants.add(
            listing,
            {title, line, std::string_view(line).substr(title.size() + 4, parameters.size())});
    }
    type.answered.insert(type.answered.end(), nodes.begin(), nodes.end());
    type.variants.give(listing, nodes);
}

/// The screen of resources §6: ten nodes, of which seven have deploy and one another gopher.
TypeComparison users() {
    TypeComparison type;
    type.type = "user";
    add(type, {{"deploy", "{}"}, {"gopher", R"({"shell":"a"})"}}, {0, 1, 2, 3, 4, 5, 6});
    add(type, {{"gopher", R"({"shell":"a"})"}}, {7, 8});
    add(type, {{"gopher", R"({"shell":"b"})"}}, {9});
    return type;
}

TEST(Variants, KnowsWhoHasWhat) {
    const auto type = users();
    const auto titles = type.variants.titles();
    ASSERT_EQ(titles.size(), 2u);
    EXPECT_EQ(titles[0].title, "deploy");
    EXPECT_EQ(titles[0].nodes, 7u);
    EXPECT_EQ(titles[0].variants, 1u);
    EXPECT_EQ(titles[0].similarity(), 1.0);
    EXPECT_EQ(titles[1].nodes, 10u);
    EXPECT_EQ(titles[1].variants, 2u);
    EXPECT_EQ(titles[1].most_common, 9u);
    const auto variants = type.variants.of("gopher");
    ASSERT_EQ(variants.size(), 2u);
    EXPECT_EQ(variants[0].parameters, R"({"shell":"a"})");
    EXPECT_THAT(variants[0].nodes, ElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 8));
    EXPECT_THAT(variants[1].nodes, ElementsAre(9));
    EXPECT_TRUE(type.variants.of("nobody").empty());
}

TEST(Variants, CountsNothingThatNobodyHas) {
    Variants variants;
    const std::string line = R"(["x",{}])";
    variants.add(variants.new_listing(), {"x", line, std::string_view(line).substr(5, 2)});
    EXPECT_TRUE(variants.titles().empty());
    EXPECT_TRUE(variants.of("x").empty());
    EXPECT_GT(variants.bytes(), line.size()) << "but it takes memory";
}

/// A node cannot be of two minds about a title.
TEST(Variants, TakesTheFirstOfEqualTitles) {
    TypeComparison type;
    add(type, {{"b", "{}"}, {"b", R"({"x":"1"})"}, {"a", "{}"}, {"c", "{}"}}, {0});
    const auto titles = type.variants.titles();
    ASSERT_EQ(titles.size(), 2u);
    EXPECT_EQ(titles[0].title, "b");
    EXPECT_EQ(titles[0].variants, 1u);
    EXPECT_EQ(titles[1].title, "c");
}

TEST(Variants, KeepsEqualLinesOnce) {
    TypeComparison type;
    add(type, {{"a", "{}"}}, {0});
    const auto bytes = type.variants.bytes();
    for (NodeNumber node = 1; node < 200; ++node)
        add(type, {{"a", "{}"}}, {node});
    EXPECT_LT(type.variants.bytes(), bytes + 100) << "a bit for each";
    EXPECT_EQ(type.variants.of("a").front().nodes.size(), 200u);
}

TEST(Figures, AreThoseOfTheSpecification) {
    const auto figures = users().figures();
    EXPECT_EQ(figures.titles, 2u);
    EXPECT_EQ(figures.total, 17u);
    EXPECT_EQ(figures.differing, 1u);
    EXPECT_DOUBLE_EQ(figures.similarity(), 16.0 / 17);
    EXPECT_DOUBLE_EQ(figures.coverage(), 17.0 / 20);
}

TEST(Figures, AddUpOverTypes) {
    Comparison comparison;
    comparison.types.push_back(users());
    comparison.types.push_back(users());
    const auto figures = comparison.figures();
    EXPECT_EQ(figures.titles, 4u);
    EXPECT_DOUBLE_EQ(figures.similarity(), 32.0 / 34);
    EXPECT_DOUBLE_EQ(figures.coverage(), 34.0 / 40);
}

TEST(Figures, AreWholeWhereNothingDiffers) {
    EXPECT_EQ(Figures().similarity(), 1.0);
    EXPECT_EQ(Figures().coverage(), 1.0);
}

TEST(Comparison, ExcusesWhoHasNoSuchType) {
    Comparison comparison;
    comparison.nodes = {"a", "b", "c", "d"};
    comparison.types.resize(2);
    comparison.types[0].type = "host";
    comparison.types[0].failed = {{0, "Could not find type host"},
                                  {1, "Puppet takes too long"},
                                  {2, "Could not find type hostess"},
                                  {3, "Could not find type host"}};
    comparison.types[1].type = "user";
    comparison.types[1].failed = {{2, "Could not find type host"}};
    comparison.excuse_unknown_types();
    EXPECT_THAT(comparison.types[0].unknown, ElementsAre(0, 3));
    ASSERT_EQ(comparison.types[0].failed.size(), 2u);
    EXPECT_EQ(comparison.types[0].failed[0].node, 1u);
    EXPECT_EQ(comparison.types[0].failed[1].node, 2u);
    EXPECT_THAT(comparison.types[1].unknown, ElementsAre());
    EXPECT_EQ(comparison.types[1].failed.size(), 1u);
}

}  // namespace
}  // namespace mco::client
