// `mco resource` against simulated nodes: finding, wished states, code, clones; its words.
#include "agents/resource/application/testing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mco::resource::application {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using testing::Fleet;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::node;
using testing::resource;
using testing::Resources;
using testing::run_resource;
using testing::shared_node;
using Words = std::vector<std::string>;

ral::Resource deploy(const std::string& shell = "/bin/bash") {
    return resource("user",
                    "deploy",
                    {{"ensure", "present"},
                     {"uid", 1000},
                     {"gid", 30},
                     {"shell", shell},
                     {"password", "[hidden 3fa2c1]"},
                     {"groups", Array{"wheel"}}});
}

ral::Resource group(const std::string& title, int gid) {
    return resource("group", title, {{"ensure", "present"}, {"gid", gid}});
}

std::shared_ptr<Resources> source() {
    return std::make_shared<Resources>(
        std::vector<ral::Resource>{deploy(), group("deploy", 30), group("wheel", 10)});
}

/// What clones leave on a node.
ral::Resource cloned() {
    return resource("user",
                    "deploy",
                    {{"ensure", "present"},
                     {"shell", "/bin/bash"},
                     {"groups", Array{"wheel"}},
                     {"gid", "deploy"}});
}

std::shared_ptr<Resources> without(const std::string& would_fail,
                                   const std::string& refuses,
                                   const std::string& fails) {
    auto made = std::make_shared<Resources>(std::vector<ral::Resource>{});
    made->would_fail = would_fail;
    made->refuses = refuses;
    made->fails = fails;
    return made;
}

/// The fleet of resources §6.
std::vector<client::testing::NodePlan> webs() {
    auto changed = cloned();
    changed.parameters.set("shell", "/bin/sh");
    return {shared_node("web1", source()),
            node("web2", {}),
            node("web3", {}),
            node("web4", {cloned()}),
            shared_node("web5", without("", "", "useradd: cannot lock /etc/passwd")),
            shared_node("web6", without("gid 998 is taken", "", "")),
            shared_node("web8", without("", "type user is not listed in the type whitelist", "")),
            node("web9", {changed})};
}

std::size_t real_applies(const Fleet& fleet) {
    return static_cast<std::size_t>(
        std::count_if(fleet.seen.begin(), fleet.seen.end(), [](const Fleet::Seen& seen) {
            const auto* data = seen.claims.body.find("data");
            const auto* noop = data == nullptr ? nullptr : data->find("noop");
            return noop != nullptr && *noop == Value(false);
        }));
}

constexpr const char* preview =
    "From web1: user deploy, with its groups deploy, wheel. Not copied: uid, gid (--ids), password "
    "(--with-password).\n"
    "  create   3 nodes   web[2-3] web5\n"
    "  change   1 node    web9: shell /bin/sh → /bin/bash\n"
    "  same     1 node    web4\n"
    "  refused  1 node    web8: type user is not listed in the type whitelist\n"
    "  fails    1 node    web6: gid 998 is taken\n";

TEST(ResourceClone, ShowsAsksClonesAndTells) {
    Fleet fleet(webs());
    const auto done = run_resource(fleet, {"clone", "user", "deploy", "--from", "web1"}, "y");
    EXPECT_EQ(done.out,
              std::string(preview) +
                  "Clone to 4 nodes? (y/n):   changed 3   unchanged 1   failed 1   web5: useradd: "
                  "cannot lock /etc/passwd\n");
    EXPECT_EQ(done.code, 2) << done.err;
    const auto again = run_resource(fleet, {"clone", "user", "deploy", "--from", "web1"}, "y");
    EXPECT_THAT(again.out, HasSubstr("  same     4 nodes   web[2-4] web9\n"));
}

TEST(ResourceClone, ChangesNothingWithoutAYes) {
    for (const std::optional<std::string>& answer : {std::optional<std::string>("n"),
                                                     std::optional<std::string>(),
                                                     std::optional<std::string>("")}) {
        Fleet fleet(webs());
        const auto shown =
            run_resource(fleet, {"clone", "user", "deploy", "--from", "web1"}, answer);
        EXPECT_EQ(shown.code, 1);
        EXPECT_EQ(shown.out, std::string(preview) + "Clone to 4 nodes? (y/n): ");
        EXPECT_THAT(shown.err, EndsWith("Nothing was changed.\n"));
        EXPECT_EQ(real_applies(fleet), 0u);
    }
}

TEST(ResourceClone, TakesTheAnswerFromAPipe) {
    const auto shown = [](const std::string& piped) {
        Fleet fleet(webs());
        return run_resource(fleet, {"clone", "user", "deploy", "--from", "web1"}, {}, {}, piped);
    };
    EXPECT_THAT(shown("y\n").out, HasSubstr("? (y/n):   changed 3"));
    const auto names = shown("web2\nweb3\n");
    EXPECT_EQ(names.code, 1);
    EXPECT_THAT(names.err, HasSubstr("Standard input holds neither yes nor no."));
    EXPECT_THAT(names.err, EndsWith("Nothing was changed.\n"));
}

TEST(ResourceClone, NeedsNoAnswerWithYes) {
    Fleet fleet(webs());
    const auto shown = run_resource(
        fleet, {"clone", "user", "deploy", "--from", "web1", "-y", "-I", "web2", "-I", "web4"});
    EXPECT_EQ(shown.code, 0) << shown.err;
    EXPECT_THAT(shown.out, EndsWith("  same     1 node    web4\n  changed 1   unchanged 1\n"));
    EXPECT_EQ(real_applies(fleet), 1u);
}

TEST(ResourceClone, LeavesSilentNodesOutUnlessTheyAreMeantAnyway) {
    auto plans = webs();
    plans.resize(3);
    plans[2].silent = true;
    Fleet fleet(plans);
    const Words words = {"clone", "user", "deploy", "--from", "web1", "-y", "-t", "1"};
    const auto shown = run_resource(fleet, words);
    EXPECT_EQ(shown.code, 2);
    EXPECT_THAT(shown.out, HasSubstr("  silent   1 node    web3\n"));
    EXPECT_THAT(shown.out, EndsWith("  changed 1\n"));
    EXPECT_THAT(shown.err, HasSubstr("Missing:\n\n    web3"));
    auto anyway = words;
    anyway.emplace_back("--anyway");
    EXPECT_THAT(run_resource(fleet, anyway).out,
                EndsWith("unchanged 1   failed 1   web3: it did not answer within 1 seconds\n"));
}

TEST(ResourceClone, EndsWhereNothingIsToBeDone) {
    Fleet fleet({shared_node("web1", source()), node("web4", {cloned()})});
    const auto shown = run_resource(fleet, {"clone", "user", "deploy", "--from", "web1"});
    EXPECT_EQ(shown.code, 0) << shown.err;
    EXPECT_THAT(shown.out, EndsWith("  same     1 node    web4\n")) << "nobody is asked";
}

TEST(ResourceClone, RefusesBadUse) {
    Fleet fleet(webs());
    const std::vector<std::pair<Words, std::string>> cases = {
        {{"user", "deploy"}, "--from NODE"},
        {{"user", "deploy", "--from", "a b"}, "'a b' is not the name of a node"},
        {{"user", "deploy", "--from", "web1", "--with-password"}, "does not tell passwords"},
        {{"user", "deploy", "--from", "web1", "--max-failures", "x"},
         "'x' failures cannot be allowed"},
        {{"exec", "/bin/true", "--from", "web1"}, "act even when they are only looked at"},
        {{"user", "deploy", "--from", "web1", "--differing"},
         "does not work with 'mco resource clone'"},
        {{"user", "deploy", "--from", "web1", "-I", "web1"}, "no other node"},
        {{"user", "nobody", "--from", "web1"}, "--allow-removal"}};
    for (auto [words, error] : cases) {
        words.insert(words.begin(), "clone");
        const auto shown = run_resource(fleet, words);
        EXPECT_EQ(shown.code, 1) << error;
        EXPECT_THAT(shown.err, HasSubstr(error));
    }
    EXPECT_EQ(real_applies(fleet), 0u);
}

TEST(ResourceClone, PrintsObjectsForPrograms) {
    Fleet fleet({shared_node("web1", source()), node("web2", {}), node("web4", {cloned()})});
    const auto shown =
        run_resource(fleet, {"clone", "user", "deploy", "--from", "web1", "-y", "--jsonl"});
    EXPECT_EQ(shown.out,
              R"({"sender":"web2","step":"preview","verdict":"create","message":""})"
              "\n"
              R"({"sender":"web4","step":"preview","verdict":"same","message":""})"
              "\n"
              R"({"sender":"web2","step":"clone","verdict":"changed","message":""})"
              "\n"
              R"({"summary":{"create":1,"same":1,"changed":1}})"
              "\n");
}

TEST(ResourceFind, TellsWhereItIs) {
    auto managed = std::make_shared<Resources>(std::vector<ral::Resource>{deploy()});
    managed->managed = true;
    Fleet fleet({node("web1", {deploy()}),
                 node("web2", {deploy()}),
                 shared_node("web3", managed),
                 node("db1", {})});
    const auto shown = run_resource(fleet, {"find", "user", "deploy"});
    EXPECT_EQ(shown.code, 0) << shown.err;
    EXPECT_EQ(shown.out,
              "user deploy\n"
              "  present  2 nodes   web[1-2]\n"
              "  absent   1 node    db1\n"
              "  present  1 node    web3   managed by Puppet\n");
    EXPECT_THAT(run_resource(fleet, {"find", "user", "deploy", "--json", "-I", "db1"}).out,
                HasSubstr(R"([{"agent":"puppetral","action":"find","sender":"db1")"));
}

TEST(ResourceTypes, AreCounted) {
    Fleet fleet({node("web1", {}), node("web2", {})});
    const auto shown = run_resource(fleet, {"types"});
    EXPECT_EQ(shown.code, 0) << shown.err;
    EXPECT_EQ(shown.out,
              "TYPE        NODES  NATIVE\n"
              "cron          2/2\n"
              "user          2/2       2\n");
}

TEST(ResourceDiff, TellsWhatWouldBeChanged) {
    Fleet fleet({node("web1", {deploy()}), node("web2", {deploy("/bin/sh")}), node("db1", {})});
    const auto shown = run_resource(fleet, {"diff", "user", "deploy", "shell=/bin/bash"});
    EXPECT_EQ(shown.code, 3) << shown.err;
    EXPECT_EQ(shown.out,
              "user deploy\n"
              "  create   1 node    db1: ensure absent → present\n"
              "  change   1 node    web2: shell /bin/sh → /bin/bash\n"
              "  same     1 node    web1\n");
    EXPECT_EQ(run_resource(fleet, {"diff", "user", "deploy", "shell=/bin/sh", "-I", "web2"}).code,
              0);
}

TEST(ResourceDiff, ReadsValuesAsWhatTheyAre) {
    Fleet fleet({node("web1", {deploy()})});
    run_resource(fleet,
                 {"diff",
                  "user",
                  "deploy",
                  R"(groups=["a","b"])",
                  "uid=1000",
                  "system=true",
                  "--string",
                  "comment=true"});
    const auto& parameters = *fleet.seen.back().claims.body.find("data")->find("parameters")->map();
    EXPECT_EQ(*parameters.find("groups"), Value(Array{"a", "b"}));
    EXPECT_EQ(*parameters.find("uid"), Value("1000"));
    EXPECT_EQ(*parameters.find("system"), Value(true));
    EXPECT_EQ(*parameters.find("comment"), Value("true"));
}

TEST(ResourceGenerate, PrintsCodeOfTheMostCommonVariant) {
    Fleet fleet(
        {node("web1", {deploy()}), node("web2", {deploy()}), node("web3", {deploy("/bin/sh")})});
    const auto shown = run_resource(fleet, {"generate", "user", "deploy"});
    EXPECT_EQ(shown.code, 0) << shown.err;
    EXPECT_EQ(shown.out,
              "# as on web[1-2]\n"
              "# 1 node has something else: mco resource show user deploy\n"
              "user { 'deploy':\n"
              "  ensure => 'present',\n"
              "  uid    => 1000,\n"
              "  gid    => 30,\n"
              "  shell  => '/bin/bash',\n"
              "  # password: hidden\n"
              "  groups => ['wheel'],\n"
              "}\n");
    EXPECT_THAT(run_resource(fleet, {"generate", "user", "nobody"}).err,
                HasSubstr("No node has the user nobody"));
}

TEST(ResourceGenerate, PrintsAllOfOneNode) {
    Fleet fleet({shared_node("web1", source())});
    EXPECT_EQ(run_resource(fleet, {"generate", "group", "--from", "web1", "--match", "^w"}).out,
              "# 1 group on web1\n"
              "\n"
              "group { 'wheel':\n"
              "  ensure => 'present',\n"
              "  gid    => 10,\n"
              "}\n");
    EXPECT_THAT(run_resource(fleet, {"generate", "group"}).err, HasSubstr("--from NODE"));
}

TEST(Resource, RefusesBadUse) {
    const std::vector<std::pair<Words, std::string>> cases = {
        {{},
         "Please specify a command: clone, compare, diff, find, generate, inspect, list, show, "
         "types"},
        {{"explode"}, "Action must be one of clone, compare"},
        {{"list"}, "The list command needs a type"},
        {{"list", "../../tmp/evil"}, "'../../tmp/evil' is not the name of a type of resources"},
        {{"list", "user", "web1"}, "did you mean -I web1?"},
        {{"list", "user", "--sort", "age"}, "--sort has to be one of"},
        {{"list", "user", "--limit-rows", "0"}, "--limit-rows has to be greater than 0"},
        {{"list", "user", "--match", "("}, "("},
        {{"list", "user", "--from", "web1"}, "--from does not work with 'mco resource list'"},
        {{"show", "user"}, "The show command needs a title"},
        {{"find", "user", ""}, "cannot be empty"},
        {{"find", "user", std::string(1025, 'x')}, "longer than 1024"},
        {{"compare", "user", "web1"}, "Name two nodes at least"},
        {{"compare", "user", "web1", "web2", "-I", "web3"}, "not both"},
        {{"diff", "user", "x"}, "NAME=VALUE"},
        {{"diff", "user", "x", "shell"}, "Could not parse argument 'shell'"},
        {{"generate", "user", "--json"}, "prints Puppet code only"}};
    Fleet fleet({node("web1", {})});
    for (const auto& [words, error] : cases) {
        const auto shown = run_resource(fleet, words);
        EXPECT_EQ(shown.code, 1) << error;
        EXPECT_THAT(shown.err, HasSubstr(error));
        EXPECT_EQ(shown.connections, 0) << error;
    }
}

std::vector<std::string> completed(const Words& words) {
    return cli::testing::completed(
        cli::Commands({agents::make_resource_command()}), words, {"web1", "web2"});
}

TEST(ResourceCompletion, KnowsActionsTypesAndNodes) {
    const auto actions = completed({"resource", ""});
    EXPECT_FALSE(actions.empty());
    const auto usages = agents::make_resource_command().usages();
    for (const auto& word : actions)
        EXPECT_THAT(usages.back(), HasSubstr("    " + word + ' '));
    EXPECT_THAT(completed({"resource", "list", "us"}), ElementsAre("user"));
    EXPECT_THAT(completed({"resource", "list", "user", ""}), IsEmpty());
    EXPECT_THAT(completed({"resource", "compare", "user", "web1", ""}),
                ElementsAre("web1", "web2"));
    EXPECT_THAT(completed({"resource", "inspect", "user", "ho"}), ElementsAre("host"));
    EXPECT_THAT(completed({"resource", "clone", "user", "x", "--from", ""}),
                ElementsAre("web1", "web2"));
    EXPECT_THAT(completed({"resource", "list", "user", "--sort="}),
                ElementsAre("--sort=name", "--sort=nodes", "--sort=similarity", "--sort=variants"));
}

}  // namespace
}  // namespace mco::resource::application
