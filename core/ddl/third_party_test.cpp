// What other people's declarations use beyond the plain statements: more Ruby than a declaration
// needs, none of which is ever run.
#include "core/ddl/ddl.hpp"
#include "core/ddl/validate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace mco::ddl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string about(const std::string& timeout) {
    return "metadata :name => 'n', :description => 'd', :author => 'a', :license => 'l', "
           ":version => '1', :url => 'u', :timeout => " +
           timeout + "\n";
}

Ddl parsed(const std::string& text) {
    auto ddl = parse(text, "x.ddl", Kind::agent);
    EXPECT_TRUE(ddl) << (ddl ? "" : ddl.error().message);
    return ddl ? *std::move(ddl) : Ddl{};
}

std::string problem(const std::string& text) {
    const auto ddl = parse(text, "x.ddl", Kind::agent);
    return ddl ? "" : ddl.error().message;
}

/// The description of the one action whose description is the expression.
std::string described(const std::string& expression, const std::string& before = "") {
    const auto ddl = parsed(about("5") + before + "\naction 'a', :description => " + expression);
    return ddl.actions.size() == 1 ? ddl.actions[0].description : "no action";
}

/// Issue 12, item 26, in one declaration.
TEST(DdlThirdParty, DeclarationsThatTheOriginalLoadsAreReadAndNothingIsRun) {
    const auto ddl = parsed(R"(require "shellwords"
kilobyte = 1024
LIMIT = 10 * kilobyte

def common(what, optional = true)
    input :target,
          :prompt => "Target", :description => "What to #{what[0..3].sub('chec', 'test')}",
          :type => :string, :validation => 1, :optional => optional, :maxlength => LIMIT
end

def surroundings
    begin
        `hostname`.strip
    rescue => e
        if e then "x" end
    end
end

metadata :name => "probe", :description => "d", :author => "a", :license => "l",
         :version => "1", :url => "u", :timeout => "10"

[["check", "Checks"], ["repair", "Repairs"]].each do |act, words|
    action act, :description => "#{words} it" do
        common act, act == 'check'
        input :names, :prompt => "Names", :description => "Whose", :type => :Array, :optional => true
        output :state, :description => "How it is", :display_as => "State"
        if respond_to?(:summarize)
            summarize do
                summary(:state)
                aggregate summary(:state, "%s: %d")
            end
        end
        if respond_to? :telepathy
            output :thought, :description => "", :display_as => ""
        end
    end
end
)");
    EXPECT_EQ(ddl.metadata.timeout, 10);
    ASSERT_EQ(ddl.actions.size(), 2U);
    const auto& check = ddl.actions[0];
    EXPECT_EQ(check.description, "Checks it");
    ASSERT_EQ(check.inputs.size(), 2U);
    EXPECT_EQ(check.inputs[0].description, "What to test");
    EXPECT_EQ(check.inputs[0].maxlength, 10'240U);
    EXPECT_TRUE(check.inputs[0].optional);
    EXPECT_EQ(check.inputs[0].validation, Validation());
    EXPECT_TRUE(validate(check.inputs[1], Value("one,two")));
    EXPECT_EQ(check.outputs.size(), 1U);
    ASSERT_EQ(check.aggregates.size(), 1U);
    EXPECT_EQ(check.aggregates[0].format, std::nullopt);
    EXPECT_EQ(ddl.actions[1].inputs[0].description, "What to repa");
    EXPECT_FALSE(ddl.actions[1].inputs[0].optional);
    EXPECT_THAT(
        ddl.notes,
        ElementsAre("line 1: 'require' does nothing in a declaration",
                    "line 11: the method surroundings is more Ruby than is read here",
                    "line 6: the validation 1 checks nothing",
                    "line 25: the type :Array of input names is a conversion of Ruby's: it accepts "
                    "whatever can be converted",
                    "line 29: 'summary' without 'aggregate' adds nothing up",
                    "line 30: the argument \"%s: %d\" of aggregate summary is no hash of options"));
}

TEST(DdlThirdParty, ComputesAsRubyDoes) {
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"(10 * 1024).to_s", "10240"},
        {"(2 + 3 * 4 - 1).to_s", "13"},
        {"(10-1).to_s", "9"},
        {"(-7 / 2).to_s", "-4"},
        {"(-7 % 3).to_s", "2"},
        {"(2 ** 10).to_s", "1024"},
        {"(7 / 2.0).to_s", "3.5"},
        {"'ab' * 3", "ababab"},
        {"'%s-%03d' % ['a', 7]", "a-007"},
        {"'%s' % :x", "x"},
        {"([1] + [2, 3]).join('.')", "1.2.3"},
        {"'yum_clean'[4..-1].sub('_', ' ')", "clean"},
        {"'abcdef'[1, 3]", "bcd"},
        {"'abcdef'[1...3]", "bc"},
        {"'abcdef'[-2..-1]", "ef"},
        {"'h\u00e9llo'[1..2]", "\u00e9l"},
        {"'abc'[9].to_s + 'x'", "x"},
        {"'a1b22'[/[0-9]+/]", "1"},
        {"['a', 'b'][-1]", "b"},
        {"{:a => 'x'}[:a]", "x"},
        {"'a-b-c'.gsub('-', '_')", "a_b_c"},
        {"'a  b'.gsub(/\\s+/, '_')", "a_b"},
        {"true && 'x' || 'y'", "x"},
        {"nil || 'y'", "y"},
        {"1 < 2 ? 'less' : 'more'", "less"},
        {"!('ab' =~ /b/) ? 'no' : 'yes'", "yes"},
        {"['a'].include?('a') ? 'in' : 'out'", "in"},
        {"' x '.strip.length.to_s", "1"},
    };
    for (const auto& [expression, expected] : cases)
        EXPECT_EQ(described(expression), expected) << expression;
}

TEST(DdlThirdParty, ReadsVariablesLoopsAndMethods) {
    EXPECT_EQ(described("names.join(' ')", "names = %w[a b]\nnames += ['c']"), "a b c");
    EXPECT_EQ(described("NAMES[:b]", "NAMES = {:a => 'x', :b => 'y'}.freeze"), "y");
    EXPECT_EQ(described("@what", "@what = 'it'"), "it");
    EXPECT_EQ(described("wrap('x')", "def wrap(text, by = '*')\n  by + text + by\nend"), "*x*");
    EXPECT_EQ(described("kind", "def kind\n  'a' if false\n  'b'\nend"), "b");
    EXPECT_EQ(described("seen",
                        "seen = ''\n{:a => 1, :b => 2}.each { |k, v| seen += \"#{k}#{v}\" }\n"
                        "(1..3).each do |i| seen += i.to_s unless i == 2 end\n"
                        "%w[p q].each_with_index do |v, i| seen += \"#{v}#{i}\" end"),
              "a1b213p0q1");
    EXPECT_THAT(problem(about("5") + "def f\n x\nend\nx = 1\nusage f"),
                HasSubstr("unknown statement 'x'"));
}

TEST(DdlThirdParty, WhatCannotBeFoundOutCostsOnlyWhoeverUsesIt) {
    const auto ddl =
        parsed(about("'soon'") +
               "where = File.read('/etc/hostname')\nLog::Sink.open('x')\nputs 'hello'\n"
               "action 'a', :description => 'd' do\n"
               " input :x, :prompt => 'p', :description => 'd', :type => nil, "
               ":optional => true\nend");
    EXPECT_EQ(ddl.metadata.timeout, 10);
    EXPECT_THAT(ddl.notes,
                ElementsAre("line 1: the timeout \"soon\" is no number of seconds",
                            "line 2: where was not found out",
                            "line 3: a value that nobody uses was not found out",
                            "line 4: 'puts' does nothing in a declaration",
                            "line 6: the type nil of input x checks nothing"));
    EXPECT_EQ(ddl.actions[0].inputs[0].type, "any");
    EXPECT_EQ(problem("where = File.read('/etc/hostname')\nusage where"),
              "x.ddl:1: the method read is not supported here");
    EXPECT_THAT(problem("def f\n `id`\nend\nf"), HasSubstr("4: the method f is more Ruby than"));
}

TEST(DdlThirdParty, RunawayComputationsEnd) {
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"def f\n f\nend\nf", "too deeply"},
        {"def f(n)\n g n\nend\ndef g(n)\n f n\nend\nf 1", "too deeply"},
        {"a = [1]\n(1..40).each do |i| a = [a, a] end", "too much text"},
        {"a = 'x' * 200000\n(1..40).each do |i| b = a + a end", "too much text"},
        {"(1..1000).each do |i| (1..1000).each do |j| i end end", "too much work"},
        {"usage('x' * 999999999)", "a text becomes too long"},
        {"usage((9 ** 60).to_s)", "a number becomes too large"},
        {"usage((9223372036854775807 + 1).to_s)", "a number becomes too large"},
        {"usage((1 / 0).to_s)", "division by zero"},
        {"(1..9223372036854775807).each do |i| i end", "the range is too long"},
        {"usage 'abc'[9223372036854775807, 1]", "an index is one number"},
        {"usage " + std::string(100, '!') + "true", "nested too deeply"},
    };
    for (const auto& [text, message] : cases)
        EXPECT_THAT(problem(text), HasSubstr(message)) << text;
}

}  // namespace
}  // namespace mco::ddl
