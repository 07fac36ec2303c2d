#include "core/message/filter_value.hpp"

#include <gtest/gtest.h>

#include <ostream>

namespace mco::message {
namespace {

using filter::Filter;

Symbol sym(const char* name) {
    return Symbol{name};
}

Map empty_value() {
    return {{"fact", Array{}},
            {"cf_class", Array{}},
            {"agent", Array{}},
            {"identity", Array{}},
            {"compound", Array{}}};
}

Value with(const char* key, Value entries) {
    auto map = empty_value();
    map.set(key, std::move(entries));
    return map;
}

Filter read(const Value& value) {
    const auto filter = filter_from_value(value);
    EXPECT_TRUE(filter.has_value());
    return filter ? *filter : Filter{};
}

Filter sample() {
    Filter filter;
    filter.facts = {{"country", "uk", "=="}, {"cores", "4", ">="}};
    filter.classes = {"apache", "/^web/"};
    filter.agents = {"rpcutil"};
    filter.identities = {"web1.example.com"};
    filter.compound = {Array{Map{{"statement", "country=uk"}}}};
    return filter;
}

TEST(FilterValue, WritesTheCanonicalForm) {
    EXPECT_EQ(filter_to_value({}, FactKeys::symbols), empty_value());
    const Map expected = {
        {"fact",
         Array{Map{{sym("fact"), "country"}, {sym("value"), "uk"}, {sym("operator"), "=="}},
               Map{{sym("fact"), "cores"}, {sym("value"), "4"}, {sym("operator"), ">="}}}},
        {"cf_class", Array{"apache", "/^web/"}},
        {"agent", Array{"rpcutil"}},
        {"identity", Array{"web1.example.com"}},
        {"compound", Array{Array{Map{{"statement", "country=uk"}}}}}};
    EXPECT_EQ(filter_to_value(sample(), FactKeys::symbols), expected);
}

TEST(FilterValue, SpellsFactsAsJsonDoes) {
    const auto value = filter_to_value(sample(), FactKeys::strings);
    EXPECT_EQ((*value.find("fact")->array())[0],
              Value(Map{{"fact", "country"}, {"value", "uk"}, {"operator", "=="}}));
}

TEST(FilterValue, ReadsWhatItWrites) {
    for (const auto keys : {FactKeys::symbols, FactKeys::strings})
        EXPECT_EQ(read(filter_to_value(sample(), keys)), sample());
}

TEST(FilterValue, NoticesFormsThatAreNotCanonical) {
    EXPECT_FALSE(read(Map{}).other_keys);
    EXPECT_FALSE(read(empty_value()).other_keys);
    EXPECT_TRUE(read(with("collective", "mcollective")).other_keys);
    EXPECT_TRUE(read(Map{{"bogus", Array{"x"}}}).other_keys);
    EXPECT_TRUE(read(Map{{"agent", Array{}}}).other_keys);
    EXPECT_TRUE(read(Map{{sym("cf_class"), Array{"apache"}}}).other_keys);
    EXPECT_TRUE(read(Map{{sym("cf_class"), Array{"apache"}}}).empty());
}

TEST(FilterValue, ReadsAliases) {
    EXPECT_EQ(read(Map{{"puppet_class", Array{"a"}}, {"my_cf_class", Array{"b"}}}).classes,
              (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(read(with("agent", Array{sym("rpcutil")})).agents,
              std::vector<std::string>{"rpcutil"});
}

TEST(FilterValue, TurnsExpressionsIntoText) {
    EXPECT_EQ(read(with("identity", Array{Regexp{"^(a|b)$", 0}, "c", Regexp{"d", 1}})).identities,
              (std::vector<std::string>{"/^(a|b)$/", "c", "/(?i)d/"}));
}

TEST(FilterValue, RefusesOtherShapes) {
    for (const Value& value :
         {Value(),
          Value("all"),
          Value(Array{}),
          with("fact", "country=uk"),
          with("fact", Array{"country=uk"}),
          with("fact", Array{Map{{"fact", "a"}, {"value", "b"}}}),
          with("fact", Array{Map{{"fact", "a"}, {"value", 1}, {"operator", "=="}}}),
          with("cf_class", Array{Regexp{"a", 0}}),
          with("agent", Array{Array{}}),
          with("identity", Array{1}),
          with("compound", "x")}) {
        const auto filter = filter_from_value(value);
        ASSERT_FALSE(filter.has_value());
        EXPECT_EQ(filter.error().code, Errc::malformed);
    }
}

}  // namespace
}  // namespace mco::message
