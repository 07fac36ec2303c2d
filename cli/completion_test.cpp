#include "cli/completion.hpp"

#include "cli/commands.hpp"
#include "system/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mco::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::UnorderedElementsAre;

constexpr std::string_view demo =
    "metadata :name => 'demo', :description => 'Tries things', :author => 'a', :license => 'l',\n"
    "         :version => '1', :url => 'u', :timeout => 5\n"
    "action 'wash', :description => 'Washes' do\n"
    "end\n"
    "action 'paint', :description => 'Paints' do\n"
    "  input :colour, :prompt => 'c', :description => 'Which', :type => :list, :optional => "
    "false,\n"
    "        :list => ['red', 'rose', 'blue']\n"
    "  input :twice, :prompt => 't', :description => 'Again', :type => :boolean, :optional => "
    "true\n"
    "  input :coats, :prompt => 'n', :description => 'How many', :type => :integer, :optional => "
    "true\n"
    "end\n";

class Completion : public ::testing::Test {
  protected:
    Completion() {
        folder_.write("lib/mcollective/agent/demo.ddl", std::string(demo));
        folder_.write("lib/mcollective/agent/broken.ddl", "metadata 7");
        folder_.write("lib/mcollective/validator/demo.ddl",
                      std::string(demo.substr(0, demo.find("action"))));
        config_.collectives = {"mcollective", "uk"};
    }

    /// The texts of what may become of the last word.
    std::vector<std::string> texts(const std::vector<std::string>& words) {
        std::vector<std::string> found;
        for (const auto& one : complete(sources_, words))
            found.push_back(one.text);
        return found;
    }

    system::TemporaryDirectory folder_;
    config::Config config_;
    client::Catalogue catalogue_{{folder_ / "lib"}};
    const Commands commands_ = make_commands();
    Sources sources_{commands_, catalogue_, config_, [] {
                         return std::vector<std::string>{"web2.test", "web1.test", "db1.test"};
                     }};
};

TEST_F(Completion, OffersApplicationsFirst) {
    EXPECT_EQ(texts({""}).size(), commands_.all().size());
    EXPECT_THAT(complete(sources_, {"rp"}),
                ElementsAre(Candidate{"rpc", std::string(commands_.find("rpc")->description)}));
    EXPECT_THAT(texts({}), IsEmpty());
    EXPECT_THAT(texts({"nosuch", ""}), IsEmpty());
}

struct WordCase {
    std::vector<std::string> words;
    std::vector<std::string> texts;
};

TEST_F(Completion, KnowsTheWordsAndOptionsOfALine) {
    const std::vector<WordCase> cases = {
        {{"rpc", "de"}, {"demo"}},
        {{"rpc", "demo", ""}, {"paint", "wash"}},
        {{"rpc", "nosuch", ""}, {}},
        {{"rpc", "broken", ""}, {}},
        {{"rpc", "demo", "wash", ""}, {}},
        {{"rpc", "demo", "nosuch", ""}, {}},
        {{"rpc", "demo", "paint", ""}, {"coats=", "colour=", "twice="}},
        {{"rpc", "demo", "paint", "co"}, {"coats=", "colour="}},
        {{"rpc", "demo", "paint", "colour="}, {"colour=blue", "colour=red", "colour=rose"}},
        {{"rpc", "demo", "paint", "colour=r"}, {"colour=red", "colour=rose"}},
        {{"rpc", "demo", "paint", "twice="}, {"twice=false", "twice=true"}},
        {{"rpc", "demo", "paint", "coats="}, {}},
        {{"rpc", "demo", "paint", "coats=2", "twice=true", ""}, {"colour="}},
        {{"rpc", "-v", "-A", "x", "demo", "-t3", "p"}, {"paint"}},
        {{"rpc", "--nosuch", "demo", "p"}, {"paint"}},
        {{"rpc", "--", "demo", "p"}, {"paint"}},
        {{"rpc", "--", "--di"}, {}},
        {{"rpc", "-a", "demo", "--action", "w"}, {"wash"}},
        {{"rpc", "-ademo", "--action=w"}, {"--action=wash"}},
        {{"rpc", "--agent", "de"}, {"demo"}},
        {{"rpc", "-a", "demo", "--action", "paint", ""}, {}},
        {{"rpc", "-a", "demo", "--action", "paint", "--arg", "tw"}, {"twice="}},
        {{"rpc", "-a", "demo", "--action", "paint", "--arg=twice=f"}, {"--arg=twice=false"}},
        {{"find", "-A", "d"}, {"demo"}},
        {{"find", "-vA", "d"}, {"demo"}},
        {{"find", "--with-a", "d"}, {"demo"}},
        {{"find", "-I", "web"}, {"web1.test", "web2.test"}},
        {{"find", "--wi=web1"}, {"--wi=web1.test"}},
        {{"find", "-T", ""}, {"mcollective", "uk"}},
        {{"find", "-F", "o"}, {}},
        {{"find", "--nosuch=", ""}, {}},
        {{"find", "--nosuch="}, {}},
        {{"find", "x"}, {}},
        {{"find", "--display", ""}, {"all", "failed", "ok"}},
        {{"find", "-c", "/etc/"}, {":files"}},
        {{"find", "--config=/etc/"}, {":files"}},
        {{"find", "--dm", "flatfile", "--do", "n"}, {":files"}},
        {{"find", "--disc-me"}, {"--disc-method"}},
        {{"inventory", "db"}, {"db1.test"}},
        {{"inventory", "db1.test", ""}, {}},
        {{"help", "fin"}, {"find"}},
        {{"help", "find", ""}, {}},
        {{"plugin", "d"}, {"doc"}},
        {{"plugin", "nosuch", ""}, {}},
        {{"plugin", "doc", "rpcu"}, {"rpcutil"}},
        {{"plugin", "doc", "dem"}, {}},
        {{"plugin", "doc", "agent/d"}, {"agent/demo"}},
        {{"plugin", "doc", "validator/d"}, {"validator/demo"}},
        {{"policy", ""}, {"explain", "lint"}},
        {{"policy", "lint", "x"}, {":files"}},
        {{"policy", "explain", "cert=x", "de"}, {"demo"}},
        {{"policy", "explain", "cert=x", "demo", "w"}, {"wash"}},
        {{"policy", "explain", "cert=x", "demo", "wash", "web1"}, {"web1.test"}},
        {{"completion", "--application", "fin"}, {"find"}},
    };
    for (const auto& [words, expected] : cases)
        EXPECT_EQ(texts(words), expected) << ::testing::PrintToString(words);
}

TEST_F(Completion, NamesEveryOptionOfEveryApplication) {
    for (const auto& application : commands_.all()) {
        std::vector<std::string> options;
        for (const auto& spec : all_options(application)) {
            for (const auto& name : spec.longs)
                options.push_back("--" + name);
            for (const char letter : spec.shorts)
                options.push_back(std::string("-") + letter);
        }
        EXPECT_THAT(texts({std::string(application.name), "-"}), IsSupersetOf(options))
            << application.name;
    }
}

TEST_F(Completion, TellsWhatCandidatesAre) {
    EXPECT_THAT(complete(sources_, {"rpc", "demo", "paint", "col"}),
                ElementsAre(Candidate{"colour=", "Which"}));
    EXPECT_THAT(complete(sources_, {"rpc", "demo", "w"}), ElementsAre(Candidate{"wash", "Washes"}));
    EXPECT_THAT(complete(sources_, {"rpc", ""}),
                ::testing::Contains(Candidate{"demo", "Tries things"}));
}

}  // namespace
}  // namespace mco::cli
