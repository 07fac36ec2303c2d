// Whole screens of `mco puppet` against simulated nodes, and its completion.
#include "agents/puppet/application/testing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mco::puppet::application {
namespace {

using client::testing::Fleet;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

rpc::Output answer(const rpc::CallBody& call) {
    if (call.action == "status")
        return {rpc::Status::ok,
                "OK",
                Map{{"applying", false},
                    {"enabled", true},
                    {"daemon_present", false},
                    {"idling", false},
                    {"status", "stopped"},
                    {"message", "Currently stopped"}}};
    if (call.action == "disable")
        return {rpc::Status::ok,
                "OK",
                Map{{"status", *call.inputs.find("message")}, {"enabled", false}}};
    return rpc::failure("cannot do that");
}

Fleet three() {
    return Fleet({{"node1", {}, answer}, {"node2", {}, answer}, {"node3", {}, answer}});
}

/// Without the bar, whose drawing depends on time.
cli::testing::Shown run(Fleet& fleet, std::vector<std::string> words) {
    words.emplace_back("--np");
    return run_puppet(fleet, std::move(words));
}

TEST(Puppet, ShowsStatusWithSummaries) {
    auto fleet = three();
    const auto shown = run(fleet, {"status", "--sort"});
    EXPECT_EQ(shown.code, 0) << shown.err;
    EXPECT_EQ(shown.out.find("   node1: Currently stopped\n   node2: Currently stopped\n   node3: "
                             "Currently stopped\n\n"
                             "Summary of Applying:\n\n   false = 3\n\n"),
              0u)
        << shown.out;
    EXPECT_NE(shown.out.find("Summary of Enabled:\n\n   enabled = 3\n\n"), std::string::npos);
}

TEST(Puppet, CountsWithoutNodesToo) {
    Fleet fleet({});
    const auto shown = run(fleet, {"count", "--dt", "0"});
    EXPECT_EQ(shown.code, 1);
    EXPECT_EQ(shown.out.find("Total Puppet nodes: 0\n\n          Nodes currently enabled: 0\n"),
              0u);
}

TEST(Puppet, PassesItsOptionsOn) {
    auto fleet = three();
    run(fleet,
        {"runonce",
         "--no-noop",
         "--splay",
         "--tags",
         "a",
         "--tag",
         "b",
         "--environment",
         "test",
         "--use_cached_catalog",
         "--ignoreschedules",
         "-I",
         "node1"});
    ASSERT_FALSE(fleet.seen.empty());
    const auto* data = fleet.seen.back().claims.body.find("data");
    EXPECT_EQ(*data->find("noop"), Value(false));
    EXPECT_EQ(*data->find("splay"), Value(true));
    EXPECT_EQ(*data->find("tags"), Value("a,b"));
    EXPECT_EQ(*data->find("environment"), Value("test"));
    EXPECT_EQ(*data->find("use_cached_catalog"), Value(true));
    EXPECT_EQ(*data->find("ignoreschedules"), Value(true));
    EXPECT_EQ(data->find("force"), nullptr);
}

/// Issue 12, item 28: to force is never to wait, and to say so again is no contradiction.
TEST(Puppet, ForcesWithoutSplay) {
    auto fleet = three();
    run(fleet, {"runonce", "--force", "--no-splay", "-I", "node1"});
    ASSERT_FALSE(fleet.seen.empty());
    const auto* data = fleet.seen.back().claims.body.find("data");
    EXPECT_EQ(*data->find("force"), Value(true));
    EXPECT_EQ(data->find("splay"), nullptr);
}

TEST(Puppet, DisablesWithAReason) {
    auto fleet = three();
    EXPECT_EQ(run(fleet, {"disable", "for tests", "-I", "node1"}).code, 0);
    EXPECT_EQ(*fleet.seen.back().claims.body.find("data")->find("message"), Value("for tests"));
}

TEST(Puppet, RefusesBadUse) {
    const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
        {{}, "Please specify a command."},
        {{"explode"},
         "Action must be count, enable, disable, resource, runall, runonce, status or summary"},
        {{"runonce", "--force", "--splay"}, "Cannot set splay when forcing runs"},
        {{"runonce", "--force", "--splaylimit", "3"}, "Cannot set splaylimit when forcing runs"},
        {{"runonce", "--tags", "a;b"}, "Cannot validate input tags: "},
    };
    auto fleet = three();
    for (const auto& [words, error] : cases) {
        const auto shown = run(fleet, words);
        EXPECT_EQ(shown.code, 1) << error;
        EXPECT_NE(shown.err.find(error), std::string::npos) << shown.err;
        EXPECT_EQ(shown.connections, 0) << error;
    }
}

std::vector<std::string> completed(const std::vector<std::string>& words) {
    return cli::testing::completed(cli::Commands({agents::make_puppet_command()}), words);
}

TEST(PuppetCompletion, KnowsTheActionsThatTheHelpScreenLists) {
    const auto actions = completed({"puppet", ""});
    EXPECT_FALSE(actions.empty());
    const auto usages = agents::make_puppet_command().usages();
    for (const auto& word : actions)
        EXPECT_NE(usages.back().find("    " + word + ' '), std::string::npos) << word;
    EXPECT_THAT(completed({"puppet", "runonce", ""}), IsEmpty());
}

TEST(PuppetCompletion, KnowsSwitchesInBothDirections) {
    EXPECT_THAT(completed({"puppet", "--no-no"}), ElementsAre("--no-noop"));
}

}  // namespace
}  // namespace mco::puppet::application
