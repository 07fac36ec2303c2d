// Whatever happens in whatever order: what a rollout promises holds after every event.
#include "client/rollout/rollout.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>

#include <rapidcheck.h>

namespace mco::client {
namespace {

using std::chrono::seconds;

struct Event {
    std::uint8_t kind = 0;
    std::uint8_t node = 0;
    bool flag = false;
    std::uint8_t amount = 0;
};

std::vector<Event> some_events() {
    const auto event =
        rc::gen::build<Event>(rc::gen::set(&Event::kind, rc::gen::inRange<std::uint8_t>(0, 12)),
                              rc::gen::set(&Event::node, rc::gen::inRange<std::uint8_t>(0, 13)),
                              rc::gen::set(&Event::flag, rc::gen::arbitrary<bool>()),
                              rc::gen::set(&Event::amount, rc::gen::inRange<std::uint8_t>(0, 25)));
    return *rc::gen::scale(3, rc::gen::container<std::vector<Event>>(event));
}

RolloutPlan some_plan() {
    RolloutPlan plan;
    plan.concurrency = *rc::gen::inRange<std::size_t>(0, 5);
    plan.canary = *rc::gen::inRange<std::size_t>(0, 4);
    plan.wait_for_busy = *rc::gen::arbitrary<bool>();
    if (*rc::gen::arbitrary<bool>())
        plan.max_failures = AllowedFailures{*rc::gen::element(0.0, 20.0, 50.0, 100.0), true};
    return plan;
}

/// A rollout beside a record of what it handed out and who may still be started.
class Watched {
  public:
    Watched(const RolloutPlan& plan, std::size_t nodes)
        : plan_(plan), rollout_(plan, named(nodes)) {}

    void apply(const Event& event) {
        const auto node = "n" + std::to_string(event.node);
        switch (event.kind) {
            case 0:
            case 1:
            case 2:
                start();
                break;
            case 3:
                rollout_.on_status(node, event.flag, now_);
                break;
            case 4:
            case 5:
                rollout_.on_accepted(node, "run", 1, "", now_);
                break;
            case 6:
                refuse(node, event.flag);
                break;
            case 7:
                rollout_.on_report(node, {}, event.flag, now_);
                break;
            case 8:
            case 9:
                finish(node, event.flag ? Verdict::changed : Verdict::failed);
                break;
            case 10:
                now_ += seconds(event.amount);
                rollout_.on_time(now_);
                break;
            default:
                if (event.flag && event.amount == 0)
                    rollout_.stop("told to");
        }
        check();
    }

    /// Everybody does what they should from here on; takes bounded time.
    void come_to_an_end() {
        for (std::size_t i = 0; !rollout_.finished(); ++i) {
            RC_ASSERT(i <= 3 * rollout_.nodes().size() + 3);
            for (const auto& run : rollout_.nodes())
                rollout_.on_status(run.node, false, now_);
            start();
            for (const auto& run : rollout_.nodes()) {
                rollout_.on_accepted(run.node, "run", 1, "", now_);
                finish(run.node, Verdict::unchanged);
            }
            check();
        }
        RC_ASSERT(ends_.size() == rollout_.nodes().size());
        RC_ASSERT(rollout_.count(Verdict::none) == 0U);
    }

  private:
    static std::vector<std::string> named(std::size_t count) {
        std::vector<std::string> names;
        for (std::size_t i = 0; i < count; ++i)
            names.push_back("n" + std::to_string(i));
        return names;
    }

    void start() {
        const bool was_stopped = rollout_.stopped();
        const auto names = rollout_.start(now_);
        RC_ASSERT(names.empty() || !was_stopped);
        for (const auto& node : names) {
            RC_ASSERT(startable(node));
            RC_ASSERT(started_.insert(node).second);
        }
        if (!names.empty() && plan_.concurrency > 0)
            RC_ASSERT(counted(Phase::asked) + counted(Phase::running) + counted(Phase::busy) <=
                      plan_.concurrency);
    }

    /// Whether everybody in former waves has ended, and it is in the one under way.
    bool startable(const std::string& node) const {
        const auto index = std::stoul(node.substr(1));
        const auto former = rollout_.wave() == 1 ? 0 : former_wave_end();
        const auto& nodes = rollout_.nodes();
        return index < rollout_.wave_end() &&
               std::all_of(nodes.begin(),
                           nodes.begin() + static_cast<std::ptrdiff_t>(former),
                           [](const NodeRun& run) { return run.phase == Phase::ended; });
    }

    std::size_t former_wave_end() const {
        return plan_.canary * ((std::size_t{1} << (rollout_.wave() - 1)) - 1);
    }

    void refuse(const std::string& node, bool applies) {
        rollout_.on_refused(
            node, applies ? "Puppet is currently applying a catalog, cannot run now" : "No", now_);
        const auto* run = rollout_.find(node);
        if (run != nullptr && run->phase == Phase::busy)
            started_.erase(node);  // it is asked again, which is no second run
    }

    void finish(const std::string& node, Verdict verdict) {
        RunReport report;
        report.finished = true;
        report.verdict = verdict;
        rollout_.on_report(node, report, false, now_);
    }

    std::size_t counted(Phase phase) const {
        const auto& nodes = rollout_.nodes();
        return static_cast<std::size_t>(std::count_if(
            nodes.begin(), nodes.end(), [&](const auto& run) { return run.phase == phase; }));
    }

    void check() {
        if (plan_.concurrency > 0)
            RC_ASSERT(counted(Phase::asked) + counted(Phase::running) <= plan_.concurrency);
        for (const auto phase :
             {Phase::waiting, Phase::busy, Phase::asked, Phase::running, Phase::ended})
            RC_ASSERT(rollout_.count(phase) == counted(phase));
        for (const auto* run : rollout_.take_ended()) {
            RC_ASSERT(run->verdict != Verdict::none);
            RC_ASSERT(ends_.emplace(run->node, run->verdict).second);
        }
        RC_ASSERT(ends_.size() == counted(Phase::ended));
        for (const auto& [node, verdict] : ends_)
            RC_ASSERT(rollout_.find(node)->verdict == verdict);
        if (rollout_.stopped())
            RC_ASSERT(counted(Phase::waiting) + counted(Phase::busy) == 0U);
        check_failures();
    }

    void check_failures() const {
        const auto failed = std::count_if(ends_.begin(), ends_.end(), [](const auto& end) {
            return counts_as_failure(end.second);
        });
        RC_ASSERT(rollout_.failures() == static_cast<std::size_t>(failed));
        if (!plan_.max_failures && plan_.canary == 0)
            RC_ASSERT(!rollout_.stopped() || rollout_.why_stopped() == "told to");
    }

    RolloutPlan plan_;
    Rollout rollout_;
    Monotonic now_{seconds(1000)};
    std::set<std::string> started_;
    std::map<std::string, Verdict> ends_;
};

TEST(RolloutProperties, HoldAfterEveryEvent) {
    EXPECT_TRUE(rc::check("promises of a rollout", [] {
        Watched watched(some_plan(), *rc::gen::inRange<std::size_t>(0, 12));
        for (const auto& event : some_events())
            watched.apply(event);
        watched.come_to_an_end();
    }));
}

}  // namespace
}  // namespace mco::client
