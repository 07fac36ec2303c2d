#include "core/ddl/ddl.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace mco::ddl {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

Ddl parsed(const std::string& text, Kind kind = Kind::agent) {
    auto ddl = parse(text, "x.ddl", kind);
    EXPECT_TRUE(ddl) << (ddl ? "" : ddl.error().message);
    return ddl ? *std::move(ddl) : Ddl{};
}

std::string problem(const std::string& text, Kind kind = Kind::agent) {
    const auto ddl = parse(text, "x.ddl", kind);
    return ddl ? "" : ddl.error().message;
}

const std::string metadata = R"(metadata :name        => "hello",
         :description => 'Says hello',
         :author      => "A. N. Other <other@example.net>",
         :license     => "Apache-2.0",
         :version     => "1.2",
         :url         => "https://example.net/hello",
         :timeout     => 30
)";

std::string in_action(const std::string& body) {
    return metadata + "action \"say\", :description => \"d\" do\n" + body + "\nend\n";
}

TEST(DdlParse, ReadsAWholeAgent) {
    const auto ddl = parsed(metadata + R"(
# a comment
requires :mcollective => "2.2.1"

usage <<-EOU
Say hello.

  Twice.
EOU

action "say", :description => "Says it" do
    display :always

    input :words,
          :prompt      => "Words",          # what to say
          :description => "What to say",
          :type        => :string,
          :validation  => '^[a-z ]+$',
          :optional    => true,
          :default     => "hello",
          :maxlength   => 40

    input "mode",
          :prompt => "Mode", :description => "How", :type => :list,
          :list => ["loud", :soft, 3], :optional => false

    output :said,
           :description => "What was said",
           :display_as  => "Said",
           :default     => "nothing"

    summarize do
        aggregate summary(:said)
    end
end

action :shout, :description => "Loud"
)");
    EXPECT_EQ(ddl.metadata.name, "hello");
    EXPECT_EQ(ddl.metadata.author, "A. N. Other <other@example.net>");
    EXPECT_EQ(ddl.metadata.timeout, 30);
    EXPECT_EQ(ddl.requires_version, "2.2.1");
    EXPECT_EQ(ddl.usage, "Say hello.\n\n  Twice.\n");
    ASSERT_EQ(ddl.actions.size(), 2U);
    const auto& say = ddl.actions[0];
    EXPECT_EQ(say.description, "Says it");
    EXPECT_EQ(say.display, Display::always);
    ASSERT_EQ(say.inputs.size(), 2U);
    EXPECT_EQ(say.inputs[0].name, "words");
    EXPECT_TRUE(say.inputs[0].optional);
    EXPECT_EQ(say.inputs[0].validation, Validation(Pattern{"^[a-z ]+$", 0, false}));
    EXPECT_EQ(say.inputs[0].maxlength, 40U);
    EXPECT_EQ(say.inputs[0].default_value, Value("hello"));
    EXPECT_EQ(say.inputs[1].list, (std::vector<Value>{"loud", Symbol{"soft"}, 3}));
    EXPECT_FALSE(say.inputs[1].optional);
    ASSERT_EQ(say.outputs.size(), 1U);
    EXPECT_EQ(say.outputs[0].display_as, "Said");
    EXPECT_EQ(say.outputs[0].default_value, Value("nothing"));
    ASSERT_EQ(say.aggregates.size(), 1U);
    EXPECT_EQ(say.aggregates[0].function, "summary");
    EXPECT_EQ(say.aggregates[0].output, "said");
    EXPECT_EQ(ddl.actions[1].name, "shout");
    EXPECT_EQ(ddl.actions[1].display, Display::failed);
    EXPECT_NE(ddl.action("shout"), nullptr);
    EXPECT_EQ(ddl.action("whisper"), nullptr);
}

TEST(DdlParse, ReadsTheIdiomsOfLoops) {
    const auto ddl = parsed(metadata + R"(
["start", "stop"].each do |act|
    action act, :description => "#{act.capitalize} a service" do
        input :service,
              :prompt => "Service", :description => "The service to #{act}",
              :type => :service_name, :optional => false
        output :status, :description => "#{act.sub(/p$/, 'pp')}ed", :display_as => act.to_s.capitalize
        if act == 'stop'
            output :killed, :description => "By force", :display_as => "Killed"
        else
            output "started_at", :description => "When", :display_as => "Started"
        end
    end
end
action "status", :description => "Shows" do
    [:name, :state].each { |item| output item, :description => "The #{item}", :display_as => item.to_s.capitalize }
    %w[a b].each do |v| output v, :description => v + "!", :display_as => v.upcase end
    unless true
        output :never, :description => "", :display_as => ""
    end
end
)");
    ASSERT_EQ(ddl.actions.size(), 3U);
    EXPECT_EQ(ddl.actions[0].description, "Start a service");
    EXPECT_EQ(ddl.actions[1].inputs[0].description, "The service to stop");
    EXPECT_EQ(ddl.actions[1].inputs[0].type, "service_name");
    EXPECT_EQ(ddl.actions[0].outputs[0].description, "started");
    EXPECT_EQ(ddl.actions[1].outputs[0].description, "stopped");
    EXPECT_EQ(ddl.actions[1].outputs[0].display_as, "Stop");
    EXPECT_NE(ddl.actions[1].output("killed"), nullptr);
    EXPECT_EQ(ddl.actions[0].output("killed"), nullptr);
    EXPECT_NE(ddl.actions[0].output("started_at"), nullptr);
    std::vector<std::string> names;
    for (const auto& output : ddl.actions[2].outputs)
        names.push_back(output.name + "=" + output.display_as + "=" + output.description);
    EXPECT_EQ(names,
              (std::vector<std::string>{
                  "name=Name=The name", "state=State=The state", "a=A=a!", "b=B=b!"}));
}

TEST(DdlParse, ReadsEveryKindOfLiteral) {
    const auto value_of = [](const std::string& literal) {
        const auto ddl = parsed(in_action(
            "output :x, :description => 'd', :display_as => 'X', :default => " + literal));
        return ddl.actions.empty() || ddl.actions[0].outputs.empty()
                   ? Value("missing")
                   : ddl.actions[0].outputs[0].default_value;
    };
    const std::vector<std::pair<std::string, Value>> cases = {
        {"1", 1},
        {"-12", -12},
        {"1_000", 1000},
        {"1.5", 1.5},
        {"true", true},
        {"nil", Value()},
        {":sym", Symbol{"sym"}},
        {":'a b'", Symbol{"a b"}},
        {R"('it''s')", "its"},
        {R"('it\'s \n')", "it's \\n"},
        {R"("a\tb\n\"\\\u00e9\u{e9}\#{x}")", "a\tb\n\"\\\u00e9\u00e9#{x}"},
        {R"("a" "b" \
             "c")",
         "abc"},
        {"%q(it's)", "it's"},
        {"[1, [2, 'a'],\n  :b,\n]", Array{1, Array{2, "a"}, Symbol{"b"}}},
        {"{:a => 1, 'b' => [2], c: true}",
         Map{{Symbol{"a"}, 1}, {"b", Array{2}}, {Symbol{"c"}, true}}},
        {"{}", Map{}},
        {"[]", Array{}},
        {"('a' + 'b')", "ab"},
        {R"(/a\/b\.c/i)", Regexp{"a/b\\.c", 1}},
        {"%r{/x}", Regexp{"/x", 0}},
        {"<<EOS\nline #{1}\nEOS", "line 1\n"},
        {"<<-'EOS'\nline #{1}\n   EOS", "line #{1}\n"},
        {"<<~EOS\n    a\n      b\n\n    EOS", "a\n  b\n\n"},
    };
    for (const auto& [literal, expected] : cases)
        EXPECT_EQ(value_of(literal), expected) << literal;
}

TEST(DdlParse, ReadsTypesAndValidations) {
    const auto input = [](const std::string& properties) {
        const auto ddl = parsed(in_action(
            "input :x, :prompt => 'p', :description => 'd', :optional => false, " + properties));
        return ddl.actions.empty() || ddl.actions[0].inputs.empty() ? Input{}
                                                                    : ddl.actions[0].inputs[0];
    };
    EXPECT_EQ(input(":type => Hash").type, "hash");
    EXPECT_EQ(input(":type => :boolean").type, "boolean");
    EXPECT_EQ(input(":type => ['a', 'b']").list, (std::vector<Value>{"a", "b"}));
    EXPECT_EQ(input(":type => /a/").validation, Validation(Pattern{"a", 0, true}));
    const auto regexp = input(":type => :string, :validation => /.+/i, :maxlength => 0");
    EXPECT_EQ(regexp.validation, Validation(Pattern{".+", 1, true}));
    EXPECT_EQ(regexp.maxlength, 0U);
    EXPECT_EQ(input(":type => :string, :validation => :shellsafe, :maxlength => '20'").validation,
              Validation(ValidatorName{"shellsafe"}));
    EXPECT_EQ(input(":type => :string, :validation => :shellsafe, :maxlength => '20'").maxlength,
              20U);
}

TEST(DdlParse, ReadsAggregatesInEverySpelling) {
    const auto ddl = parsed(in_action(R"(summarize do
        aggregate summary(:a)
        aggregate(sum(:b))
        aggregate average(:c, :format => "Mean: %.2f")
        aggregate summary(:d, {:format => "%s"})
        aggregate sum(:e), :format => "Total: %d"
        aggregate boolean_summary(:f, {:true => "Yes", :false => "No"})
    end)"));
    const auto& aggregates = ddl.actions.at(0).aggregates;
    ASSERT_EQ(aggregates.size(), 6U);
    EXPECT_EQ(aggregates[0].format, std::nullopt);
    EXPECT_EQ(aggregates[1].function, "sum");
    EXPECT_EQ(aggregates[2].format, "Mean: %.2f");
    EXPECT_EQ(aggregates[3].format, "%s");
    EXPECT_EQ(aggregates[4].format, "Total: %d");
    EXPECT_EQ(aggregates[5].options, (Map{{Symbol{"true"}, "Yes"}, {Symbol{"false"}, "No"}}));
}

TEST(DdlParse, ReadsDataAndDiscoveryPlugins) {
    const auto data = parsed(metadata + R"(
dataquery :description => "Looks" do
    input :query, :prompt => "P", :description => "D", :type => :string, :validation => /./, :maxlength => 9
    output :present, :description => "There", :display_as => "Present"
end)",
                             Kind::data);
    ASSERT_EQ(data.actions.size(), 1U);
    EXPECT_EQ(data.actions[0].name, "data");
    EXPECT_EQ(data.actions[0].description, "Looks");
    EXPECT_EQ(data.actions[0].inputs.at(0).name, "query");
    const auto list =
        parsed(metadata + "discovery do\n capabilities [:classes, :facts]\nend", Kind::discovery);
    EXPECT_EQ(list.capabilities, (std::vector<std::string>{"classes", "facts"}));
    const auto bare =
        parsed(metadata + "discovery do\n capabilities :identity\nend", Kind::discovery);
    EXPECT_EQ(bare.capabilities, (std::vector<std::string>{"identity"}));
    EXPECT_EQ(parsed(metadata, Kind::validator).metadata.version, "1.2");
}

TEST(DdlParse, ExtendsAnActionThatIsRepeated) {
    const auto ddl = parsed(in_action("output :a, :description => 'd', :display_as => 'A'") +
                            "action 'say', :description => 'other' do\n"
                            "output :b, :description => 'd', :display_as => 'B'\nend\n");
    ASSERT_EQ(ddl.actions.size(), 1U);
    EXPECT_EQ(ddl.actions[0].description, "d");
    EXPECT_EQ(ddl.actions[0].outputs.size(), 2U);
}

TEST(DdlParse, RefusesWhatIsNotADeclarationAndSaysWhere) {
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"system('id')", "x.ddl:1: unknown statement 'system'"},
        {"`id`", "x.ddl:1: unexpected '`'"},
        {"\n\nx = `id`", "x.ddl:3: unexpected '`'"},
        {"x == 1 = 2", "x.ddl:1: unexpected '='"},
        {"metadata :name => \"#{`id`}\"", "x.ddl:1: unexpected '`'"},
        {"metadata :name => File.read('/etc/passwd')", "x.ddl:1: the method read is not supported"},
        {"metadata :name => 'x'", "x.ddl:1: Metadata needs a :description property"},
        {"action 'a', :description => 'd' do\n display :loud\nend", "x.ddl:2: display is one of"},
        {"action 'a', :description => 'd' do\n input :a\nend",
         "x.ddl:2: 'input' lacks an argument"},
        {"action 'a', :description => 'd' do\n input :a, :prompt => 'p'\nend",
         "x.ddl:2: Input a needs a :description"},
        {"action 'a' do\nend", "x.ddl:1: 'action' lacks an argument"},
        {"action 'a', :description => 'd' do", "x.ddl:1: unexpected end of file"},
        {"input :a, :prompt => 'p'", "x.ddl:1: 'input' cannot stand here"},
        {"usage <<-EOU\nno end", "x.ddl:1: the heredoc EOU is never closed"},
        {"usage \"no end", "x.ddl:1: a string is never closed"},
        {"usage \"#{nobody}\"", "x.ddl:1: unknown name 'nobody'"},
        {"end", "x.ddl:1: unexpected 'end'"},
        {"dataquery :description => 'd' do\nend", "x.ddl:1: 'dataquery' does not belong"},
        {"requires :puppet => '1'", "x.ddl:1: 'requires' knows only"},
        {std::string(100, '['), "x.ddl:1: nested too deeply"},
        {"[1, 2, 3].each do |i|\n usage i\nend", "x.ddl:2: 'usage' wants one text"},
        {"action 'a', :description => 'd' do summarize do aggregate summary end end",
         "x.ddl:1: 'aggregate' wants a function"},
        {"# " + std::string(300'000, 'x'), "x.ddl:1: the file is too long"},
    };
    for (const auto& [text, message] : cases)
        EXPECT_THAT(problem(text), StartsWith(message)) << text.substr(0, 200);
    EXPECT_THAT(problem(metadata, Kind::data), HasSubstr("needs a dataquery"));
    EXPECT_THAT(problem(metadata, Kind::discovery), HasSubstr("needs capabilities"));
}

TEST(DdlParse, RunawayLoopsEnd) {
    std::string text;
    for (int i = 0; i < 6; ++i)
        text += "[1,2,3,4,5,6,7,8,9,10].each do |v" + std::to_string(i) + "|\n";
    text += "usage \"x\"\n";
    for (int i = 0; i < 6; ++i)
        text += "end\n";
    EXPECT_THAT(problem(text), HasSubstr("too much work"));
    const std::string big(200'000, 'x');
    EXPECT_THAT(
        problem("%w[" + std::string(400, 'a') + "].each do |v|\nusage \"" + big + "\"\nend"), "");
    std::string many = "%w[";
    for (int i = 0; i < 100; ++i)
        many += "a ";
    EXPECT_THAT(problem(many + "].each do |v|\nusage \"" + big + "\"\nend"),
                HasSubstr("too much text"));
}

/// The declarations that the original installs: ours must read all of them. They are not part of
/// this project.
TEST(DdlParse, ReadsWhatTheOriginalShips) {
    const std::filesystem::path root = "/usr/lib/ruby/vendor_ruby/mcollective";
    if (!std::filesystem::exists(root))
        GTEST_SKIP() << "the package mcollective-common is not installed";
    const std::vector<std::pair<std::string, Kind>> kinds = {{"agent", Kind::agent},
                                                             {"data", Kind::data},
                                                             {"discovery", Kind::discovery},
                                                             {"validator", Kind::validator},
                                                             {"aggregate", Kind::aggregate},
                                                             {"connector", Kind::connector}};
    int read = 0;
    for (const auto& [folder, kind] : kinds) {
        for (const auto& entry : std::filesystem::directory_iterator(root / folder)) {
            if (entry.path().extension() != ".ddl")
                continue;
            std::stringstream text;
            text << std::ifstream(entry.path()).rdbuf();
            const auto ddl = parse(text.str(), entry.path().string(), kind);
            ASSERT_TRUE(ddl) << ddl.error().message;
            EXPECT_FALSE(ddl->metadata.name.empty()) << entry.path();
            ++read;
        }
    }
    EXPECT_GE(read, 20);
}

}  // namespace
}  // namespace mco::ddl
