#include "client/rollout/conductor.hpp"

#include "client/absence.hpp"
#include "client/collect.hpp"
#include "client/limit.hpp"
#include "core/rpc/rpc.hpp"

#include <algorithm>
#include <array>
#include <compare>
#include <utility>

namespace mco::client {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds tick(20);            // what happens within it is looked at together
constexpr seconds longest_sleep(1);         // time passes for the rollout, too
constexpr std::size_t most_named = 200;     // nodes in a broadcast's filter
constexpr std::size_t many_lines = 50;      // more may be there at once
constexpr int most_failures = 5;            // replies that fail before a node is given up
constexpr double most_at_once = 200;        // nodes asked in one go
constexpr std::int64_t not_following = -1;  // in the place of an offset
constexpr unsigned about_bits = 2;

std::int64_t since_of(std::uint64_t mark) {
    return static_cast<std::int64_t>(mark >> about_bits);
}

/// Large estates are asked less often, and may answer as late.
RolloutPlan with_patience(RolloutPlan plan, std::size_t nodes) {
    const auto running = plan.concurrency == 0 ? nodes : std::min(nodes, plan.concurrency);
    constexpr std::size_t asked_in_a_second = 1000;
    constexpr std::int64_t turns = 4;
    const seconds round(static_cast<std::int64_t>(running / asked_in_a_second));
    plan.lost_after = std::max(plan.lost_after, turns * round);
    return plan;
}

bool is_noop(const Map& inputs) {
    const auto* noop = inputs.find("noop");
    return noop != nullptr && noop->boolean() != nullptr && *noop->boolean();
}

Map without_output(const Value& data) {
    Map rest;
    if (const auto* map = data.map())
        for (const auto& [key, value] : map->entries())
            if (const auto* name = key.text();
                name != nullptr && *name != "output" && *name != "next")
                rest.set(key, value);
    return rest;
}

/// The node does not have the action, does not take its inputs, or may not be asked.
bool cannot_be_asked(const Result& result) {
    const auto is = [&](rpc::Status status) { return result.status == static_cast<int>(status); };
    return is(rpc::Status::unknown_action) || is(rpc::Status::missing_data) ||
           is(rpc::Status::invalid_data) || !refusal(result).empty();
}

}  // namespace

std::uint64_t Conductor::mark_of(About about, std::int64_t since) {
    return static_cast<std::uint64_t>(since) << about_bits | static_cast<std::uint64_t>(about);
}

Conductor::About Conductor::about_of(std::uint64_t mark) {
    return static_cast<About>(mark & ((1U << about_bits) - 1));
}

Conductor::Conductor(RunOrder order, RolloutWatcher& watcher)
    : order_(std::move(order)),
      watcher_(watcher),
      rollout_(with_patience(order_.plan, order_.nodes.size()), order_.nodes),
      noop_(is_noop(order_.runonce.inputs)) {}

void Conductor::know(const std::string& node, const Value& status, Monotonic now) {
    const auto state = read_status(status);
    lastruns_[node] = state.lastrun;
    rollout_.on_status(node, state.applying, now);
    if (const auto* run = rollout_.find(node); run != nullptr && run->phase == Phase::busy)
        watch(node, About::status, now);
}

void Conductor::watch(const std::string& node, About about, Monotonic now) {
    Asked asked;
    asked.about = about;
    asked.begun = now;
    asked.sent = now;
    asked.following = order_.follow && about == About::result;
    asked.due = now + interval(asked, now);
    asked_[node] = asked;
}

/// Many nodes are asked less often, and so is one that takes long: nobody minds two seconds after
/// ten minutes, but its log and audit trail do mind two thousand requests.
milliseconds Conductor::interval(const Asked& asked, Monotonic now) const {
    constexpr int part = 200;
    const auto for_long = std::chrono::duration_cast<milliseconds>(now - asked.begun) / part;
    const milliseconds for_many(static_cast<std::int64_t>(asked_.size()));
    return std::max({usual_interval, for_many, std::min(longest_interval, for_long)});
}

void Conductor::wake(Monotonic now, Monotonic due) {
    wake_ = std::min(wake_, std::max(due, now + tick));
}

std::vector<Question> Conductor::next(Monotonic now) {
    if (now < wake_)
        return {};
    wake_ = now + longest_sleep;
    std::vector<Question> questions;
    rollout_.on_time(now);
    if (const auto nodes = rollout_.start(now); !nodes.empty())
        add_questions(questions, About::start, 0, order_.runonce.inputs, nodes);
    hand_over_ended();
    add_polls(questions, now);
    done_ = interrupted_ || rollout_.finished();
    if (!done_)
        watcher_.on_progress(rollout_, now);
    return questions;
}

void Conductor::hand_over_ended() {
    for (const auto* run : rollout_.take_ended()) {
        asked_.erase(run->node);
        auto data = std::move(data_[run->node]);
        data_.erase(run->node);
        if (data.empty() && run->report.finished)
            data = run_data(run->report);
        watcher_.on_end(*run, data);
    }
}

/// One for all nodes, unless the filter has to name them.
void Conductor::add_questions(std::vector<Question>& questions,
                              About about,
                              std::int64_t since,
                              Map inputs,
                              const std::vector<std::string>& nodes) const {
    constexpr std::array<const char*, 4> actions = {
        "runonce", "run_result", "status", "last_run_summary"};
    Question question{order_.runonce, nodes, Route::directed_by_name, mark_of(about, since)};
    question.request.action = actions.at(static_cast<std::size_t>(about));
    question.request.inputs = std::move(inputs);
    if (order_.direct)
        return questions.push_back(std::move(question));
    question.route = Route::broadcast;
    question.request.filter = {};
    question.request.filter.agents = {question.request.agent};
    for (auto& group : batches(nodes, {most_named})) {
        question.request.filter.identities = group;
        question.nodes = std::move(group);
        questions.push_back(question);
    }
}

/// What a node is asked next: nodes with the same topic share a request.
struct Conductor::Topic {
    About about;
    std::string run;
    std::int64_t since;  ///< where lines are wanted from, or not_following
    bool logs;

    auto operator<=>(const Topic&) const = default;

    Map inputs() const {
        Map inputs;
        if (about == About::result)
            inputs.set("run", run);
        if (since != not_following)
            inputs.set("since", since);
        if (logs)
            inputs.set("logs", true);
        return inputs;
    }
};

Conductor::Topic Conductor::topic_of(const std::string& node, const Asked& asked) const {
    return {asked.about,
            asked.about == About::result ? rollout_.find(node)->run : std::string(),
            asked.following ? asked.offset : not_following,
            // Agents of the original cannot read the logs of reports with newer Rubies.
            asked.about == About::summary && asked.failures == 0};
}

/// Those whose time has come, as many as may be asked now.
void Conductor::add_polls(std::vector<Question>& questions, Monotonic now) {
    std::map<Topic, std::vector<std::string>> topics;
    const std::chrono::duration<double> passed = now - last_poll_;
    allowance_ = std::min(most_at_once, allowance_ + passed.count() * most_per_second);
    last_poll_ = now;
    for (auto& [node, asked] : asked_) {
        if (asked.due <= now && allowance_ >= 1) {
            allowance_ -= 1;
            topics[topic_of(node, asked)].push_back(node);
            on_asked(asked, now);
        }
        wake(now, asked.due);
    }
    for (const auto& [topic, nodes] : topics)
        add_questions(
            questions, topic.about, std::max<std::int64_t>(topic.since, 0), topic.inputs(), nodes);
}

/// The next time comes later for who is silent.
void Conductor::on_asked(Asked& asked, Monotonic now) const {
    const auto usual = interval(asked, now);
    const auto longest = std::max<milliseconds>(longest_pause, usual);
    asked.pause = asked.answered ? usual : std::min(longest, 2 * asked.pause);
    asked.answered = false;
    asked.sent = now;
    asked.due = now + asked.pause;
}

void Conductor::on_answered(Asked& asked, Monotonic now) {
    asked.answered = true;
    asked.due = std::max(now, asked.sent + interval(asked, now));
    wake(now, asked.due);
}

void Conductor::on_interrupt(Monotonic now) {
    interrupted_ = true;
    rollout_.stop("interrupted");
    wake_ = now;
}

void Conductor::on_reply(std::uint64_t mark, const message::Reply& reply, Monotonic now) {
    const auto result = result_from(reply);
    switch (about_of(mark)) {
        case About::start:
            return on_start_reply(result, now);
        case About::result:
            return on_result_reply(result, since_of(mark), now);
        case About::status:
            return on_status_reply(result, now);
        case About::summary:
            return on_summary_reply(result, now);
    }
}

void Conductor::on_start_reply(const Result& result, Monotonic now) {
    const auto* run = rollout_.find(result.sender);
    if (run == nullptr || run->phase != Phase::asked)
        return;
    if (result.status == 0) {
        auto [name, initiated_at] = read_acceptance(result.data);
        watch(result.sender, name.empty() ? About::status : About::result, now);
        rollout_.on_accepted(result.sender, std::move(name), initiated_at, said(result), now);
    } else {
        rollout_.on_refused(result.sender, said(result), now);
        if (run->phase == Phase::busy)
            watch(result.sender, About::status, now);
    }
    watcher_.on_scheduled(result.sender, said(result));
    wake(now, now);
}

/// The node, if it is in this phase and was asked about that; it has answered then.
Conductor::Asked* Conductor::answering(const std::string& node,
                                       Phase phase,
                                       About about,
                                       Monotonic now) {
    const auto found = asked_.find(node);
    const auto* run = rollout_.find(node);
    if (found == asked_.end() || run == nullptr || run->phase != phase ||
        found->second.about != about)
        return nullptr;
    on_answered(found->second, now);
    return &found->second;
}

void Conductor::on_result_reply(const Result& result, std::int64_t since, Monotonic now) {
    auto* asked = answering(result.sender, Phase::running, About::result, now);
    if (asked == nullptr)
        return;
    if (result.status != 0)
        return on_result_failure(*asked, result, now);
    asked->failures = 0;
    auto state = read_run_result(result.data);
    if (asked->following && since != asked->offset)
        return rollout_.on_report(result.sender, {}, true, now);  // late: what it says is known
    if (asked->following && follow(*asked, result.sender, state, since, now))
        state.report.finished = false;  // for us: there may be more lines
    data_[result.sender] = without_output(result.data);
    rollout_.on_report(result.sender, std::move(state.report), true, now);
    wake(now, now);
}

/// Whether there may be more lines that are there already.
bool Conductor::follow(Asked& asked,
                       const std::string& node,
                       const RunState& state,
                       std::int64_t since,
                       Monotonic now) {
    for (const auto& line : state.lines)
        watcher_.on_output(node, line);
    if (!state.next || *state.next <= since) {
        // Who does not tell where the lines go on would tell the same ones for ever.
        asked.following = state.lines.empty();
        return false;
    }
    asked.offset = *state.next;
    if (state.report.finished || state.lines.size() >= many_lines)
        asked.due = now;
    return state.report.finished;
}

void Conductor::on_result_failure(Asked& asked, const Result& result, Monotonic now) {
    if (cannot_be_asked(result)) {
        asked.about = About::status;
        asked.due = now;
        rollout_.on_report(result.sender, {}, false, now);
        return;
    }
    // A run that it does not know any more will not come back, a busy node will.
    const bool for_good = result.status == static_cast<int>(rpc::Status::aborted);
    on_failure(asked, result, for_good ? 1 : most_failures, now);
}

void Conductor::on_failure(Asked& asked, const Result& result, int most, Monotonic now) {
    const bool gives_up = ++asked.failures >= most;
    rollout_.on_report(result.sender, gives_up ? no_report(said(result)) : RunReport(), false, now);
    wake(now, now);
}

void Conductor::on_status_reply(const Result& result, Monotonic now) {
    const auto state = read_status(result.data);
    if (answering(result.sender, Phase::busy, About::status, now) != nullptr) {
        if (result.status == 0) {
            lastruns_[result.sender] = state.lastrun;
            rollout_.on_status(result.sender, state.applying, now);
        }
        wake(now, now);
        if (rollout_.find(result.sender)->phase != Phase::busy)
            asked_.erase(result.sender);
        return;
    }
    auto* asked = answering(result.sender, Phase::running, About::status, now);
    if (asked == nullptr)
        return;
    if (result.status != 0)
        return on_failure(*asked, result, most_failures, now);
    asked->failures = 0;
    on_run_status(*asked, *rollout_.find(result.sender), state, now);
}

void Conductor::on_run_status(Asked& asked,
                              const NodeRun& run,
                              const AgentState& state,
                              Monotonic now) {
    const auto before = lastruns_.find(run.node);
    const bool another = before == lastruns_.end() || state.lastrun != before->second;
    if (!state.applying && another && state.lastrun >= run.initiated_at) {
        asked.about = About::summary;
        asked.due = now;
    }
    const bool quiet = run.seen_running && !state.applying && asked.about == About::status;
    asked.quiet_since = quiet ? asked.quiet_since.value_or(now) : std::optional<Monotonic>();
    const bool gone = quiet && now - *asked.quiet_since >= grace;
    rollout_.on_report(run.node,
                       gone ? no_report("Puppet ended without having finished a run") : RunReport(),
                       state.applying,
                       now);
    wake(now, now);
}

void Conductor::on_summary_reply(const Result& result, Monotonic now) {
    auto* asked = answering(result.sender, Phase::running, About::summary, now);
    if (asked == nullptr)
        return;
    const auto& run = *rollout_.find(result.sender);
    if (result.status != 0 || last_run_end(result.data) < run.initiated_at)
        return on_failure(*asked, result, most_failures, now);
    rollout_.on_report(result.sender, read_last_run(result.data, noop_), true, now);
    wake(now, now);
}

}  // namespace mco::client
