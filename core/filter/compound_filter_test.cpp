#include "core/filter/compound_filter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace mco::filter {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Inventory node() {
    Inventory inventory;
    inventory.facts =
        std::make_shared<Map>(Map{{"os", Map{{"family", "Debian"}, {"name", "Debian"}}},
                                  {"country", "uk"},
                                  {"cpus", "16"},
                                  {"disks", Array{"sda", "sdb"}},
                                  {"odd", "1x5"}});
    inventory.classes = {"base", "acme::devserver", "role/web"};
    return inventory;
}

Compound compound(const std::vector<std::string>& expressions) {
    std::vector<Value> stacks;
    for (const auto& text : expressions)
        stacks.push_back(to_call_stack(parse_compound(text).value()));
    return Compound::from(stacks).value();
}

/// A list of lists is easily taken for the list itself; an initializer list of values is not.
Expected<Compound> decoded(std::initializer_list<Value> stacks) {
    return Compound::from(std::vector<Value>(stacks));
}

Expected<Map> answer(const DataTest&) {
    return Map{{"size", 12}, {"nothing", Value()}};
}

// Protocol §8.2, with what docs/differences.md lists.
TEST(CompoundFilter, JudgesFactsClassesAndFunctions) {
    const std::vector<std::pair<std::string, bool>> cases = {{"country=uk and base", true},
                                                             {"country=de or base", true},
                                                             {"country=/^U/", false},
                                                             {"country = /^u/", true},
                                                             {"country=~/^u/", true},
                                                             {"country==uk", true},
                                                             {"country!=uk", false},
                                                             {"country!=de", true},
                                                             {"nosuch!=de", false},
                                                             {"not country=de", true},
                                                             {"not nosuch=1", true},
                                                             {"cpus>4", true},
                                                             {"cpus>=16", true},
                                                             {"cpus=>16", true},
                                                             {"cpus<=15", false},
                                                             {"cpus < 4 or /^acme/", true},
                                                             {"not cpus=16", false},
                                                             {"nosuch=1", false},
                                                             {"os.family=Debian", true},
                                                             {"os=family", true},
                                                             {"os=Debian", false},
                                                             {"disks=sdb", true},
                                                             {"disks.0=sdb", false},
                                                             {"base", true},
                                                             {"Base", false},
                                                             {"/dev/", true},
                                                             {"/^nosuch/", false},
                                                             {"nosuchclass", false},
                                                             {"a='x=y'", false},
                                                             {"f('x').size=12", true},
                                                             {"not f('x').size=12", false},
                                                             {"f('x').nosuch=1", false},
                                                             {"not f('x').nosuch=1", true},
                                                             {"f('`x`').size=12", false},
                                                             {"not f('`x`').size=12", true},
                                                             {"", false}};
    for (const auto& [text, expected] : cases)
        EXPECT_EQ(compound({text}).judge(node(), answer).value(), expected) << text;
}

TEST(CompoundFilter, WantsAllItsExpressions) {
    EXPECT_TRUE(compound({"base", "f().size=12"}).judge(node(), answer).value());
    EXPECT_FALSE(compound({"base", "f().size=1"}).judge(node(), answer).value());
    EXPECT_FALSE(compound({"base", ""}).judge(node(), answer).value());
    EXPECT_TRUE(compound({}).judge(node(), answer).value());
}

TEST(CompoundFilter, KnowsWhatNeedsNoData) {
    const std::vector<std::pair<std::vector<std::string>, std::optional<bool>>> cases = {
        {{"base"}, true},
        {{"nosuch"}, false},
        {{"f().size=12"}, std::nullopt},
        {{"f().size=12 and nosuch"}, false},
        {{"f().size=12 or base"}, true},
        {{"f().size=12", "nosuch"}, false},
        {{"f().size=12", "base"}, std::nullopt},
        {{"f('`').size=12"}, false}};
    for (const auto& [texts, expected] : cases)
        EXPECT_EQ(compound(texts).judge(node()).value(), expected) << texts.front();
}

TEST(CompoundFilter, AsksOnlyWhatItNeeds) {
    std::vector<std::string> asked;
    const auto lookup = [&asked](const DataTest& test) {
        asked.push_back(test.name);
        return answer(test);
    };
    const auto judged =
        compound({"a().size=12 or b().size=12", "base and c().size=1 and d().size=1"});
    EXPECT_FALSE(judged.judge(node(), lookup).value());
    EXPECT_THAT(asked, ElementsAre("a", "c"));
    std::vector<std::string> all;
    for (const auto* test : judged.functions())
        all.push_back(test->name);
    EXPECT_THAT(all, ElementsAre("a", "b", "c", "d"));
}

TEST(CompoundFilter, PassesErrorsOn) {
    const auto failing = [](const DataTest& test) -> Expected<Map> {
        return fail(Errc::timed_out, test.name);
    };
    EXPECT_EQ(compound({"not f('x').size=12"}).judge(node(), failing).error().code,
              Errc::timed_out);
    EXPECT_FALSE(compound({"f().size=many"}).judge(node(), answer));
    for (const char* text : {"odd>1x5", "country=/(/", "/(/", "base and country=/[[a]]/"}) {
        EXPECT_FALSE(compound({text}).judge(node())) << text;
        EXPECT_FALSE(compound({text}).judge(node(), answer)) << text;
    }
}

TEST(CompoundFilter, HasLimits) {
    const std::vector<Value> many(Compound::max_stacks + 1, Value(Array{}));
    EXPECT_EQ(Compound::from(many).error().code, Errc::limit);
    Array long_stack{Map{{"statement", "a"}}};
    while (long_stack.size() + 2 <= Expression::max_tokens) {
        long_stack.emplace_back(Map{{"and", "and"}});
        long_stack.emplace_back(Map{{"statement", "a"}});
    }
    EXPECT_TRUE(decoded({Value(long_stack)}));
    EXPECT_EQ(decoded({Value(long_stack), Value(long_stack)}).error().code, Errc::limit);
    Array deep;
    for (std::size_t i = 0; i <= Expression::max_depth; ++i)
        deep.emplace_back(Map{{"(", "("}});
    EXPECT_EQ(decoded({Value(deep)}).error().code, Errc::limit);
}

TEST(CompoundFilter, RefusesWhatIsNoExpression) {
    const auto a = Map{{"statement", "a"}};
    for (const auto& stack : {Value("a"),
                              Value(Array{a, a}),
                              Value(Array{Map{{")", ")"}}, Map{{"(", "("}}}),
                              Value(Array{Map{{"not", "not"}}}),
                              Value(Array{Array{a}}),
                              Value(Map{})}) {
        const auto outcome = decoded({Value(stack)});
        ASSERT_FALSE(outcome);
        EXPECT_EQ(outcome.error().code, Errc::malformed) << outcome.error().message;
    }
    const auto skipped = decoded({Value(Array{Map{{"comment", "x"}}})});
    EXPECT_FALSE(skipped->judge(node()).value().value());
}

}  // namespace
}  // namespace mco::filter
