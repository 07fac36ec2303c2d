#include "client/rollout/rollout.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mco::client {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;
using Names = std::vector<std::string>;

constexpr const char* applying_refusal = "Puppet is currently applying a catalog, cannot run now";

/// `n1`, `n2`, …
Names some(std::size_t count) {
    Names names;
    for (std::size_t i = 1; i <= count; ++i)
        names.push_back("n" + std::to_string(i));
    return names;
}

RunReport report(Verdict verdict) {
    RunReport report;
    report.finished = true;
    report.verdict = verdict;
    return report;
}

/// A rollout, its clock, and what may happen to its nodes.
class Site {
  public:
    Site(const RolloutPlan& plan, std::size_t count) : rollout(plan, some(count)) {}

    Names start() { return rollout.start(now); }

    void accept(const std::string& node) { rollout.on_accepted(node, "run", 7, "Started", now); }

    void refuse(const std::string& node, const std::string& why) {
        rollout.on_refused(node, why, now);
    }

    void status(const std::string& node, bool applying) { rollout.on_status(node, applying, now); }

    void goes_on(const std::string& node, bool applying = true) {
        rollout.on_report(node, {}, applying, now);
    }

    void end(const std::string& node, Verdict verdict = Verdict::changed) {
        accept(node);
        rollout.on_report(node, report(verdict), false, now);
    }

    void after(seconds time) {
        now += time;
        rollout.on_time(now);
    }

    /// `n1 changed`, in the order of their ends.
    Names ended() {
        Names names;
        for (const auto* run : rollout.take_ended())
            names.push_back(run->node + ' ' + std::string(name(run->verdict)));
        return names;
    }

    Phase phase(const std::string& node) const { return rollout.find(node)->phase; }

    Verdict verdict(const std::string& node) const { return rollout.find(node)->verdict; }

    const std::string& message(const std::string& node) const {
        return rollout.find(node)->message;
    }

    Rollout rollout;
    Monotonic now{seconds(1000)};
};

RolloutPlan at_once(std::size_t concurrency) {
    RolloutPlan plan;
    plan.concurrency = concurrency;
    return plan;
}

RolloutPlan patient(std::size_t concurrency) {
    auto plan = at_once(concurrency);
    plan.wait_for_busy = true;
    return plan;
}

RolloutPlan careful(std::size_t canary, std::optional<AllowedFailures> allowed = std::nullopt) {
    RolloutPlan plan;
    plan.canary = canary;
    plan.max_failures = allowed;
    return plan;
}

TEST(Rollout, OfNobodyIsFinished) {
    Site site({}, 0);
    EXPECT_TRUE(site.rollout.finished());
    EXPECT_THAT(site.start(), IsEmpty());
    EXPECT_EQ(site.rollout.wave_end(), 0U);
}

TEST(Rollout, StartsEverybodyWithoutALimit) {
    Site site({}, 3);
    EXPECT_THAT(site.start(), ElementsAre("n1", "n2", "n3"));
    EXPECT_THAT(site.start(), IsEmpty());
}

TEST(Rollout, LeavesOutNamesThatComeAgain) {
    Rollout rollout({}, {"a", "b", "a"});
    EXPECT_EQ(rollout.nodes().size(), 2U);
    EXPECT_THAT(rollout.start({}), ElementsAre("a", "b"));
}

TEST(Rollout, GivesAPlaceToTheNextAsSoonAsOneEnds) {
    Site site(at_once(2), 4);
    EXPECT_THAT(site.start(), ElementsAre("n1", "n2"));
    site.accept("n1");
    site.accept("n2");
    EXPECT_THAT(site.start(), IsEmpty());
    site.end("n2");
    EXPECT_THAT(site.start(), ElementsAre("n3"));
    site.refuse("n3", "no");
    EXPECT_THAT(site.start(), ElementsAre("n4"));
    EXPECT_EQ(site.rollout.count(Phase::asked), 1U);
    EXPECT_EQ(site.rollout.count(Phase::running), 1U);
    EXPECT_EQ(site.rollout.count(Phase::ended), 2U);
}

TEST(Rollout, TellsWhoEndedOnce) {
    Site site({}, 3);
    site.start();
    site.end("n3", Verdict::unchanged);
    site.end("n1", Verdict::failed);
    EXPECT_THAT(site.ended(), ElementsAre("n3 unchanged", "n1 failed"));
    EXPECT_THAT(site.ended(), IsEmpty());
    EXPECT_FALSE(site.rollout.finished());
    site.end("n2");
    EXPECT_THAT(site.ended(), ElementsAre("n2 changed"));
    EXPECT_TRUE(site.rollout.finished());
    EXPECT_FALSE(site.rollout.stopped());
    EXPECT_EQ(site.rollout.failures(), 1U);
}

TEST(Rollout, KeepsWhatANodeSaid) {
    Site site({}, 1);
    site.start();
    site.rollout.on_accepted("n1", "run-7", 99, "Started a Puppet run", site.now);
    auto finished = report(Verdict::changed);
    finished.changed = 3;
    site.rollout.on_report("n1", finished, false, site.now);
    const auto* run = site.rollout.find("n1");
    EXPECT_EQ(run->run, "run-7");
    EXPECT_EQ(run->initiated_at, 99);
    EXPECT_EQ(run->message, "Started a Puppet run");
    EXPECT_EQ(run->report.changed, 3);
}

TEST(Rollout, IgnoresWhatComesTooLateOrTwice) {
    Site site({}, 1);
    site.end("n1");  // it was not even asked
    EXPECT_EQ(site.phase("n1"), Phase::waiting);
    site.start();
    site.rollout.on_accepted("n1", "first", 1, "", site.now);
    site.rollout.on_accepted("n1", "second", 2, "", site.now);
    site.refuse("n1", "no");
    EXPECT_EQ(site.rollout.find("n1")->run, "first");
    EXPECT_EQ(site.phase("n1"), Phase::running);
    site.end("n1");
    site.refuse("n1", "no");
    site.goes_on("n1");
    site.end("n1", Verdict::failed);
    site.after(seconds(99'999));
    EXPECT_THAT(site.ended(), ElementsAre("n1 changed"));
    site.end("somebody else");
    EXPECT_EQ(site.rollout.find("somebody else"), nullptr);
}

TEST(Rollout, TakesAnEndWithoutAVerdictForAMissingReport) {
    Site site({}, 1);
    site.start();
    site.end("n1", Verdict::none);
    EXPECT_THAT(site.ended(), ElementsAre("n1 no_report"));
}

TEST(Rollout, TellsRefusalsApart) {
    Site site({}, 3);
    site.start();
    site.refuse("n1", "Puppet is disabled: 'broken'");
    site.refuse("n2", "You are not authorized");
    site.refuse("n3", applying_refusal);  // not waited for
    EXPECT_THAT(site.ended(), ElementsAre("n1 disabled", "n2 refused", "n3 refused"));
    EXPECT_EQ(site.message("n1"), "Puppet is disabled: 'broken'");
    EXPECT_EQ(site.message("n2"), "You are not authorized");
    EXPECT_EQ(site.rollout.failures(), 3U);
}

TEST(Rollout, WaitsForANodeThatRefusesBecauseItAppliesACatalog) {
    Site site(patient(1), 3);
    site.start();
    site.refuse("n1", applying_refusal);
    EXPECT_EQ(site.phase("n1"), Phase::busy);
    EXPECT_THAT(site.start(), IsEmpty()) << "it takes a place";
    site.status("n1", true);
    EXPECT_THAT(site.start(), IsEmpty());
    site.status("n1", false);
    EXPECT_THAT(site.start(), ElementsAre("n1"));
    site.end("n1");
    EXPECT_THAT(site.start(), ElementsAre("n2"));
}

TEST(Rollout, CountsNodesThatApplyBeforeTheirTurn) {
    Site site(patient(2), 5);
    site.status("n1", false);
    site.status("n3", true);
    site.status("n4", true);
    site.status("n5", true);
    EXPECT_EQ(site.rollout.count(Phase::busy), 3U);
    EXPECT_THAT(site.start(), IsEmpty());
    site.status("n5", false);
    EXPECT_THAT(site.start(), IsEmpty());
    site.status("n4", false);
    EXPECT_THAT(site.start(), ElementsAre("n4")) << "before those that were never busy";
    site.end("n4");
    EXPECT_THAT(site.start(), ElementsAre("n5"));
    site.end("n5");
    EXPECT_THAT(site.start(), ElementsAre("n1"));
}

TEST(Rollout, DoesNotCareWhoAppliesIfItDoesNotWait) {
    Site site(at_once(1), 2);
    site.status("n1", true);
    EXPECT_THAT(site.start(), ElementsAre("n1"));
}

TEST(Rollout, LosesNodesThatSayNothing) {
    auto plan = patient(0);
    plan.lost_after = seconds(30);
    Site site(plan, 4);
    site.status("n3", true);
    site.start();
    site.accept("n2");
    site.accept("n4");
    site.after(seconds(29));
    site.goes_on("n4");
    EXPECT_THAT(site.ended(), IsEmpty());
    site.after(seconds(1));
    EXPECT_THAT(site.ended(), ElementsAre("n1 lost", "n2 lost", "n3 lost"));
    EXPECT_EQ(site.message("n1"), "no answer for 30 seconds; a run may have been started");
    EXPECT_EQ(site.message("n2"), "no answer for 30 seconds; its run may still go on");
    EXPECT_EQ(site.message("n3"), "no answer for 30 seconds");
    site.after(seconds(29));
    EXPECT_THAT(site.ended(), ElementsAre("n4 lost"));
}

TEST(Rollout, DoesNotLoseThoseWhoseTurnHasNotCome) {
    Site site(at_once(1), 2);
    site.start();
    site.after(seconds(9999));
    EXPECT_THAT(site.ended(), ElementsAre("n1 lost"));
    EXPECT_THAT(site.start(), ElementsAre("n2"));
    site.after(seconds(29));
    EXPECT_EQ(site.phase("n2"), Phase::asked);
}

TEST(Rollout, GivesUpOnARunThatDoesNotEnd) {
    auto plan = patient(0);
    plan.run_limit = seconds(90);
    Site site(plan, 2);
    site.status("n2", true);
    site.start();
    site.accept("n1");
    for (int i = 0; i < 9; ++i) {
        EXPECT_THAT(site.ended(), IsEmpty());
        site.goes_on("n1");
        site.status("n2", true);
        site.after(seconds(10));
    }
    EXPECT_THAT(site.ended(), ElementsAre("n1 overdue", "n2 overdue"));
    EXPECT_EQ(site.message("n1"), "still running after 90 seconds");
    EXPECT_EQ(site.message("n2"),
              "still applies a catalog that was not started here, after 90 seconds");
}

TEST(Rollout, GivesUpOnARunThatDoesNotBegin) {
    auto plan = at_once(0);
    plan.start_limit = seconds(60);
    Site site(plan, 2);
    site.start();
    site.accept("n1");
    site.accept("n2");
    site.goes_on("n2", true);
    for (int i = 0; i < 6; ++i) {
        EXPECT_THAT(site.ended(), IsEmpty());
        site.goes_on("n1", false);
        site.goes_on("n2", false);  // it was seen before
        site.after(seconds(10));
    }
    EXPECT_THAT(site.ended(), ElementsAre("n1 not_started"));
    EXPECT_EQ(site.message("n1"), "nothing was seen of its run for 1 minute");
}

TEST(Rollout, IsStoppedForGood) {
    Site site(patient(2), 5);
    site.status("n5", true);
    EXPECT_THAT(site.start(), ElementsAre("n1"));
    site.accept("n1");
    site.rollout.stop("interrupted");
    site.rollout.stop("again");
    EXPECT_EQ(site.rollout.why_stopped(), "interrupted");
    EXPECT_THAT(site.ended(), ElementsAre("n2 not_run", "n3 not_run", "n4 not_run", "n5 not_run"));
    EXPECT_FALSE(site.rollout.finished()) << "n1 is waited for";
    EXPECT_THAT(site.start(), IsEmpty());
    site.end("n1");
    EXPECT_TRUE(site.rollout.finished());
    EXPECT_THAT(site.ended(), ElementsAre("n1 changed"));
    EXPECT_EQ(site.rollout.failures(), 0U);
}

TEST(Rollout, DoesNotWaitForABusyNodeOnceStopped) {
    Site site(patient(1), 1);
    site.start();
    site.rollout.stop("");
    site.refuse("n1", applying_refusal);
    EXPECT_THAT(site.ended(), ElementsAre("n1 not_run"));
    EXPECT_TRUE(site.rollout.stopped());
}

TEST(Rollout, GrowsInWaves) {
    Site site(careful(1), 9);
    EXPECT_THAT(site.start(), ElementsAre("n1"));
    site.accept("n1");
    EXPECT_THAT(site.start(), IsEmpty());
    site.end("n1");
    EXPECT_THAT(site.start(), ElementsAre("n2", "n3"));
    EXPECT_EQ(site.rollout.wave(), 2U);
    EXPECT_EQ(site.rollout.wave_end(), 3U);
    site.end("n2");
    EXPECT_THAT(site.start(), IsEmpty());
    site.end("n3");
    EXPECT_THAT(site.start(), ElementsAre("n4", "n5", "n6", "n7"));
    for (const auto* node : {"n4", "n5", "n6", "n7"})
        site.end(node);
    EXPECT_THAT(site.start(), ElementsAre("n8", "n9"));
    EXPECT_EQ(site.rollout.wave(), 4U);
    EXPECT_EQ(site.rollout.wave_end(), 9U);
}

TEST(Rollout, TakesACanaryOfMoreThanEverybody) {
    Site site(careful(99), 2);
    EXPECT_THAT(site.start(), ElementsAre("n1", "n2"));
    EXPECT_EQ(site.rollout.wave_end(), 2U);
}

TEST(Rollout, LetsNoCanaryFailUnlessToldOtherwise) {
    Site site(careful(2), 4);
    site.start();
    site.end("n1");
    site.end("n2", Verdict::failed);
    EXPECT_TRUE(site.rollout.stopped());
    EXPECT_EQ(site.rollout.why_stopped(), "1 of 2 nodes failed, none may");
    EXPECT_THAT(site.ended(), ElementsAre("n1 changed", "n2 failed", "n3 not_run", "n4 not_run"));
    EXPECT_TRUE(site.rollout.finished());
}

TEST(Rollout, CountsFailuresOverAllWavesSoFar) {
    Site site(careful(2, AllowedFailures{50, true}), 14);
    site.start();
    site.end("n1", Verdict::failed);
    site.end("n2");
    EXPECT_EQ(site.start().size(), 4U);
    site.end("n3", Verdict::lost);
    site.end("n4", Verdict::no_report);
    EXPECT_FALSE(site.rollout.stopped()) << "3 of 6";
    site.refuse("n5", "no");
    EXPECT_EQ(site.rollout.why_stopped(), "4 of 6 nodes failed, at most 50% may");
    EXPECT_FALSE(site.rollout.finished()) << "n6 runs";
    site.end("n6");
    EXPECT_TRUE(site.rollout.finished());
    EXPECT_EQ(site.rollout.count(Verdict::not_run), 8U);
}

TEST(Rollout, StopsAtTooManyFailuresWithoutWaves) {
    auto plan = at_once(2);
    plan.max_failures = AllowedFailures{1, false};
    Site site(plan, 4);
    site.start();
    site.end("n1", Verdict::failed);
    EXPECT_THAT(site.start(), ElementsAre("n3"));
    site.accept("n3");
    site.end("n2", Verdict::failed);
    EXPECT_EQ(site.rollout.why_stopped(), "2 of 4 nodes failed, at most 1 may");
    EXPECT_EQ(site.phase("n3"), Phase::running);
    EXPECT_EQ(site.verdict("n4"), Verdict::not_run);
}

TEST(Rollout, StopsInTheMiddleOfALossOfMany) {
    auto plan = patient(3);
    plan.max_failures = AllowedFailures{0, false};
    Site site(plan, 3);
    site.status("n3", true);
    site.start();
    site.after(seconds(30));
    EXPECT_THAT(site.ended(), ElementsAre("n1 lost", "n3 not_run", "n2 lost"));
}

TEST(Rollout, NeverStopsForFailuresWithoutALimit) {
    Site site(at_once(1), 20);
    for (int i = 1; i <= 20; ++i) {
        ASSERT_EQ(site.start().size(), 1U);
        site.end("n" + std::to_string(i), Verdict::failed);
    }
    EXPECT_FALSE(site.rollout.stopped());
}

/// A later wave's node is nothing to blame the former waves for.
TEST(Rollout, CountsALostBusyNodeInItsOwnWave) {
    auto plan = careful(1);
    plan.wait_for_busy = true;
    Site site(plan, 4);
    site.status("n2", true);
    site.start();
    site.accept("n1");
    site.after(seconds(20));
    site.goes_on("n1");
    site.after(seconds(10));
    EXPECT_THAT(site.ended(), ElementsAre("n2 lost"));
    EXPECT_FALSE(site.rollout.stopped());
    site.end("n1");
    EXPECT_FALSE(site.rollout.stopped());
    EXPECT_THAT(site.start(), IsEmpty());
    EXPECT_EQ(site.rollout.why_stopped(), "1 of 3 nodes failed, none may");
}

TEST(Rollout, KeepsWavesApartFromBusyNodes) {
    auto plan = careful(1);
    plan.wait_for_busy = true;
    Site site(plan, 3);
    site.status("n3", true);
    EXPECT_THAT(site.start(), ElementsAre("n1"));
    site.status("n3", false);
    EXPECT_THAT(site.start(), IsEmpty()) << "n3 is of the second wave";
    site.end("n1");
    EXPECT_THAT(site.start(), ElementsAre("n3", "n2"));
}

TEST(Rollout, ManagesTenThousandNodes) {
    constexpr std::size_t count = 10'000;
    Site site(at_once(100), count);
    std::size_t started = 0;
    std::size_t ended = 0;
    while (!site.rollout.finished()) {
        const auto names = site.start();
        started += names.size();
        for (const auto& node : names) {
            site.end(node);
            ended += site.rollout.take_ended().size();
        }
    }
    EXPECT_EQ(started, count);
    EXPECT_EQ(ended, count);
}

}  // namespace
}  // namespace mco::client
