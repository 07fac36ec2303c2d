#include "daemon/filter_judge.hpp"

#include <algorithm>
#include <atomic>
#include <string>
#include <utility>

namespace mco::daemon {

/// One request from triage to its outcome.
struct FilterJudge::Case {
    Case(Undecided request, asio::io_context& io) : undecided(std::move(request)), deadline(io) {}

    Undecided undecided;  // workers read it until they are done; then it may be moved from
    asio::steady_timer deadline;
    bool settled = false;                // I/O thread
    std::atomic<bool> given_up = false;  // nobody waits any more
};

FilterJudge::FilterJudge(const Parts& parts, Done done)
    : parts_(parts),
      done_(std::move(done)),
      most_running_(std::max<std::size_t>(parts.workers.threads() / 4, 1)),
      lifeline_(std::make_shared<Lifeline>()),
      alive_(std::make_shared<FilterJudge*>(this)) {}

FilterJudge::~FilterJudge() {
    for (const auto& one : asked_)
        one->given_up = true;
    lifeline_->close();
}

void FilterJudge::judge(Undecided undecided) {
    const auto limit = undecided.limit;
    const auto one = std::make_shared<Case>(std::move(undecided), parts_.io);
    if (waiting_.size() >= most_waiting)
        return refuse(*one);
    one->deadline.expires_after(limit);
    one->deadline.async_wait([this, one, alive = std::weak_ptr(alive_)](SystemError error) {
        if (!error && alive.lock())
            on_deadline(*one);
    });
    waiting_.push_back(one);
    start_next();
}

void FilterJudge::start_next() {
    while (!waiting_.empty() && asked_.size() < most_running_) {
        const auto one = std::move(waiting_.front());
        waiting_.pop_front();
        if (one->settled)
            continue;
        const bool posted = parts_.workers.try_post([one, lifeline = lifeline_, judge = this] {
            if (!lifeline->enter())
                return;
            work(*judge, one);
            lifeline->leave();
        });
        if (posted)
            asked_.push_back(one);
        else
            refuse(*one);
    }
}

/// On a worker thread, while the judge is held back from going.
void FilterJudge::work(FilterJudge& judge, const std::shared_ptr<Case>& one) {
    const Expected<bool> matched =
        one->given_up ? Expected<bool>(fail(Errc::timed_out, "nobody waits any more"))
                      : judge.parts_.node.ask_plugins(one->undecided, one->given_up);
    asio::post(judge.parts_.io, [one, matched, alive = std::weak_ptr(judge.alive_)] {
        if (const auto there = alive.lock())
            (*there)->on_judged(one, matched);
    });
}

void FilterJudge::on_judged(const std::shared_ptr<Case>& one, const Expected<bool>& matched) {
    std::erase(asked_, one);
    if (!one->settled)
        settle(*one, parts_.node.conclude(std::move(one->undecided), matched));
    start_next();
}

/// What it asked may be asked still, and may hang: then its worker stays where it is.
void FilterJudge::on_deadline(Case& one) {
    if (one.settled)
        return;
    one.given_up = true;
    settle(one,
           parts_.node.drop_undecided(one.undecided,
                                      message::Gate::expired,
                                      "the data plug-ins of its filter did not answer within " +
                                          std::to_string(one.undecided.limit.count()) + " s"));
}

/// Silence is what a filter that cannot be judged comes to: nobody knows that an answer is wanted
/// of this node.
void FilterJudge::refuse(Case& one) {
    ++parts_.node.counters().busy;
    settle(
        one,
        parts_.node.drop_undecided(
            one.undecided, message::Gate::not_for_us, "too many filters wait for data plug-ins"));
}

void FilterJudge::settle(Case& one, message::Triaged<Task> outcome) {
    one.settled = true;
    one.deadline.cancel();
    done_(std::move(outcome));
}

}  // namespace mco::daemon
