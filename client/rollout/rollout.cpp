#include "client/rollout/rollout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mco::client {

namespace {

using std::chrono::seconds;

// What the agent says, spec 5.1.4.
constexpr std::string_view applying_text = "Puppet is currently applying a catalog";
constexpr std::string_view disabled_text = "Puppet is disabled";

constexpr std::size_t growth = 2;  // of the waves

std::size_t at(Phase phase) {
    return static_cast<std::size_t>(phase);
}

std::size_t at(Verdict verdict) {
    return static_cast<std::size_t>(verdict);
}

/// `90 seconds`, `1 hour`: in the largest unit that leaves no rest.
std::string span(seconds time) {
    using Unit = std::pair<seconds, const char*>;
    constexpr std::array<Unit, 2> large = {Unit{std::chrono::hours(1), "hour"},
                                           Unit{std::chrono::minutes(1), "minute"}};
    Unit unit{1, "second"};
    for (const auto& [length, name] : large)
        if (unit.first == seconds(1) && time >= length && time % length == seconds(0))
            unit = {length, name};
    const auto count = time / unit.first;
    return fmt::format("{} {}{}", count, unit.second, count == 1 ? "" : "s");
}

std::string lost_message(Phase phase, seconds limit) {
    auto text = "no answer for " + span(limit);
    if (phase == Phase::asked)
        text += "; a run may have been started";
    if (phase == Phase::running)
        text += "; its run may still go on";
    return text;
}

std::string overdue_message(Phase phase, seconds limit) {
    return (phase == Phase::busy ? "still applies a catalog that was not started here, after "
                                 : "still running after ") +
           span(limit);
}

}  // namespace

bool counts_as_failure(Verdict verdict) {
    switch (verdict) {
        case Verdict::none:
        case Verdict::unchanged:
        case Verdict::changed:
        case Verdict::not_run:
            return false;
        case Verdict::failed:
        case Verdict::skipped:
        case Verdict::no_report:
        case Verdict::refused:
        case Verdict::disabled:
        case Verdict::lost:
        case Verdict::not_started:
        case Verdict::overdue:
            break;
    }
    return true;
}

std::string_view name(Verdict verdict) {
    constexpr std::array<std::string_view, 12> names = {"none",
                                                        "unchanged",
                                                        "changed",
                                                        "failed",
                                                        "skipped",
                                                        "no_report",
                                                        "refused",
                                                        "disabled",
                                                        "lost",
                                                        "not_started",
                                                        "overdue",
                                                        "not_run"};
    return names.at(at(verdict));
}

Rollout::Rollout(const RolloutPlan& plan, const std::vector<std::string>& nodes) : plan_(plan) {
    nodes_.reserve(nodes.size());
    for (const auto& node : nodes)
        if (by_name_.try_emplace(node, nodes_.size()).second) {
            fresh_.insert(fresh_.end(), nodes_.size());
            nodes_.emplace_back().node = node;
        }
    phases_.at(at(Phase::waiting)) = nodes_.size();
    verdicts_.at(at(Verdict::none)) = nodes_.size();
    if (plan_.canary > 0 && !plan_.max_failures)
        plan_.max_failures = AllowedFailures{};
    wave_size_ = plan_.canary > 0 ? std::min(plan_.canary, nodes_.size()) : nodes_.size();
    wave_end_ = left_in_waves_ = wave_size_;
}

std::vector<std::string> Rollout::start(Monotonic now) {
    begin_wave_if_due();
    std::vector<std::string> names;
    for (auto next = next_waiting(); next && has_place(); next = next_waiting()) {
        auto& run = nodes_[*next];
        enter(*next, Phase::asked, now);
        run.asked = run.heard = now;
        names.push_back(run.node);
    }
    return names;
}

void Rollout::on_status(std::string_view node, bool applying, Monotonic now) {
    const auto index = find_in(node, {Phase::waiting, Phase::busy});
    if (!index || !plan_.wait_for_busy)
        return;
    auto& run = nodes_[*index];
    run.heard = now;
    const auto phase = applying ? Phase::busy : Phase::waiting;
    if (run.phase != phase)
        enter(*index, phase, now);
}

void Rollout::on_accepted(std::string_view node,
                          std::string run_name,
                          std::int64_t initiated_at,
                          std::string message,
                          Monotonic now) {
    const auto index = find_in(node, {Phase::asked});
    if (!index)
        return;
    auto& run = nodes_[*index];
    run.run = std::move(run_name);
    run.initiated_at = initiated_at;
    run.message = std::move(message);
    run.heard = now;
    enter(*index, Phase::running, now);
}

void Rollout::on_refused(std::string_view node, std::string message, Monotonic now) {
    const auto index = find_in(node, {Phase::asked});
    if (!index)
        return;
    auto& run = nodes_[*index];
    run.heard = now;
    if (message.starts_with(disabled_text))
        return end(*index, Verdict::disabled, std::move(message));
    if (!plan_.wait_for_busy || !message.starts_with(applying_text))
        return end(*index, Verdict::refused, std::move(message));
    if (stopped_)  // its own run would have to be waited for
        return end(*index, Verdict::not_run, std::move(message));
    run.message = std::move(message);
    enter(*index, Phase::busy, now);
}

void Rollout::on_report(std::string_view node, RunReport report, bool applying, Monotonic now) {
    const auto index = find_in(node, {Phase::running});
    if (!index)
        return;
    auto& run = nodes_[*index];
    run.heard = now;
    run.seen_running = run.seen_running || applying;
    run.report = std::move(report);
    if (run.report.finished)
        end(*index, run.report.verdict == Verdict::none ? Verdict::no_report : run.report.verdict);
}

void Rollout::on_time(Monotonic now) {
    for (Index index = 0; index < nodes_.size(); ++index)
        check_time(index, now);
}

void Rollout::check_time(Index index, Monotonic now) {
    const auto& run = nodes_[index];
    const auto phase = run.phase;
    if (phase == Phase::waiting || phase == Phase::ended)
        return;
    const auto began = phase == Phase::busy ? run.since : run.asked;
    if (now - run.heard >= plan_.lost_after)
        end(index, Verdict::lost, lost_message(phase, plan_.lost_after));
    else if (now - began >= plan_.run_limit)
        end(index, Verdict::overdue, overdue_message(phase, plan_.run_limit));
    else if (phase == Phase::running && !run.seen_running && now - run.since >= plan_.start_limit)
        end(index,
            Verdict::not_started,
            fmt::format("nothing was seen of its run for {}", span(plan_.start_limit)));
}

void Rollout::stop(std::string why) {
    if (stopped_)
        return;
    stopped_ = true;
    why_stopped_ = std::move(why);
    for (Index index = 0; index < nodes_.size(); ++index)
        if (nodes_[index].phase == Phase::waiting || nodes_[index].phase == Phase::busy)
            end(index, Verdict::not_run, "the rollout was stopped");
}

void Rollout::stop_if_too_many_failed() {
    if (!plan_.max_failures || failed_in_waves_ <= plan_.max_failures->of(wave_end_))
        return;
    const bool none = plan_.max_failures->amount <= 0;
    stop(fmt::format("{} of {} {} failed, {} may",
                     failed_in_waves_,
                     wave_end_,
                     wave_end_ == 1 ? "node" : "nodes",
                     none ? "none" : "at most " + to_text(*plan_.max_failures)));
}

void Rollout::begin_wave_if_due() {
    while (!stopped_ && left_in_waves_ == 0 && wave_end_ < nodes_.size()) {
        ++wave_;
        wave_size_ *= growth;
        const auto first = wave_end_;
        wave_end_ = std::min(nodes_.size(), first + wave_size_);
        // Some may have ended already: busy nodes that were lost.
        for (auto index = first; index < wave_end_; ++index) {
            left_in_waves_ += nodes_[index].phase == Phase::ended ? 0U : 1U;
            failed_in_waves_ += counts_as_failure(nodes_[index].verdict) ? 1U : 0U;
        }
        stop_if_too_many_failed();
    }
}

std::optional<Rollout::Index> Rollout::next_waiting() const {
    for (const auto* waiting : {&returned_, &fresh_})
        if (!waiting->empty() && *waiting->begin() < wave_end_)
            return *waiting->begin();
    return std::nullopt;
}

bool Rollout::has_place() const {
    const auto taken = count(Phase::asked) + count(Phase::running) + count(Phase::busy);
    return plan_.concurrency == 0 || taken < plan_.concurrency;
}

void Rollout::enter(Index index, Phase phase, Monotonic now) {
    leave_phase(index);
    auto& run = nodes_[index];
    run.phase = phase;
    run.since = now;
    ++phases_.at(at(phase));
    if (phase == Phase::waiting)
        returned_.insert(index);
}

void Rollout::leave_phase(Index index) {
    const auto phase = nodes_[index].phase;
    --phases_.at(at(phase));
    if (phase == Phase::waiting && returned_.erase(index) == 0)
        fresh_.erase(index);
}

void Rollout::end(Index index, Verdict verdict, std::string message) {
    nodes_[index].message = std::move(message);
    end(index, verdict);
}

void Rollout::end(Index index, Verdict verdict) {
    leave_phase(index);
    auto& run = nodes_[index];
    run.phase = Phase::ended;
    run.verdict = verdict;
    ++phases_.at(at(Phase::ended));
    --verdicts_.at(at(Verdict::none));
    ++verdicts_.at(at(verdict));
    ended_.push_back(index);
    if (index >= wave_end_)
        return;
    --left_in_waves_;
    if (!counts_as_failure(verdict))
        return;
    ++failed_in_waves_;
    stop_if_too_many_failed();
}

std::vector<const NodeRun*> Rollout::take_ended() {
    std::vector<const NodeRun*> runs;
    for (; taken_ < ended_.size(); ++taken_)
        runs.push_back(&nodes_[ended_[taken_]]);
    return runs;
}

bool Rollout::finished() const {
    return ended_.size() == nodes_.size();
}

const NodeRun* Rollout::find(std::string_view node) const {
    const auto found = by_name_.find(node);
    return found == by_name_.end() ? nullptr : &nodes_[found->second];
}

std::optional<Rollout::Index> Rollout::find_in(std::string_view node,
                                               std::initializer_list<Phase> phases) const {
    const auto found = by_name_.find(node);
    if (found == by_name_.end())
        return std::nullopt;
    const auto phase = nodes_[found->second].phase;
    const bool matches = std::find(phases.begin(), phases.end(), phase) != phases.end();
    return matches ? std::optional(found->second) : std::nullopt;
}

std::size_t Rollout::count(Phase phase) const {
    return phases_.at(at(phase));
}

std::size_t Rollout::count(Verdict verdict) const {
    return verdicts_.at(at(verdict));
}

std::size_t Rollout::failures() const {
    std::size_t failed = 0;
    for (std::size_t i = 0; i < verdicts_.size(); ++i)
        failed += counts_as_failure(static_cast<Verdict>(i)) ? verdicts_.at(i) : 0;
    return failed;
}

}  // namespace mco::client
