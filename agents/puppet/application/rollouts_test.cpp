// `mco puppet runall` and `runonce --wait` against simulated nodes.
#include "agents/puppet/application/testing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

namespace mco::puppet::application {
namespace {

using client::testing::Fleet;
using client::testing::NodePlan;
using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::Not;

/// What a node's Puppet is like.
struct Puppet {
    std::string outcome = "changed";
    bool enabled = true;
};

NodePlan node(const std::string& name, Puppet puppet = {}) {
    const auto behaviour = [puppet](const rpc::CallBody& call) -> rpc::Output {
        if (call.action == "status")
            return {rpc::Status::ok,
                    "OK",
                    Map{{"enabled", puppet.enabled},
                        {"applying", false},
                        {"lastrun", 0},
                        {"disable_message", puppet.enabled ? "" : "for tests"}}};
        if (call.action == "runonce" && !puppet.enabled)
            return rpc::failure("Puppet is disabled: 'for tests'");
        if (call.action == "runonce")
            return {rpc::Status::ok,
                    "OK",
                    Map{{"summary", "Started a run"}, {"initiated_at", 5}, {"run", "r1"}}};
        Map data{{"state", "finished"},
                 {"outcome", puppet.outcome},
                 {"total_resources", 10},
                 {"changed_resources", 2},
                 {"failed_resources", puppet.outcome == "failed" ? 1 : 0},
                 {"duration", 3}};
        if (puppet.outcome == "failed")
            data.set("errors", Array{"Exec[x]: no such program"});
        if (const auto* since = call.inputs.find("since")) {
            const bool new_lines = *since == Value(0);
            data.set("output", new_lines ? Array{"Notice: one", "Notice: two"} : Array{});
            data.set("next", 2);
        }
        return {rpc::Status::ok, "OK", std::move(data)};
    };
    return {name, {}, behaviour};
}

/// The lines without their stamps, which they have to have.
std::string unstamped(const std::string& text) {
    return std::regex_replace(text, std::regex(R"((^|\n)\d{4}-\d\d-\d\d \d\d:\d\d:\d\d: )"), "$1");
}

const Value* input(const Fleet& fleet, std::string_view action, std::string_view name) {
    for (const auto& seen : fleet.seen)
        if (seen.claims.agent == "puppet" && *seen.claims.body.find("action") == Value(action))
            return seen.claims.body.find("data")->find(name);
    return nullptr;
}

std::size_t calls(const Fleet& fleet, const std::string& node, std::string_view action) {
    std::size_t count = 0;
    for (const auto& seen : fleet.seen)
        if (seen.node == node && seen.claims.agent == "puppet" &&
            *seen.claims.body.find("action") == Value(action))
            ++count;
    return count;
}

TEST(PuppetRunonce, WaitsForTheEndOfEveryRun) {
    Fleet fleet({node("n1"), node("n2", {"failed"})});
    const auto shown = run_puppet(fleet, {"runonce", "--wait"});
    EXPECT_EQ(shown.code, 2) << shown.err;
    EXPECT_THAT(shown.out,
                AllOf(HasSubstr("n1: changed 2 of 10 resources in 3.0 seconds\n"),
                      HasSubstr("n2: failed: 1 of 10 resources failed"),
                      HasSubstr("    Exec[x]: no such program\n"),
                      HasSubstr("Puppet runs on 2 nodes\n")));
    EXPECT_EQ(input(fleet, "runonce", "force"), nullptr);
    EXPECT_EQ(input(fleet, "run_result", "since"), nullptr);
}

TEST(PuppetRunonce, SucceedsWhenEverybodyRanWell) {
    Fleet fleet({node("n1"), node("n2", {"unchanged"})});
    EXPECT_EQ(run_puppet(fleet, {"runonce", "--wait"}).code, 0);
}

TEST(PuppetRunonce, WithoutItsOptionsWaitsForNothing) {
    Fleet fleet({node("n1")});
    EXPECT_EQ(run_puppet(fleet, {"runonce", "--np"}).code, 0);
    EXPECT_EQ(calls(fleet, "n1", "run_result"), 0u);
}

TEST(PuppetRunonce, FollowsOutput) {
    Fleet fleet({node("n1")});
    const auto shown = run_puppet(fleet, {"runonce", "--follow"});
    EXPECT_EQ(shown.code, 0) << shown.err;
    EXPECT_THAT(shown.out, HasSubstr("n1: Notice: one\nn1: Notice: two\nn1: changed 2 of 10"));
}

TEST(PuppetRunonce, PrintsWhatProgramsRead) {
    Fleet fleet({node("n1"), node("n2", {"changed", false})});
    const auto shown = run_puppet(fleet, {"runonce", "--wait", "--json", "--sort"});
    EXPECT_EQ(shown.code, 2) << shown.err;
    EXPECT_THAT(shown.out,
                MatchesRegex(R"(\[\{.*"sender":"n1","statuscode":0,.*"outcome":"changed".*\})"
                             R"(,\{.*"sender":"n2","statuscode":1,.*Puppet is disabled.*\}\])"
                             "\n"));
    Fleet lines({node("n1")});
    const auto rows = run_puppet(lines, {"runonce", "--follow", "--jsonl"});
    EXPECT_EQ(rows.code, 0) << rows.err;
    EXPECT_THAT(rows.out, HasSubstr(R"("sender":"n1")"));
    EXPECT_THAT(rows.out, Not(HasSubstr("Notice: one")));
    EXPECT_EQ(std::count(rows.out.begin(), rows.out.end(), '\n'), 2);
}

TEST(PuppetRunonce, FindsNobody) {
    Fleet fleet({});
    const auto shown = run_puppet(fleet, {"runonce", "--wait", "--dt", "0"});
    EXPECT_EQ(shown.code, 1);
    EXPECT_THAT(shown.out, IsEmpty());
    EXPECT_THAT(shown.err, HasSubstr("we did not discover any nodes"));
}

TEST(PuppetRunonce, SaysWhoDoesNotAnswer) {
    auto silent = node("n1");
    silent.silent = true;
    Fleet fleet({silent});
    const auto shown = run_puppet(fleet, {"runonce", "--wait", "--lost-after", "1"});
    EXPECT_EQ(shown.code, 3);
    EXPECT_THAT(shown.out, HasSubstr("n1: lost: no answer for 1 second"));
    EXPECT_EQ(shown.out.find("n1"), shown.out.rfind("n1")) << "once is enough";
    EXPECT_THAT(shown.err, IsEmpty());
}

/// Issue 12, 24.
TEST(PuppetRuns, AreFollowedByALiveLineOnATerminal) {
    const cli::Terminal terminal{true, 60, 79};
    for (const std::vector<std::string>& words :
         {std::vector<std::string>{"runonce", "--wait", "--batch", "1"}, {"runall", "1"}}) {
        Fleet fleet({node("n1"), node("n2", {"failed"})});
        const auto shown = run_puppet(fleet, words, terminal);
        EXPECT_THAT(shown.out,
                    AllOf(HasSubstr("\r0 of 2 done, 1 running, 1 waiting: n1"),
                          HasSubstr("\r1 of 2 done, 1 running: n2"),
                          Not(HasSubstr(" of 2 ended"))))
            << "instead of lines that go by";
        EXPECT_THAT(shown.out.substr(shown.out.rfind('\r')), Not(HasSubstr(" done")))
            << "gone at the end";
        EXPECT_THAT(run_puppet(fleet, words).out, Not(HasSubstr("\r"))) << "nothing of it in pipes";
    }
}

/// Issue 12, 24.
TEST(PuppetRunonce, NamesWhoGoesOnWhenItIsInterrupted) {
    auto plan = node("n1");
    Fleet* interrupted = nullptr;
    plan.behaviour = [&, behaviour = plan.behaviour](const rpc::CallBody& call) {
        if (call.action != "run_result")
            return behaviour(call);
        interrupted->session().interrupt();
        return rpc::Output{rpc::Status::ok, "OK", Map{{"state", "running"}}};
    };
    Fleet fleet({plan});
    interrupted = &fleet;
    const auto shown = run_puppet(fleet, {"runonce", "--wait"});
    EXPECT_EQ(shown.code, 1);
    EXPECT_THAT(shown.out, HasSubstr("Interrupted; still running on 1 node: n1\n"));
}

TEST(PuppetRunonce, StopsAfterABadCanary) {
    Fleet fleet({node("n1", {"failed"}), node("n2", {"failed"}), node("n3", {"failed"})});
    const auto shown = run_puppet(fleet, {"runonce", "--canary", "1"});
    EXPECT_EQ(shown.code, 2);
    EXPECT_THAT(shown.out,
                AllOf(HasSubstr("Wave 1: 1 of 3 nodes may run\n"),
                      HasSubstr("Stopped: 1 of 1 node failed"),
                      HasSubstr("not run: 2")));
    EXPECT_THAT(shown.err, IsEmpty());
    EXPECT_EQ(calls(fleet, "n1", "runonce") + calls(fleet, "n2", "runonce") +
                  calls(fleet, "n3", "runonce"),
              1u);
    Fleet bearing({node("n1", {"failed"}), node("n2"), node("n3")});
    const auto borne = run_puppet(bearing, {"runonce", "--canary", "1", "--max-failures", "100%"});
    EXPECT_EQ(borne.code, 2);
    EXPECT_THAT(borne.out, Not(HasSubstr("not run")));
}

TEST(PuppetRunall, LogsAsTheOriginal) {
    Fleet fleet({node("n1"), node("n2"), node("n3", {"changed", false})});
    const auto shown =
        run_puppet(fleet, {"runall", "1", "--noop", "--use_cached_catalog", "--tags", "a"});
    EXPECT_EQ(shown.code, 0) << shown.err;
    const auto text = unstamped(shown.out);
    EXPECT_EQ(text.find("Running all nodes with a concurrency of 1\n"
                        "Discovering enabled Puppet nodes to manage\n"
                        "Found 2 enabled nodes\n"
                        "Left out 1 disabled node: n3 ('for tests')\n"),
              0u)
        << text;
    EXPECT_THAT(text,
                AllOf(HasSubstr("n1 schedule status: Started a run\n"),
                      HasSubstr("n1: changed 2 of 10"),
                      HasSubstr("Iteration complete. Initiated a Puppet run on 2 nodes.\n")));
    EXPECT_EQ(*input(fleet, "runonce", "force"), Value(true));
    EXPECT_EQ(*input(fleet, "runonce", "use_cached_catalog"), Value(true));
    EXPECT_EQ(*input(fleet, "runonce", "noop"), Value(true));
    EXPECT_EQ(*input(fleet, "runonce", "tags"), Value("a"));
    EXPECT_EQ(calls(fleet, "n3", "runonce"), 0u);
}

TEST(PuppetRunall, SaysThatCompoundFiltersAreNotAll) {
    const std::string line = "and'ing with 'puppet().enabled=true'";
    Fleet fleet({node("n1")});
    EXPECT_THAT(run_puppet(fleet, {"runall", "1", "-S", "os=Debian"}).out, HasSubstr(line));
    EXPECT_THAT(run_puppet(fleet, {"runall", "1", "-F", "os=Debian"}).out, Not(HasSubstr(line)));
}

TEST(PuppetRunall, SpeaksOfOneNode) {
    Fleet fleet({node("n1", {"failed"})});
    const auto shown = run_puppet(fleet, {"runall", "3"});
    EXPECT_EQ(shown.code, 2);
    EXPECT_THAT(unstamped(shown.out), HasSubstr("\nFound 1 enabled node\n"));
}

TEST(PuppetRunall, IsContentWithNobody) {
    Fleet fleet({});
    const auto shown = run_puppet(fleet, {"runall", "3", "--dt", "0"});
    EXPECT_EQ(shown.code, 0);
    EXPECT_THAT(unstamped(shown.out),
                AllOf(HasSubstr("Found 0 enabled nodes\n"),
                      EndsWith("Initiated a Puppet run on 0 nodes.\n")));
}

TEST(PuppetRunall, IsNotContentWithSilence) {
    auto silent = node("n2");
    silent.silent = true;
    Fleet fleet({node("n1"), silent});
    const auto shown = run_puppet(fleet, {"runall", "3", "-t", "1"});
    EXPECT_EQ(shown.code, 2);
    EXPECT_THAT(unstamped(shown.out), HasSubstr("No answer from 1 node\n"));
    EXPECT_THAT(shown.out, Not(HasSubstr("n2"))) << "once is enough";
    EXPECT_THAT(shown.err, HasSubstr("n2"));
}

TEST(PuppetRunall, RepeatsItselfUntilItIsInterrupted) {
    auto plan = node("n1");
    Fleet* interrupted = nullptr;
    int started = 0;
    plan.behaviour = [&, behaviour = plan.behaviour](const rpc::CallBody& call) {
        if (call.action == "runonce" && ++started == 3)
            interrupted->session().interrupt();
        return behaviour(call);
    };
    Fleet fleet({plan});
    interrupted = &fleet;
    const auto shown = run_puppet(fleet, {"runall", "1", "--rerun", "0"});
    EXPECT_EQ(shown.code, 1);
    const auto text = unstamped(shown.out);
    EXPECT_EQ(text.find("Running all nodes again and again, at least 0 seconds from one start"),
              0u);
    EXPECT_THAT(text,
                AllOf(HasSubstr("starting again at once\n"),
                      HasSubstr("Interrupted; still running on 1 node: n1\n"),
                      HasSubstr("Stopped: interrupted")));
    EXPECT_THAT(text.substr(text.find("Interrupted")), Not(HasSubstr("complete")));
    EXPECT_THAT(shown.err, IsEmpty());
    EXPECT_EQ(started, 3);
}

TEST(PuppetRuns, RefuseBadUse) {
    using Words = std::vector<std::string>;
    const std::vector<std::pair<Words, std::string>> cases = {
        {{"runall"}, "The runall command needs a concurrency limit"},
        {{"runall", "0"}, "The concurrency for the runall command has to be greater than 0"},
        {{"runall", "--", "-2"}, "The concurrency for the runall command has to be greater than 0"},
        {{"runall", "x"}, "has to be a whole number, not 'x'"},
        {{"runall", "2x"}, "has to be a whole number, not '2x'"},
        {{"runonce", "--rerun", "5"}, "--rerun is for runall only"},
        {{"status", "--canary", "5"}, "--canary is for runonce and runall only"},
        {{"enable", "--wait"}, "--wait is for runonce and runall only"},
        {{"runonce", "--run-limit", "5"}, "--run-limit needs --wait"},
        {{"runonce", "--canary", "0"}, "--canary has to be greater than 0"},
        {{"runall", "2", "--lost-after", "0"}, "--lost-after has to be greater than 0"},
        {{"runall", "2", "--rerun", "-1"}, "--rerun cannot be less than 0"},
        {{"runall", "2", "--max-failures", "some"}, "some"},
        {{"runall", "2", "--tags", "a;b"}, "Cannot validate input tags: "}};
    Fleet fleet({});
    for (const auto& [words, error] : cases) {
        const auto shown = run_puppet(fleet, words);
        EXPECT_EQ(shown.code, 1) << error;
        EXPECT_THAT(shown.err, HasSubstr(error));
        EXPECT_EQ(shown.connections, 0) << error;
    }
}

}  // namespace
}  // namespace mco::puppet::application
