#include "client/call_dialogue.hpp"

#include "client/search.hpp"

#include <algorithm>
#include <utility>

namespace mco::client {

CallDialogue::CallDialogue(const Estate& estate,
                           const CallSettings& settings,
                           const system::Clock& clock,
                           Order order,
                           Status& status,
                           Sink sink)
    : estate_(estate),
      settings_(settings),
      clock_(clock),
      order_(std::move(order)),
      status_(status),
      sink_(std::move(sink)) {}

Dialogue* CallDialogue::begin_next(Monotonic now) {
    switch (step_) {
        case Step::start:
            return order_.targets ? begin_call() : begin_discovery(now);
        case Step::discovery:
            if (interrupted())
                return nullptr;
            end_discovery(now);
            return begin_call();
        case Step::call:
            return end_call();
        case Step::investigation:
        case Step::done:
            return nullptr;
    }
    return nullptr;
}

Dialogue* CallDialogue::begin_discovery(Monotonic now) {
    step_ = Step::discovery;
    begun_ = now;
    const auto& filter = order_.request.filter;
    plan_ = plan_discovery(estate_, settings_, filter);
    status_.discovering("mc", std::chrono::duration_cast<std::chrono::seconds>(plan_.limit));
    waiter_.emplace(plan_);
    const auto& addressing = order_.plan.addressing;
    discovery_.emplace(
        discovery_question(
            filter, settings_.collective, addressing.discovery_ttl, addressing.direct),
        *waiter_);
    return &*discovery_;
}

void CallDialogue::end_discovery(Monotonic now) {
    Targets found{waiter_->take_names(), false, std::max(Seconds(now - begun_), Seconds(1e-9))};
    status_.discovered(found.nodes.size());
    order_.targets = take_found(
        estate_, settings_, order_.request.filter, plan_, std::move(found), clock_.now());
}

Dialogue* CallDialogue::begin_call() {
    step_ = Step::call;
    started_ = clock_.now();
    unproven_before_ = unproven_.count();
    performing_.emplace(
        order_.request, *order_.targets, order_.plan, order_.id, status_, std::move(sink_));
    return &*performing_;
}

Dialogue* CallDialogue::end_call() {
    step_ = Step::investigation;
    outcome_.statistics = performing_->take_statistics();
    outcome_.statistics.started = started_;
    outcome_.statistics.unproven = unproven_.count() - unproven_before_;
    const auto& request = order_.request;
    const Asked asked{request.filter,
                      request.agent,
                      *order_.targets,
                      std::chrono::duration_cast<std::chrono::seconds>(order_.plan.limit),
                      request.ttl};
    investigation_.emplace(
        estate_, settings_, clock_, asked, outcome_.statistics, performing_->tally(), unproven_);
    return &*investigation_;
}

/// Somebody else's call may be under way, too.
void CallDialogue::on_unproven(const Unprovable& dropped, Monotonic /*now*/) {
    if (dropped.certain || concerns(dropped.sender))
        unproven_.add(dropped);
}

bool CallDialogue::concerns(const std::string& node) const {
    const auto holds = [&](const std::vector<std::string>& nodes) {
        return std::find(nodes.begin(), nodes.end(), node) != nodes.end();
    };
    return order_.targets ? holds(order_.targets->nodes) || holds(order_.targets->undiscovered)
                          : holds(plan_.expected);
}

Expected<Outcome> CallDialogue::outcome(const Expected<Ended>& ended) {
    if (!ended && step_ < Step::investigation)
        return tl::unexpected(ended.error());
    if (step_ < Step::call)
        return fail(Errc::unavailable, "");
    if (step_ == Step::call) {  // it was ended in the middle
        performing_->on_interrupt(clock_.monotonic());
        performing_->next(clock_.monotonic());
        end_call();
    }
    if (!ended)
        estate_.log.info("The missing nodes could not be asked: {}", ended.error().message);
    outcome_.missing = investigation_->conclude();
    return std::move(outcome_);
}

}  // namespace mco::client
