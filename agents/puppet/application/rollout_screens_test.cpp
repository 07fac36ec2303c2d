#include "agents/puppet/application/rollout_screens.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <limits>

namespace mco::puppet::application {
namespace {

using client::NodeRun;
using client::Phase;
using client::Rollout;
using client::RolloutPlan;
using client::RunReport;
using client::Verdict;
using render::Palette;
using std::chrono::seconds;

const Palette none{false};
const Monotonic start_time{seconds(1000)};

NodeRun ended(Verdict verdict, std::string message = "") {
    NodeRun run;
    run.node = "web1";
    run.phase = Phase::ended;
    run.verdict = verdict;
    run.message = std::move(message);
    return run;
}

NodeRun reported(Verdict verdict, const RunReport& report) {
    auto run = ended(verdict, "Started a Puppet run");
    run.report = report;
    run.report.finished = true;
    run.report.verdict = verdict;
    return run;
}

RunReport of(std::int64_t total, double duration) {
    RunReport report;
    report.total = total;
    report.duration = duration;
    return report;
}

std::vector<std::string> web(std::size_t count) {
    std::vector<std::string> names;
    for (std::size_t i = 1; i <= count; ++i)
        names.push_back("web" + std::to_string(i));
    return names;
}

void finish(Rollout& rollout, const std::string& node, Verdict verdict, RunReport report = {}) {
    rollout.on_accepted(node, "run", 1, "Started", start_time);
    report.finished = true;
    report.verdict = verdict;
    rollout.on_report(node, report, false, start_time);
}

TEST(RunLine, TellsWhatARunChanged) {
    auto report = of(40, 4.23);
    report.changed = 3;
    EXPECT_EQ(run_line(reported(Verdict::changed, report), none),
              "web1: changed 3 of 40 resources in 4.2 seconds\n");
    EXPECT_EQ(run_line(reported(Verdict::unchanged, of(1, 2.1)), none),
              "web1: nothing to change (1 resource, 2.1 seconds)\n");
}

TEST(RunLine, TellsWhatARunWouldChange) {
    auto report = of(40, 2);
    report.noop = true;
    EXPECT_EQ(run_line(reported(Verdict::unchanged, report), none),
              "web1: nothing to change (40 resources, no-op, 2.0 seconds)\n");
    report.out_of_sync = 3;
    EXPECT_EQ(run_line(reported(Verdict::unchanged, report), none),
              "web1: would change 3 of 40 resources (no-op, 2.0 seconds)\n");
}

TEST(RunLine, ShowsTheFirstErrors) {
    auto report = of(40, 5);
    report.failed = 1;
    report.changed = 2;
    report.errors = {"File[/x]: no such directory", "\x1b[2Jtwo\nlines"};
    EXPECT_EQ(run_line(reported(Verdict::failed, report), Palette{}),
              "web1: \x1b[31mfailed: 1 of 40 resources failed, 2 changed, in 5.0 seconds\x1b[0m\n"
              "    \x1b[31mFile[/x]: no such directory\x1b[0m\n"
              "    \x1b[31m\\x1B[2Jtwo\\nlines\x1b[0m\n");
    report.errors = {"1", "2", "3", "4", "5", "6", "7"};
    EXPECT_EQ(run_line(reported(Verdict::failed, report), none),
              "web1: failed: 1 of 40 resources failed, 2 changed, in 5.0 seconds\n"
              "    1\n    2\n    3\n    4\n    5\n    … and 2 more\n");
}

TEST(RunLine, TellsARunWithoutACatalog) {
    auto report = of(0, 1.2);
    report.errors = {"Could not retrieve catalog"};
    auto cached = of(40, 5.0);
    cached.cached_catalog = true;
    cached.changed = 2;
    EXPECT_EQ(run_line(reported(Verdict::failed, cached), none),
              "web1: failed: no new catalog; with that of an earlier run 0 of 40 resources failed, "
              "2 changed, in 5.0 seconds\n");
    EXPECT_EQ(run_line(reported(Verdict::failed, report), none),
              "web1: failed: no catalog was applied, after 1.2 seconds\n"
              "    Could not retrieve catalog\n");
}

TEST(RunLine, TellsARunWithoutAReport) {
    RunReport report;
    report.errors = {"Out of memory"};
    EXPECT_EQ(run_line(reported(Verdict::no_report, report), none),
              "web1: ended without a report: killed, perhaps\n    Out of memory\n");
    EXPECT_EQ(run_line(reported(Verdict::skipped, {}), none),
              "web1: skipped: Puppet did not run; another run was under way, or it is disabled\n");
}

TEST(RunLine, TellsWhyThereWasNoRun) {
    const auto line = [](Verdict verdict, const char* message) {
        return run_line(ended(verdict, message), none);
    };
    EXPECT_EQ(line(Verdict::refused, "You are not authorized"),
              "web1: refused: You are not authorized\n");
    EXPECT_EQ(line(Verdict::lost, "no answer for 30 seconds; its run may still go on"),
              "web1: lost: no answer for 30 seconds; its run may still go on\n");
    EXPECT_EQ(line(Verdict::overdue, "still running after 1 hour"),
              "web1: overdue: still running after 1 hour\n");
    EXPECT_EQ(line(Verdict::not_started, "nothing was seen of its run for 5 minutes"),
              "web1: not started: nothing was seen of its run for 5 minutes\n");
    EXPECT_EQ(line(Verdict::not_run, "the rollout was stopped"),
              "web1: not started because the rollout was stopped\n");
    EXPECT_EQ(run_line(ended(Verdict::disabled, "Puppet is disabled: 'why'"), Palette{}),
              "web1: \x1b[31mPuppet is disabled: 'why'\x1b[0m\n");
}

TEST(ProgressLine, NamesWhoRuns) {
    RolloutPlan plan;
    plan.concurrency = 4;
    plan.wait_for_busy = true;
    Rollout rollout(plan, web(8));
    EXPECT_EQ(progress_line(rollout), "0 of 8 ended; 8 waiting");
    rollout.on_status("web8", true, start_time);
    rollout.start(start_time);
    finish(rollout, "web1", Verdict::changed);
    finish(rollout, "web3", Verdict::failed);
    rollout.start(start_time);
    EXPECT_EQ(progress_line(rollout),
              "2 of 8 ended (1 failed); running: web2, web4, web5; busy: web8; 2 waiting");
}

TEST(ProgressLine, NamesAtMostTen) {
    Rollout rollout({}, web(12));
    rollout.start(start_time);
    EXPECT_EQ(progress_line(rollout),
              "0 of 12 ended; running: web1, web2, web3, web4, web5, web6, web7, web8, web9, web10 "
              "and 2 more");
}

/// Issue 12, 24.
TEST(LiveText, BeginsWithNumbers) {
    RolloutPlan plan;
    plan.concurrency = 4;
    plan.wait_for_busy = true;
    Rollout rollout(plan, web(8));
    EXPECT_EQ(live_text(rollout), "0 of 8 done, 8 waiting");
    rollout.on_status("web8", true, start_time);
    rollout.start(start_time);
    finish(rollout, "web1", Verdict::changed);
    finish(rollout, "web3", Verdict::failed);
    rollout.start(start_time);
    EXPECT_EQ(live_text(rollout),
              "2 of 8 done, 1 failed, 3 running, 1 busy, 2 waiting: web2, web4, web5");
}

/// Issue 12, 24.
TEST(InterruptedLine, NamesWhoGoesOn) {
    Rollout rollout({}, web(22));
    EXPECT_EQ(interrupted_line(rollout), "Interrupted; no run that was started goes on");
    rollout.start(start_time);
    const auto line = interrupted_line(rollout);
    EXPECT_EQ(line.find("Interrupted; still running on 22 nodes: web1, web2"), 0u);
    EXPECT_TRUE(line.ends_with(", web20 and 2 more")) << line;
}

/// Issue 12, 24: its own line told of it.
TEST(Totals, CountButDoNotNameWhoGotLost) {
    RolloutPlan plan;
    plan.lost_after = seconds(1);
    Rollout rollout(plan, web(1));
    rollout.start(start_time);
    rollout.on_time(start_time + seconds(2));
    EXPECT_EQ(totals(rollout, none), "\nPuppet runs on 1 node\n\n            lost: 1\n");
}

TEST(Totals, CountHowNodesEnded) {
    RolloutPlan plan;
    plan.canary = 4;
    plan.max_failures = client::AllowedFailures{25, true};
    Rollout rollout(plan, web(8));
    rollout.start(start_time);
    auto report = of(40, 1);
    finish(rollout, "web2", Verdict::unchanged, report);
    report.changed = 3;
    finish(rollout, "web1", Verdict::changed, report);
    report.failed = 1;
    finish(rollout, "web3", Verdict::failed, report);
    rollout.on_refused("web4", "no", start_time);
    EXPECT_EQ(totals(rollout, none),
              "\nPuppet runs on 8 nodes\n\n"
              "       unchanged: 1\n"
              "         changed: 1\n"
              "          failed: 1\n"
              "         refused: 1\n"
              "         not run: 4\n"
              "\n6 changed, 1 failed of 120 resources\n"
              "\nfailed:\n    web3\n"
              "\nrefused:\n    web4\n"
              "\nnot run:\n    web[5-8]\n"
              "\nStopped: 2 of 4 nodes failed, at most 25% may\n");
}

TEST(Totals, SayNothingOfWhatIsNotThere) {
    Rollout rollout({}, web(1));
    rollout.start(start_time);
    finish(rollout, "web1", Verdict::unchanged);
    EXPECT_EQ(totals(rollout, Palette{}),
              "\nPuppet runs on 1 node\n\n       unchanged: \x1b[32m1\x1b[0m\n");
    EXPECT_EQ(totals(Rollout({}, {}), none), "\nPuppet runs on 0 nodes\n\n");
}

TEST(Totals, TellNoOpRunsApart) {
    Rollout rollout({}, web(2));
    rollout.start(start_time);
    auto report = of(10, 1);
    report.out_of_sync = 4;
    finish(rollout, "web1", Verdict::changed, report);
    report.noop = true;
    finish(rollout, "web2", Verdict::unchanged, report);
    EXPECT_NE(totals(rollout, none)
                  .find("\n0 changed, 0 failed, 4 would be changed (no-op) of 20 resources\n"),
              std::string::npos);
}

TEST(Totals, BoundWhatNodesMayMakeThemSay) {
    Rollout rollout({}, web(3));
    rollout.start(start_time);
    for (const auto* node : {"web1", "web2", "web3"}) {
        auto report = of(std::numeric_limits<std::int64_t>::max(), 1);
        report.changed = std::numeric_limits<std::int64_t>::min();
        finish(rollout, node, Verdict::changed, report);
    }
    EXPECT_NE(totals(rollout, none).find("\n0 changed, 0 failed of 3000000000 resources\n"),
              std::string::npos);
}

TEST(Totals, ListAtMostTwentyRanges) {
    std::vector<std::string> names;
    for (int i = 0; i < 21; ++i)
        names.push_back("web" + std::to_string(2 * i) + ".lab");
    Rollout rollout({}, names);
    rollout.stop("interrupted");
    const auto text = totals(rollout, none);
    EXPECT_NE(text.find("    web38.lab\n    … and others\n\nStopped: interrupted\n"),
              std::string::npos)
        << text;
    EXPECT_EQ(text.find("web40.lab"), std::string::npos);
}

TEST(Stamp, IsLocalTime) {
    setenv("TZ", "UTC-2", 1);
    tzset();
    EXPECT_EQ(stamp(TimePoint(seconds(1'935'655'200))), "2031-05-04 12:00:00: ");
}

}  // namespace
}  // namespace mco::puppet::application
