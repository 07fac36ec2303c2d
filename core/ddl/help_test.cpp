#include "core/ddl/help.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace mco::ddl {
namespace {

Ddl parsed(const std::string& text, Kind kind) {
    auto ddl = parse(text, "x.ddl", kind);
    EXPECT_TRUE(ddl) << (ddl ? "" : ddl.error().message);
    return ddl ? *std::move(ddl) : Ddl{};
}

const std::string metadata =
    R"(metadata :name => "hello", :description => "Says hello", :author => "A. N. Other",
    :license => "Apache-2.0", :version => "1.2", :url => "https://example.net/", :timeout => 30
)";

TEST(Help, ShowsAnAgent) {
    const auto ddl = parsed(metadata + R"(
requires :mcollective => "2.2"
usage "Say it."
action "shout", :description => "Loud" do
    output :said, :description => "What", :display_as => "Said", :default => "nothing"
end
action "say", :description => "Says it" do
    input :words, :prompt => "Words", :description => "What to say", :type => :string,
          :validation => /^[a-z]+$/, :optional => true, :default => "hi", :maxlength => 40
    input :mode, :prompt => "Mode", :description => "How", :type => :list, :list => ["a", "b"], :optional => false
    output :said, :description => "What", :display_as => "Said"
end)",
                            Kind::agent);
    EXPECT_EQ(help(ddl, 80), R"(hello
=====

Says hello

      Author: A. N. Other
     Version: 1.2
     License: Apache-2.0
     Timeout: 30
   Home Page: https://example.net/

   Requires MCollective 2.2 or newer

   Say it.

ACTIONS:
========
   say, shout

   say action:
   -----------
       Says it

       INPUT:
           mode:
              Description: How
                   Prompt: Mode
                     Type: list
                 Optional: false
             Valid Values: a, b

           words:
              Description: What to say
                   Prompt: Words
                     Type: string
                 Optional: true
               Validation: (?-mix:^[a-z]+$)
                   Length: 40
            Default Value: hi


       OUTPUT:
           said:
              Description: What
               Display As: Said

   shout action:
   -------------
       Loud

       INPUT:
          This action has no inputs

       OUTPUT:
           said:
              Description: What
               Display As: Said
            Default Value: nothing

)");
}

TEST(Help, ShowsOtherKinds) {
    const std::string heading = help(parsed(metadata, Kind::validator), 80);
    EXPECT_EQ(heading, R"(hello
=====

Says hello

      Author: A. N. Other
     Version: 1.2
     License: Apache-2.0
     Timeout: 30
   Home Page: https://example.net/
)");
    const auto found = help(
        parsed(metadata + "discovery do\ncapabilities :facts, :identity\nend", Kind::discovery),
        80);
    EXPECT_EQ(found.substr(heading.size()), R"(
DISCOVERY METHOD CAPABILITIES:
      Finds nodes by their facts
      Finds nodes by their identity

)");
    const auto data = help(parsed(metadata + "dataquery :description => 'd' do\noutput :x, "
                                             ":description => 'D', :display_as => 'X'\nend",
                                  Kind::data),
                           80);
    EXPECT_EQ(data.substr(heading.size()), R"(
QUERY FUNCTION INPUT:

    This plugin takes no input

QUERY FUNCTION OUTPUT:

           x:
              Description: D
               Display As: X

)");
}

TEST(Wrapped, MovesWhatStandsOutToTheNextLine) {
    struct Case {
        std::string text;
        std::size_t columns, indent;
        std::string expected;
    };

    const std::vector<Case> cases = {
        {"", 80, 3, ""},
        {"short\n", 80, 3, "   short"},
        {"a\n\n  b\n\n", 80, 3, "   a\n\n     b"},
        {"one two three", 10, 3, "   one two\n   three"},
        {"one two three\nfour", 10, 3, "   one two\n   three four"},
        {"  one two three", 10, 3, "     one\n     two\n     three"},
        {"unbreakable-word", 10, 3, "   unbreakable-word"},
        {"  unbreakable-word", 10, 3, "     unbreakable-word"},
        {"text", 3, 3, "text"},
    };
    for (const auto& [text, columns, indent, expected] : cases) {
        const auto result = wrapped(text, columns, indent);
        std::string trimmed;
        std::istringstream lines(result);
        for (std::string line; std::getline(lines, line);)
            trimmed +=
                (trimmed.empty() ? "" : "\n") + line.substr(0, line.find_last_not_of(' ') + 1);
        EXPECT_EQ(trimmed, expected) << text;
    }
}

/// What the original prints for one of its own plug-ins.
std::string printed_by_original(const std::filesystem::path& config, const std::string& plugin) {
    const auto command = "RUBYOPT=-W0 COLUMNS=80 mco plugin doc " + plugin + " -c " +
                         config.string() + " 2>/dev/null";
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
    std::string text;
    std::array<char, 4096> buffer{};
    while (pipe != nullptr) {
        const auto count = std::fread(buffer.data(), 1, buffer.size(), pipe.get());
        if (count == 0)
            break;
        text.append(buffer.data(), count);
    }
    return text;
}

std::string with(std::string text, const std::string& theirs, const std::string& ours) {
    for (auto at = text.find(theirs); at != std::string::npos;
         at = text.find(theirs, at + ours.size()))
        text.replace(at, theirs.size(), ours);
    return text;
}

/// Same layout to the byte; only the sentences are ours.
TEST(Help, LooksLikeTheOriginal) {
    const std::filesystem::path root = "/usr/lib/ruby/vendor_ruby/mcollective";
    if (!std::filesystem::exists(root / "agent/rpcutil.ddl") ||
        !std::filesystem::exists("/usr/bin/mco") ||
        !std::filesystem::exists("/etc/mcollective/rpc-help.erb"))
        GTEST_SKIP() << "the packages mcollective-client and mcollective-common are not installed";
    const auto config = std::filesystem::path(testing::TempDir()) / "ddl-help-client.cfg";
    std::ofstream(config)
        << "libdir = /usr/lib/ruby/vendor_ruby\nlogger_type = console\nloglevel = fatal\n"
           "securityprovider = psk\nplugin.psk = unused\nconnector = activemq\n"
           "plugin.activemq.pool.size = 1\nplugin.activemq.pool.1.host = 127.0.0.1\n";
    const std::vector<std::pair<std::string, Kind>> plugins = {
        {"agent/rpcutil", Kind::agent},
        {"data/agent_data", Kind::data},
        {"data/fstat_data", Kind::data},
        {"validator/shellsafe_validator", Kind::validator},
        {"aggregate/summary", Kind::aggregate},
        {"connector/activemq", Kind::connector}};
    for (const auto& [plugin, kind] : plugins) {
        std::stringstream source;
        source << std::ifstream(root / (plugin + ".ddl")).rdbuf();
        const auto theirs = printed_by_original(config, plugin);
        ASSERT_FALSE(theirs.empty()) << plugin;
        EXPECT_EQ(help(parsed(source.str(), kind), 80),
                  with(theirs, "This action does not have any inputs", "This action has no inputs"))
            << plugin;
    }
    std::filesystem::remove(config);
}

}  // namespace
}  // namespace mco::ddl
