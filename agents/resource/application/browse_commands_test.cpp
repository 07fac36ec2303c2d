// Whole screens of browsing, against simulated nodes.
#include "agents/resource/application/testing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mco::resource::application {
namespace {

using ::testing::EndsWith;
using testing::Fleet;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::node;
using testing::resource;
using testing::run_resource;
using ::testing::StartsWith;

ral::Resource gopher(const std::string& shell) {
    return resource("user",
                    "gopher",
                    {{"ensure", "present"},
                     {"home", "/var/gopher"},
                     {"uid", 13},
                     {"gid", 30},
                     {"shell", shell}});
}

ral::Resource deploy() {
    return resource("user", "deploy", {{"ensure", "present"}, {"uid", 1000}, {"gid", 10}});
}

ral::Resource hello(const std::string& version) {
    return resource("package", "hello", {{"ensure", version}, {"provider", "apt"}});
}

/// Ten nodes: web7 has another shell, and the last three have no deploy.
std::vector<client::testing::NodePlan> ten() {
    std::vector<client::testing::NodePlan> plans;
    for (int i = 1; i <= 10; ++i) {
        std::vector<ral::Resource> all = {gopher(i == 7 ? "/bin/bash" : "/sbin/nologin"),
                                          hello(i % 2 == 0 ? "2.10-2" : "2.10-3")};
        if (i <= 7)
            all.push_back(deploy());
        plans.push_back(node("web" + std::to_string(i), std::move(all)));
    }
    return plans;
}

TEST(ResourceList, ShowsTitlesWithTheirVariants) {
    Fleet fleet(ten());
    const auto shown = run_resource(fleet, {"list", "user", "--sort", "variants"});
    EXPECT_EQ(shown.code, 0) << shown.err;
    EXPECT_EQ(shown.out,
              "NAME        NODES  VARIANTS\n"
              "gopher      10/10         2\n"
              "deploy       7/10         1     missing on 3\n"
              "2 users, 17 in all, 94.1% similar\n");
    EXPECT_THAT(shown.err, IsEmpty());
}

TEST(ResourceList, TakesTypesInAnyCase) {
    Fleet fleet(ten());
    EXPECT_THAT(run_resource(fleet, {"list", "User"}).out, HasSubstr("2 users, 17 in all"));
}

TEST(ResourceList, SortsAndChooses) {
    Fleet fleet(ten());
    const auto first = [&](std::vector<std::string> words) {
        words.insert(words.begin(), {"list", "user"});
        const auto out = run_resource(fleet, std::move(words)).out;
        const auto begin = out.find('\n') + 1;
        return out.substr(begin, out.find(' ', begin) - begin);
    };
    EXPECT_EQ(first({}), "deploy");
    EXPECT_EQ(first({"--sort", "name"}), "deploy");
    EXPECT_EQ(first({"--sort", "nodes"}), "deploy");
    EXPECT_EQ(first({"--sort=similarity"}), "gopher");
    EXPECT_EQ(first({"--match", "^go"}), "gopher");
    EXPECT_EQ(first({"--differing"}), "deploy");  // missing on three nodes
    EXPECT_EQ(first({"--differing", "--sort", "variants"}), "gopher");
    EXPECT_THAT(run_resource(fleet, {"list", "user", "--limit-rows", "1"}).out,
                HasSubstr("deploy       7/10         1     missing on 3\n… and 1 more\n2 users"));
}

TEST(ResourceList, NamesWhoFailedAndWhoIsSilent) {
    auto plans = ten();
    plans.resize(2);
    plans.push_back(node("db1", {}));
    plans.back().silent = true;
    plans.push_back({"db2", {}, [](const rpc::CallBody&) {
                         return rpc::failure("You are not authorized to call this agent.");
                     }});
    Fleet fleet(std::move(plans));
    const auto shown = run_resource(fleet, {"list", "user", "-t", "1"});
    EXPECT_EQ(shown.code, 2);
    EXPECT_THAT(shown.out,
                EndsWith("2 users, 4 in all, 100.0% similar; 1 node did not answer: db1; 1 node "
                         "failed: db2\n"));
    EXPECT_THAT(shown.err,
                HasSubstr("Failed:\n\n    db2                            You are not "
                          "authorized to call this agent.\n"));
    EXPECT_THAT(shown.err, HasSubstr("Missing:\n\n    db1 "));
}

TEST(ResourceList, PrintsObjectsForPrograms) {
    Fleet fleet(ten());
    EXPECT_EQ(
        run_resource(fleet, {"list", "user", "--json"}).out,
        R"([{"type":"user","title":"deploy","count":7,"of":10,"similarity":1.0,"variants":[{"count":7,"parameters":{"ensure":"present","group":"wheel"}}]},)"
        "\n"
        R"( {"type":"user","title":"gopher","count":10,"of":10,"similarity":0.9,"variants":[{"count":9,"parameters":{"ensure":"present","group":"gopher","home":"/var/gopher","shell":"/sbin/nologin"}},{"count":1,"parameters":{"ensure":"present","group":"gopher","home":"/var/gopher","shell":"/bin/bash"}}]}])"
        "\n");
    const auto lines = run_resource(fleet,
                                    {"list",
                                     "user",
                                     "--jsonl",
                                     "--match",
                                     "deploy",
                                     "--show-nodes",
                                     "-I",
                                     "web1",
                                     "-I",
                                     "web2"});
    EXPECT_EQ(
        lines.out,
        R"({"type":"user","title":"deploy","count":2,"of":2,"similarity":1.0,"variants":[{"count":2,"nodes":["web1","web2"],"parameters":{"ensure":"present","group":"wheel"}}]})"
        "\n"
        R"({"summary":{"type":"user","titles":2,"total":4,"differing":0,"similarity":1.0,"coverage":1.0,"nodes":2,"failed":0,"missing":0,"interrupted":false}})"
        "\n");
}

TEST(ResourceList, SaysThatThereAreNoNodes) {
    Fleet fleet({});
    const auto shown = run_resource(fleet, {"list", "user", "--dt", "0"});
    EXPECT_EQ(shown.code, 1);
    EXPECT_THAT(shown.out, IsEmpty());
    EXPECT_THAT(shown.err, HasSubstr("we did not discover any nodes"));
}

TEST(ResourceShow, PutsVariantsSideBySide) {
    Fleet fleet(ten());
    const auto shown = run_resource(fleet, {"show", "user", "gopher"});
    EXPECT_EQ(shown.code, 0) << shown.err;
    EXPECT_EQ(shown.out,
              "user gopher on 10 of 10 nodes, 2 variants\n"
              "            9 nodes          1 node (web7)\n"
              "* shell     /sbin/nologin    /bin/bash            * differs; --show-nodes names the "
              "nodes\n"
              "  ensure    present          present\n"
              "  group     gopher           gopher\n"
              "  home      /var/gopher      /var/gopher\n");
}

TEST(ResourceShow, NamesNodesAndFitsTerminals) {
    Fleet fleet(ten());
    EXPECT_THAT(run_resource(fleet, {"show", "user", "gopher", "--show-nodes"}).out,
                EndsWith("  home      /var/gopher      /var/gopher\n"
                         "9 nodes: web[1-6] web[8-10]\n"
                         "1 node: web7\n"));
    cli::Terminal narrow;
    narrow.columns = 32;
    EXPECT_EQ(run_resource(fleet, {"show", "user", "gopher"}, {}, narrow).out,
              "user gopher on 10 of 10 nodes, 2 variants\n"
              "            9 nodes\n"
              "* shell     /sbin/nologin\n"
              "  ensure    present\n"
              "  group     gopher\n"
              "  home      /var/gopher\n"
              "\n"
              "            1 node (web7)\n"
              "* shell     /bin/bash\n"
              "  ensure    present\n"
              "  group     gopher\n"
              "  home      /var/gopher\n"
              "* differs; --show-nodes names the nodes\n");
}

TEST(ResourceShow, AsksForOneResourceWhereThatIsEnough) {
    Fleet fleet(ten());
    const auto shown = run_resource(fleet, {"show", "package", "hello"});
    EXPECT_EQ(shown.code, 0) << shown.err;
    EXPECT_THAT(shown.out, StartsWith("package hello on 10 of 10 nodes, 2 variants\n"));
    for (const auto& seen : fleet.seen) {
        const auto* action = seen.claims.body.find("action");
        EXPECT_TRUE(action == nullptr || *action == Value("find"));
    }
    EXPECT_EQ(run_resource(fleet, {"show", "package", "nosuch"}).out,
              "package nosuch is on none of 10 nodes\n");
}

TEST(ResourceShow, PrintsTheSameObjectEitherWay) {
    Fleet fleet({node("web1", {gopher("/bin/sh"), hello("2.10-3")})});
    EXPECT_EQ(
        run_resource(fleet, {"show", "package", "hello", "--json"}).out,
        R"([{"type":"package","title":"hello","count":1,"of":1,"similarity":1.0,"variants":[{"count":1,"nodes":["web1"],"parameters":{"ensure":"2.10-3","provider":"apt"}}]}])"
        "\n");
    EXPECT_THAT(run_resource(fleet, {"show", "user", "gopher", "--json"}).out,
                StartsWith(R"([{"type":"user","title":"gopher","count":1,"of":1,)"));
}

/// What a node says drives no terminal.
TEST(ResourceShow, EscapesWhatNodesSay) {
    Fleet fleet(
        {node("web1", {resource("user", "a\x1b[31m", {{"home", "1\x1b]0;x\a\n2"}, {"gid", 10}})})});
    for (const auto& words : std::vector<std::vector<std::string>>{
             {"show", "user", "a\x1b[31m"}, {"list", "user"}, {"compare", "user"}}) {
        const auto shown = run_resource(fleet, words);
        EXPECT_EQ(shown.out.find('\x1b'), std::string::npos) << shown.out;
        EXPECT_EQ(shown.out.find('\a'), std::string::npos) << shown.out;
    }
    EXPECT_THAT(run_resource(fleet, {"show", "user", "a\x1b[31m"}).out,
                HasSubstr("  home     1\\x1B]0;x\\x07\\n2\n"));
}

TEST(ResourceCompare, ShowsWhatDiffersAndWhatIsMissing) {
    Fleet fleet(ten());
    const auto shown = run_resource(fleet, {"compare", "user", "web1", "web7", "web9"});
    EXPECT_EQ(shown.code, 3) << shown.err;
    EXPECT_EQ(shown.out,
              "2 users on 3 nodes: 1 differ, 1 missing somewhere\n"
              "NAME    PARAMETER  web1           web7       web9\n"
              "deploy  ensure     present        present    -\n"
              "gopher  shell      /sbin/nologin  /bin/bash  /sbin/nologin\n");
}

TEST(ResourceCompare, IsSilentAboutWhatIsTheSame) {
    Fleet fleet(ten());
    const auto shown = run_resource(fleet, {"compare", "user", "web1", "web2"});
    EXPECT_EQ(shown.code, 0) << shown.err;
    EXPECT_EQ(shown.out, "2 users on 2 nodes: 0 differ, 0 missing somewhere\n");
    EXPECT_EQ(run_resource(fleet, {"compare", "package", "web1", "web2"}).code, 3);
}

TEST(ResourceCompare, NeedsEverybodyWhoIsNamed) {
    auto plans = ten();
    plans.back().silent = true;
    Fleet fleet(std::move(plans));
    const auto shown = run_resource(fleet, {"compare", "user", "web1", "web10", "-t", "1"});
    EXPECT_EQ(shown.code, 2);
    EXPECT_THAT(shown.err, HasSubstr("web10"));
}

TEST(ResourceInspect, SumsTypesUp) {
    Fleet fleet(ten());
    const auto shown = run_resource(fleet, {"inspect"});
    EXPECT_EQ(shown.code, 0) << shown.err;
    EXPECT_EQ(shown.out,
              "TYPE      RESOURCES  NODES  DIFFERING  SIMILARITY\n"
              "user              2     17          1       94.1%\n"
              "group             0      0          0      100.0%\n"
              "host              0      0          0      100.0%\n"
              "package           1     10          1       50.0%\n"
              "service           0      0          0      100.0%\n"
              "overall                             2       77.7%\n");
}

/// Without host_core, which Puppet has had since release 6 as a module.
TEST(ResourceInspect, TellsWhoHasNoSuchTypeWhereNobodyAskedForIt) {
    auto plans = ten();
    for (const int i : {7, 8}) {
        auto without = std::make_shared<testing::Resources>(std::vector{gopher("/sbin/nologin")});
        without->no_types = {"host"};
        plans[static_cast<std::size_t>(i) - 1] =
            testing::shared_node("web" + std::to_string(i), without);
    }
    Fleet fleet(std::move(plans));
    const auto shown = run_resource(fleet, {"inspect"});
    EXPECT_EQ(shown.code, 0) << shown.err;
    EXPECT_THAT(shown.out, HasSubstr("host              0      0          0      100.0%\n"));
    EXPECT_THAT(shown.out, EndsWith("host: no such type on 2 nodes: web[7-8]\n"));
    EXPECT_THAT(shown.err, IsEmpty());
    EXPECT_THAT(run_resource(fleet, {"inspect", "--json"}).out,
                HasSubstr(R"("nodes":8,"unknown":2})"));

    const auto named = run_resource(fleet, {"inspect", "user", "host"});
    EXPECT_EQ(named.code, 2);
    EXPECT_THAT(named.err,
                HasSubstr("web8                           host: Could not find type host\n"));
}

TEST(ResourceInspect, TellsWhichTypeFailed) {
    Fleet fleet(ten());
    const auto shown = run_resource(fleet, {"inspect", "user", "nosuch", "-I", "web1"});
    EXPECT_EQ(shown.code, 2);
    EXPECT_THAT(shown.err,
                HasSubstr("web1                           nosuch: Could not find type nosuch"));
    EXPECT_THAT(run_resource(fleet, {"inspect", "user", "--json", "-I", "web1"}).out,
                StartsWith(R"([{"type":"user","titles":2,"total":2,"differing":0,)"));
}

}  // namespace
}  // namespace mco::resource::application
