#include "cli/reports/expression.hpp"

#include "core/text/ruby.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

namespace mco::reports {
namespace {

constexpr std::array<std::string_view, 4> known = {"identity", "facts", "classes", "agents"};

const Map& web1() {
    static const Map names = {
        {"identity", "web1.lab.test"},
        {"facts",
         Map{{"os", Map{{"family", "Debian"}, {"release", Map{{"major", "12"}}}}},
             {"cpus", "4"},
             {"load", 0.5},
             {"uptime", 86400},
             {"virtual", false},
             {"disks", Array{"sda", "sdb"}},
             {"motd", " Welcome "},
             {"empty", ""}}},
        {"classes", Array{"roles::web", "apache", "base"}},
        {"agents", Array{"rpcutil", "discovery"}}};
    return names;
}

Expected<std::string> worked_out(const std::string& text) {
    MCO_TRY(tokens, ruby::lex(text, 1));
    ruby::TokenStream stream(tokens);
    MCO_TRY(expression, parse_expression(stream, known));
    stream.skip_newlines();
    if (stream.peek().kind != ruby::Token::Kind::end)
        return stream.unexpected();
    Evaluation evaluation(web1());
    MCO_TRY(value, evaluation.evaluate(expression));
    return text::inspect(*value);
}

struct Case {
    std::string text;
    std::string expected;  // as Ruby inspects it
};

TEST(Expression, IsWorkedOutAsRubyWould) {
    const std::vector<Case> cases = {
        {"identity", R"("web1.lab.test")"},
        {R"(facts["cpus"])", R"("4")"},
        {"facts['cpus']", R"("4")"},
        {"facts[:cpus]", R"("4")"},
        {R"(facts["os"]["family"])", R"("Debian")"},
        {R"(facts["os"]["release"]["major"])", R"("12")"},
        {R"(facts["disks"][0])", R"("sda")"},
        {R"(facts["disks"][-1])", R"("sdb")"},
        {R"(facts["disks"][7])", "nil"},
        {R"(facts["nosuchfact"])", "nil"},
        {R"(facts["nosuchfact"]["below"])", "nil"},
        {R"(facts[ "no" + "such" ])", "nil"},
        {"classes.size", "3"},
        {"classes.length", "3"},
        {"classes.count", "3"},
        {R"(classes.join(", "))", R"("roles::web, apache, base")"},
        {"classes.join", R"("roles::webapachebase")"},
        {R"([["a", ["b"]], "c"].join("-"))", R"("a-b-c")"},
        {R"(classes.sort.join(" "))", R"("apache base roles::web")"},
        {"[10, 9, 1.5].sort", "[1.5, 9, 10]"},
        {"classes.reverse.first", R"("base")"},
        {"classes.last", R"("base")"},
        {"[].first", "nil"},
        {"[1, 1, 2].uniq", "[1, 2]"},
        {R"(classes.include?("apache"))", "true"},
        {R"(facts.include?("cpus"))", "true"},
        {R"(facts.has_key?("nosuchfact"))", "false"},
        {R"(identity.include?("lab"))", "true"},
        {R"(facts["os"].keys)", R"(["family", "release"])"},
        {R"(facts.fetch("cpus", "?"))", R"("4")"},
        {R"(facts.fetch("nosuchfact", "?"))", R"("?")"},
        {R"(facts["cpus"].to_i + 1)", "5"},
        {R"("12.5 GB".to_f)", "12.5"},
        {R"("12.5 GB".to_i)", "12"},
        {"nil.to_i", "0"},
        {"7.9.to_i", "7"},
        {R"(facts["load"].to_s)", R"("0.5")"},
        {R"(facts["nosuchfact"].to_s)", R"("")"},
        {R"(facts["os"]["family"].upcase)", R"("DEBIAN")"},
        {R"("DEBIAN".capitalize)", R"("Debian")"},
        {R"(:Abc.downcase)", R"("abc")"},
        {R"(facts["motd"].strip)", R"("Welcome")"},
        {R"(facts["empty"].empty?)", "true"},
        {"facts.size", "8"},
        {R"("é".size)", "1"},
        {"nil.nil?", "true"},
        {"classes.inspect", R"x("[\"roles::web\", \"apache\", \"base\"]")x"},
        {R"("a" + "b" + "c")", R"("abc")"},
        {"1 + 2 + 0.5", "3.5"},
        {"classes + agents", R"(["roles::web", "apache", "base", "rpcutil", "discovery"])"},
        {R"("#{identity} has #{classes.size} classes")", R"("web1.lab.test has 3 classes")"},
        {R"("#{facts["cpus"]}")", R"("4")"},
        {R"('#{identity}')", R"("\#{identity}")"},
        {R"("a" "b")", R"("ab")"},
        {R"(facts["nosuchfact"] || "unknown")", R"("unknown")"},
        {R"(facts["virtual"] || facts["empty"] || 1)", R"("")"},
        {R"(facts["virtual"] ? "vm" : "metal")", R"("metal")"},
        {R"(classes.include?("apache") ? "web" : "other")", R"("web")"},
        {R"(facts["cpus"] == "4" ? facts["load"] == 0.5 : nil)", "true"},
        {R"(facts["cpus"] != "4")", "false"},
        {"1 == 1.0", "true"},
        {"[identity,\n classes.size,\n]", R"(["web1.lab.test", 3])"},
        {"%w[a b]", R"(["a", "b"])"},
        {"(1 + 1)", "2"},
        {"true", "true"},
    };
    for (const auto& [text, expected] : cases) {
        const auto value = worked_out(text);
        ASSERT_TRUE(value) << text << ": " << value.error().message;
        EXPECT_EQ(*value, expected) << text;
    }
}

TEST(Expression, NamesLineAndWordOfWhatItDoesNotUnderstand) {
    const std::vector<Case> cases = {
        {"idenity", "1: 'idenity' is not understood here (did you mean identity?)"},
        {"[identity,\n`id`]", "2: unexpected '`'"},
        {"system(1)", "1: 'system' is not understood here"},
        {"Kernel", "1: unexpected 'Kernel'"},
        {"identity.instance_eval", "1: the method 'instance_eval' is not understood"},
        {"classes.joim", "1: the method 'joim' is not understood (did you mean join?)"},
        {"classes.each { |x| x }", "1: the method 'each' is not understood"},
        {"classes.join(1, 2)", "1: the method 'join' takes 1 argument"},
        {"classes.size(1)", "1: the method 'size' takes 0 arguments"},
        {"classes.include?", "1: the method 'include?' takes 1 argument"},
        {"facts[", "1: unexpected end of file"},
        {"facts[1 2]", "1: unexpected '2'"},
        {"\"#{identity", "1: #{ is never closed"},
        {"\"#{exit}\"", "1: 'exit' is not understood here"},
        {"true ? 1", "1: unexpected end of file"},
        {"1 | 2", "1: unexpected '2'"},
        {"classes.size.to_s.to_i.nope", "1: the method 'nope' is not understood"},
        {"classes.size.upcase", "1: a number has no method 'upcase'"},
        {"facts[\"nosuchfact\"].size", "1: nil has no method 'size'"},
        {"identity[\"x\"]", "1: a text has no element [\"x\"]"},
        {"identity + 1", "1: a text and a number cannot be added"},
        {"99999999999999999999", "1: cannot read the number 99999999999999999999"},
    };
    for (const auto& [text, expected] : cases) {
        const auto value = worked_out(text);
        ASSERT_FALSE(value) << text;
        EXPECT_EQ(value.error().message, expected) << text;
    }
}

TEST(Expression, DoesNotNestWithoutEnd) {
    EXPECT_EQ(worked_out(std::string(1000, '(')).error().message, "1: nested too deeply");
    std::string chain = "identity";
    for (int i = 0; i < 100; ++i)
        chain += ".to_s";
    EXPECT_EQ(worked_out(chain).error().message, "1: too many methods one behind the other");
}

}  // namespace
}  // namespace mco::reports
