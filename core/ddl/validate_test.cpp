#include "core/ddl/validate.hpp"

#include "core/ddl/bind.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace mco::ddl {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

Input input_of(std::string type) {
    Input input;
    input.name = "key";
    input.type = std::move(type);
    return input;
}

Input string_input(Validation validation, std::size_t maxlength = 0) {
    auto input = input_of("string");
    input.validation = std::move(validation);
    input.maxlength = maxlength;
    return input;
}

/// Why `value` is refused for `input`; empty if it is accepted.
std::string reason(const Input& input, const Value& value) {
    const auto outcome = validate(input, value);
    if (outcome)
        return "";
    EXPECT_THAT(outcome.error().message, StartsWith("Cannot validate input key: "));
    return outcome.error().message.substr(std::string("Cannot validate input key: ").size());
}

TEST(Validate, Types) {
    struct Case {
        std::string type;
        Value value;
        bool accepted;
    };

    const std::vector<Case> cases = {
        {"integer", 1, true},       {"integer", 1.0, false}, {"integer", "1", false},
        {"float", 1.0, true},       {"float", 1, false},     {"number", 1, true},
        {"number", 1.5, true},      {"number", "1", false},  {"boolean", false, true},
        {"boolean", "true", false}, {"boolean", 1, false},   {"array", Array{}, true},
        {"array", "x", false},      {"hash", Map{}, true},   {"hash", Array{}, false},
        {"any", Value(), true},     {"any", Map{}, true},    {"integer", Value(), false},
        {"shellsafe", "a b", true}, {"shellsafe", 1, false},
    };
    for (const auto& [type, value, accepted] : cases)
        EXPECT_EQ(reason(input_of(type), value).empty(), accepted) << type;
    EXPECT_EQ(reason(input_of("integer"), "1"), "value should be a integer");
    EXPECT_THAT(reason(input_of("nonesuch"), "1"), HasSubstr("no validator 'nonesuch'"));
}

TEST(Validate, StringsByLengthPatternAndValidator) {
    EXPECT_EQ(reason(string_input({}), "anything\nat all"), "");
    EXPECT_EQ(reason(string_input({}), Symbol{"a"}), "value should be a string");
    EXPECT_EQ(reason(string_input({}), Value()), "value should be a string");
    EXPECT_EQ(reason(string_input({}, 3), "na\u00efve"),
              "Input string is longer than 3 character(s)");
    EXPECT_EQ(reason(string_input({}, 5), "na\u00efve"), "");
    const Pattern word{"^[a-z]+$", 0, false};
    EXPECT_EQ(reason(string_input(word), "abc"), "");
    EXPECT_EQ(reason(string_input(word), "ABC"), "value should match ^[a-z]+$");
    EXPECT_EQ(reason(string_input(word), "abc\n;id"), "value should match ^[a-z]+$");
    EXPECT_EQ(reason(string_input(word), "abc\n"), "value should match ^[a-z]+$");
    EXPECT_EQ(reason(string_input(word), "abc\xff"), "value should match ^[a-z]+$");
    EXPECT_EQ(reason(string_input(Pattern{"b", 0, false}), "abc"), "");
    EXPECT_EQ(reason(string_input(Pattern{"^A/.$", 1, true}), "x"),
              "value should match /^A\\/.$/i");
    EXPECT_EQ(reason(string_input(Pattern{"^A/.$", 1, true}), "a/b"), "");
    EXPECT_THAT(reason(string_input(Pattern{"(a+)+$", 0, false}), std::string(60, 'a') + "!"),
                HasSubstr("gave up"));
    EXPECT_EQ(reason(string_input(ValidatorName{"shellsafe"}), "a;b"),
              "value should not have ; in it");
    auto listed = string_input({});
    listed.list = {"a", "b"};
    EXPECT_EQ(reason(listed, "c"), "value should be one of a, b");
}

TEST(Validate, ListsCompareWithTheirTypes) {
    auto input = input_of("list");
    input.list = {"1", 2, Symbol{"three"}};
    EXPECT_EQ(reason(input, "1"), "");
    EXPECT_EQ(reason(input, 1), "value should be one of 1, 2, three");
    EXPECT_EQ(reason(input, 2), "");
    EXPECT_EQ(reason(input, "three"), "value should be one of 1, 2, three");
    EXPECT_EQ(reason(input, Symbol{"three"}), "");
}

TEST(Validate, NamedValidators) {
    struct Case {
        std::string validator;
        std::vector<std::string> good;
        std::vector<std::string> bad;
    };

    const std::vector<Case> cases = {
        {"shellsafe", {"a&b", "(a) 'b' \"c\"\n", ""}, {"`", "$x", "a;", "a|b", "a&&b", ">", "<"}},
        {"ipv4address",
         {"10.0.0.1", "10.0.0.0/8", "10.0.0.0/255.0.0.0"},
         {"10.0.0",
          "::1",
          "10.0.0.0/33",
          "10.0.0.1/",
          "x",
          "",
          "10.0.0.01",
          std::string("10.0.0.1\0", 9)}},
        {"ipv6address", {"::1", "fe80::/10", "2001:db8::1"}, {"10.0.0.1", "::1/129", "::g", ""}},
        {"ipaddress",
         {"10.0.0.1", "10.0.0.0/8", "::1", "2001:db8::/32"},
         {"", "10.0.0", "host", "10.0.0.1/33", "::1/129", "1"}},
        {"nettest_fqdn",
         {"host1.example.com", "localhost", "10.0.0.1", "a-b.c"},
         {"", "not a hostname", "1host", "a_b", "a-", "10.0.0.1/8", "a\n", "::1", "a..b", "a:80"}},
        {"nettest_server_address",
         {"host.example.com:8080", "localhost:1", "10.0.0.1:22", "1host:80"},
         {"",
          "host.example.com",
          ":8080",
          "host:",
          "localhost#:80",
          "host:http",
          "host:80:81",
          "::1",
          "a$b:80",
          "host:80\n"}},
        {"service_name",
         {"sshd", "getty@tty1.service", "a:b_c-d"},
         {"", "a b", "a/b", "a\n", "a;b"}},
        {"package_name", {"libc6", "python3.11-minimal", "a_b"}, {"", "a@b", "g++", "a\nb"}},
        {"puppet_variable", {"a", "Z", "foo_1", "_x", "12"}, {"", "1", "_", "a b", "a::b", "a$"}},
        {"puppet_tags",
         {"one", "one,two", "apache::server,x", ""},
         {"one two", "a:::b", "::a", "a;b", "a,-b"}},
        {"puppet_resource",
         {"File[/etc/hosts]", "user[a b]"},
         {"File", "[x]", "File[]", "a-b[x]", "File[x]y", "F[a\nb]"}},
        {"puppet_server_address",
         {"puppet",
          "puppet.example.net",
          "puppet:8140",
          "10.0.0.1",
          "10.0.0.1:8140",
          "::1",
          "[::1]",
          "[::1]:8140"},
         {"",
          "1puppet",
          "puppet:",
          "puppet:x",
          "[::1]:x",
          "a_b",
          "-a",
          "a-",
          "a..b",
          "a;b",
          "a\n"}},
    };
    for (const auto& [validator, good, bad] : cases) {
        for (const auto& text : good)
            EXPECT_EQ(reason(input_of(validator), text), "") << validator << " on " << text;
        for (const auto& text : bad)
            EXPECT_NE(reason(input_of(validator), text), "") << validator << " on " << text;
    }
}

TEST(Validate, PuppetInputsAreRefusedInTheWordsOfItsPlugin) {
    EXPECT_EQ(reason(input_of("puppet_variable"), "a-b"), "Invalid variable name 'a-b' specified");
    EXPECT_EQ(reason(input_of("puppet_tags"), "a, b"), "Invalid variable name ' b' specified");
    EXPECT_EQ(reason(input_of("puppet_tags"), "a::1"), "Invalid variable name '1' specified");
    EXPECT_EQ(reason(input_of("puppet_resource"), "motd"), "'motd' is not a valid resource name");
    const auto server = input_of("puppet_server_address");
    EXPECT_EQ(reason(server, "a_b:80"), "The hostname 'a_b' is not a valid hostname");
    EXPECT_EQ(reason(server, "a:b"), "The port 'b' is not a valid puppet master port");
}

Ddl sample() {
    auto ddl = parse(R"(
action "say", :description => "d" do
    input :words, :prompt => "p", :description => "d", :type => :string, :validation => "^[a-z]+$", :maxlength => 9,
          :optional => false, :default => "hello"
    input :times, :prompt => "p", :description => "d", :type => :integer, :optional => true, :default => 2
    input :silent, :prompt => "p", :description => "d", :type => :boolean, :optional => false
    output :said, :description => "d", :display_as => "S"
    output :count, :description => "d", :display_as => "C", :default => 0
end)",
                     "hello.ddl",
                     Kind::agent);
    EXPECT_TRUE(ddl);
    return *std::move(ddl);
}

TEST(Validate, AddressesSayWhatIsWrong) {
    EXPECT_EQ(reason(input_of("ipaddress"), "x"), "value should be an ip address");
    EXPECT_EQ(reason(input_of("nettest_fqdn"), "a b"), "value should be a valid fqdn");
    const auto server = input_of("nettest_server_address");
    EXPECT_THAT(reason(server, "host"), HasSubstr("must include host and port"));
    EXPECT_EQ(reason(server, "-:80"), "value has a bad hostname");
    EXPECT_EQ(reason(server, "a:b"), "value has a bad port");
    EXPECT_EQ(reason(server, "a|b:80"), "value should not have | in it");
    EXPECT_EQ(reason(server, 80), "value should be a string");
}

TEST(Validate, ACallAsAWhole) {
    const auto ddl = sample();
    const auto message = [&ddl](std::string_view action, const Map& inputs) {
        const auto outcome = validate(ddl, "hello", action, inputs);
        return outcome ? std::string() : outcome.error().message;
    };
    EXPECT_EQ(message("say", {{"words", "hi"}, {"silent", true}}), "");
    EXPECT_EQ(message("say", {{Symbol{"words"}, "hi"}, {"silent", true}, {"undeclared", Map{}}}),
              "");
    EXPECT_EQ(message("say", {{"words", "hi"}}), "Action say needs a silent argument");
    EXPECT_EQ(message("say", {{"words", "hi"}, {"silent", Value()}}),
              "Cannot validate input silent: value should be a boolean");
    EXPECT_EQ(message("shout", {}),
              "Attempted to call action shout for hello but it's not declared in the DDL");
    EXPECT_EQ(*validate(ddl, "hello", "say", {{"words", "hi"}, {"silent", true}}),
              ddl.action("say"));
}

TEST(Convert, ReadsBooleansAndNumbersAndLeavesTheRest) {
    struct Case {
        std::string type, text;
        Value expected;
    };

    const std::vector<Case> cases = {
        {"boolean", "True", true},
        {"boolean", "n", false},
        {"boolean", "0", false},
        {"integer", "007", 7},
        {"integer", "1.5", 1.5},
        {"float", "3", 3},
        {"number", "10.25", 10.25},
        {"string", "7", "7"},
        {"list", "true", "true"},
        {"any", "{}", "{}"},
        {"hash", R"({"uid": 1005, "groups": ["a"]})", Map{{"uid", 1005}, {"groups", Array{"a"}}}},
        {"array", R"([1, {}])", Array{1, Map()}},
    };
    for (const auto& [type, text, expected] : cases) {
        const auto value = convert(input_of(type), text);
        ASSERT_TRUE(value) << text;
        EXPECT_EQ(*value, expected) << text;
    }
    for (const std::string text :
         {"-1", "1e3", ".5", "5.", "1.2.3", "", "x", "99999999999999999999"})
        EXPECT_EQ(convert(input_of("number"), text).error().message,
                  text + " does not look like a number, which input key must be");
    EXPECT_FALSE(convert(input_of("boolean"), "maybe"));
    EXPECT_EQ(convert(input_of("hash"), R"(["s3cret"])").error().message,
              "The input key must be a hash in JSON");
    const auto broken = convert(input_of("array"), R"(["s3cret" "x"])").error().message;
    EXPECT_TRUE(broken.starts_with("The input key must be a list in JSON: ")) << broken;
    EXPECT_EQ(broken.find("s3cret"), std::string::npos) << broken;
}

TEST(Defaults, AreForRequiredInputsAndForAllOutputs) {
    const auto ddl = sample();
    Map inputs = {{"silent", true}};
    apply_defaults(*ddl.action("say"), inputs);
    EXPECT_EQ(inputs, (Map{{"silent", true}, {"words", "hello"}}));
    Map given = {{"words", "bye"}};
    apply_defaults(*ddl.action("say"), given);
    EXPECT_EQ(given, (Map{{"words", "bye"}}));
    Map data = {{"extra", 1}, {"count", 5}};
    fill_outputs(*ddl.action("say"), data);
    EXPECT_EQ(data, (Map{{"said", Value()}, {"count", 5}, {"extra", 1}}));
}

TEST(Bind, MakesACallOrTheReplyThatRefusesIt) {
    const auto ddl = sample();
    const auto call = [](std::string action, Map inputs) {
        return rpc::CallBody{"hello", std::move(action), "uid=0", std::move(inputs), false};
    };
    const auto bound = bind(call("say", {{"words", "hi"}, {"silent", true}}), "hello", ddl);
    ASSERT_TRUE(bound);
    EXPECT_EQ(&bound->action(), ddl.action("say"));
    EXPECT_EQ(bound->inputs(), (Map{{"words", "hi"}, {"silent", true}}));
    EXPECT_FALSE(bound->wants_reply());
    const auto invalid = bind(call("say", {{"words", "HI"}, {"silent", true}}), "hello", ddl);
    ASSERT_FALSE(invalid);
    EXPECT_EQ(invalid.error().status, rpc::Status::invalid_data);
    EXPECT_THAT(invalid.error().message, StartsWith("Cannot validate input words: "));
    EXPECT_EQ(invalid.error().data, (Map{{"said", Value()}, {"count", 0}}));
    const auto unknown = bind(call("shout", {}), "hello", ddl);
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().status, rpc::Status::invalid_data);
    EXPECT_TRUE(unknown.error().data.empty());
}

TEST(Version, ComparesTokenByToken) {
    const std::vector<std::string> ascending = {"0.9",
                                                "1-1",
                                                "1.0",
                                                "1.0.0",
                                                "1.0.1",
                                                "1.9",
                                                "1.10",
                                                "2.0",
                                                "2.0rc1",
                                                "2.2.1",
                                                "2.12.5",
                                                "3.0.0",
                                                "a"};
    for (std::size_t i = 0; i < ascending.size(); ++i) {
        for (std::size_t j = 0; j < ascending.size(); ++j)
            EXPECT_EQ(version_at_least(ascending[i], ascending[j]), i >= j)
                << ascending[i] << " and " << ascending[j];
    }
    EXPECT_TRUE(version_at_least("1.RC", "1.rc2"));
    EXPECT_FALSE(version_at_least("1.05", "1.1"));
}

TEST(Validate, CountsCharactersUpToTheLastOne) {
    Input input;
    input.name = "message";
    input.type = "string";
    input.maxlength = 3;
    EXPECT_TRUE(validate(input, Value("äöü")));
    EXPECT_FALSE(validate(input, Value("äöüs")));
}

}  // namespace
}  // namespace mco::ddl
