#include "client/select.hpp"

#include "core/filter/compound.hpp"
#include "system/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mco::client {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr const char* load_ddl = R"(
metadata :name => "load", :description => "d", :author => "a", :license => "l", :version => "1", :url => "u", :timeout => 7

dataquery :description => "d" do
    input :query, :prompt => "p", :description => "d", :type => :integer, :optional => true
    output :average, :description => "d", :display_as => "a"
end
)";

constexpr const char* idle_ddl = R"(
metadata :name => "idle", :description => "d", :author => "a", :license => "l", :version => "1", :url => "u", :timeout => 2

dataquery :description => "d" do
    output :since, :description => "d", :display_as => "s"
end
)";

std::string in_red(std::string_view text) {
    return "\x1b[31m" + std::string(text) + "\x1b[0m";
}

class Select : public ::testing::Test {
  protected:
    Select() {
        folder_.write("lib/mcollective/data/load_data.ddl", load_ddl);
        folder_.write("lib/mcollective/data/idle_data.ddl", idle_ddl);
    }

    Expected<Selection> of(const std::vector<std::string>& expressions,
                           const Marking& marking = {}) {
        return select(expressions, catalogue_, marking);
    }

    std::string refusal(const std::string& text, const Marking& marking = {}) {
        const auto selection = of({text}, marking);
        return selection ? "accepted" : selection.error().message;
    }

    /// What is sent as argument of the only function.
    Value argument(const std::string& text) {
        const auto stack = of({text}).value().compound.at(0);
        return *stack.array()->at(0).find("fstatement")->find("params");
    }

    system::TemporaryDirectory folder_;
    Catalogue catalogue_{{folder_ / "lib"}};
};

TEST_F(Select, PutsExpressionsIntoTheirWireForm) {
    const auto selection =
        of({R"(fstat("/etc/hosts").md5!=/abc/ and apache)", "not os = Debian"}).value();
    ASSERT_EQ(selection.compound.size(), 2U);
    EXPECT_EQ(selection.compound[0],
              Value(Array{Map{{"fstatement",
                               Map{{"r_compare", "abc"},
                                   {"operator", "!=~"},
                                   {"value", "md5"},
                                   {"name", "fstat"},
                                   {"params", "/etc/hosts"}}}},
                          Map{{"and", "and"}},
                          Map{{"statement", "apache"}}}));
    EXPECT_EQ(selection.compound[1],
              Value(Array{Map{{"not", "not"}}, Map{{"statement", "os=Debian"}}}));
    EXPECT_TRUE(of({}).value().compound.empty());
    EXPECT_EQ(of({""}).value().compound.at(0), Value(Array{}));
}

TEST_F(Select, SpellsFactsAsEveryReleaseReadsThem) {
    const std::vector<std::pair<std::string, std::string>> cases = {{"a=b", "a=b"},
                                                                    {"a==b", "a=b"},
                                                                    {"a=~/b c/", "a=/b c/"},
                                                                    {"a=~b", "a=/b/"},
                                                                    {"a=/b/", "a=/b/"},
                                                                    {"a => 1", "a>=1"},
                                                                    {"a=<1", "a<=1"},
                                                                    {"a < 1", "a<1"},
                                                                    {"a!=b", "a!=b"},
                                                                    {"/x/", "/x/"},
                                                                    {"roles::web", "roles::web"}};
    for (const auto& [text, expected] : cases)
        EXPECT_EQ(of({text}).value().compound.at(0), Value(Array{Map{{"statement", expected}}}))
            << text;
}

TEST_F(Select, AddsUpWhatThePluginsMayTake) {
    EXPECT_EQ(of({"apache"})->patience, std::chrono::seconds(0));
    EXPECT_EQ(of({"fstat('/x').size>1 or load().average>1", "idle().since>1"})->patience,
              std::chrono::seconds(10));
}

TEST_F(Select, ConvertsArgumentsToTheTypesDeclared) {
    EXPECT_EQ(argument("load('5').average>1"), Value(5));
    EXPECT_EQ(argument("load().average>1"), Value());
    EXPECT_EQ(argument("idle().since>1"), Value());
    EXPECT_EQ(argument("Fstat_data('5').size>1"), Value("5"));
}

TEST_F(Select, RefusesWhatTheDeclarationsDo) {
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"nosuch('x').y=1", "Can't find DDL for data plugin 'nosuch_data'"},
        {"load('many').average>1", "Cannot validate input query: value should be a integer"},
        {"fstat().size>1", "Cannot validate input query: value should be a string"},
        {"idle('x').since>1",
         "No data plugin argument was declared in the idle DDL but an input was supplied"},
        {"fstat('/x').nosuch=1", "Data plugin 'fstat()' does not return a 'nosuch' value"},
        {"agent('a b').version=1",
         "Cannot validate input query: value should match /^[\\w\\_]+$/"}};
    for (const auto& [text, expected] : cases)
        EXPECT_EQ(refusal(text), expected) << text;
}

TEST_F(Select, RefusesPatternsThatNoNodeCouldUse) {
    for (const auto* text :
         {"a=/(/", "a=~[b", "/a(/", "fstat('/x').md5=/[/", "fstat('/x').md5!=/[/"})
        EXPECT_THAT(refusal(text), AllOf(HasSubstr("/"), Not(HasSubstr("token")))) << text;
    for (const auto* text :
         {"a=/(b)/", "/a(b)/", "fstat('/x').md5=/[a-f]/", "a='('", "fstat('/x').md5='['"})
        EXPECT_EQ(refusal(text), "accepted") << text;
}

TEST_F(Select, MarksWhatIsWrong) {
    const auto red = [](const std::string& characters) {
        std::string text;
        for (const char c : characters)
            text += "\x1b[31m" + std::string(1, c) + "\x1b[0m";
        return text;
    };
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"a and path=/usr/bin or b",
         "Malformed token(s) found while parsing -S input a and " + red("path=/usr/bin") +
             " or b: at character 17: "},
        {"a b c",
         "Parse errors found while parsing -S input a " + red("b") + " c: at character 3: "},
        {"a and (b", "Missing parenthesis found while parsing -S input a and " + red("(") + "b: "},
        {"b)", "Missing parenthesis found while parsing -S input b" + red(")") + ": "},
        {"a or not (", "Parse errors found while parsing -S input a or not " + red("(") + ": "},
        {"a ", "Parse errors found while parsing -S input a" + red(" ") + ": "},
        {"ü and !",
         "Parse errors found while parsing -S input ü and " + red("!") + ": at character 7: "}};
    for (const auto& [text, expected] : cases)
        EXPECT_THAT(refusal(text, in_red), StartsWith(expected)) << text;
    EXPECT_THAT(refusal("a b"), StartsWith("Parse errors found while parsing -S input a b: "));
    EXPECT_THAT(refusal("fo\xc3\xbc=a/b", in_red), HasSubstr("\x1b[31m\xc3\xbc\x1b[0m"));
    EXPECT_THAT(refusal(std::string(filter::max_compound_text + 1, 'a')),
                StartsWith("Too much found while parsing -S input: the expression is longer than"));
}

}  // namespace
}  // namespace mco::client
