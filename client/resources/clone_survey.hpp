// What would be cloned, and what it would come to: asks the source, then the targets, which only
// tell (resources §7, steps 1 to 3). Nothing is changed anywhere.
#pragma once

#include "client/call_plan.hpp"
#include "client/performing.hpp"
#include "client/resources/clone_outcomes.hpp"
#include "client/resources/clone_plan.hpp"
#include "client/sequence.hpp"
#include "core/error.hpp"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace mco::client {

struct CloneOrder {
    std::string type;  ///< lower case
    std::string title;
    std::string source;  ///< a node; if it is among the targets it is left out there
    Targets targets;
    CloneWish wish;
    Request request;  ///< filter, collective, ttl; the rest is filled in
    CallPlan plan;    ///< without batches
};

class CloneSurvey final : public Sequence {
  public:
    explicit CloneSurvey(CloneOrder order);

    /// What would be copied. Errors: why it cannot be, an interrupt is one without a message.
    const Expected<ClonePlan>& plan() const { return plan_; }

    /// What became of every target; who did not answer is silent.
    const CloneGroups& preview() const { return preview_; }

    /// Of the question to the targets; once.
    Statistics take_statistics() { return std::move(statistics_); }

    /// The answers to it, without their data.
    const std::vector<Result>& answers() const { return answers_; }

  private:
    Dialogue* begin_next(Monotonic now) override;
    Dialogue* ask_source(const std::string& action, Map inputs);
    Dialogue* after_source();
    Dialogue* ask_targets();
    Dialogue* stop(Error error);
    Expected<Value> source_answer();
    void learn_groups(const Value& data);
    void end_preview();

    CloneOrder order_;
    std::set<std::string> targets_;  // without the source
    Status status_;
    int step_ = 0;
    std::optional<Performing> performing_;
    std::optional<Result> answer_;  // of the source
    CloneSource source_;
    Expected<ClonePlan> plan_;
    CloneGroups preview_;
    Statistics statistics_;
    std::vector<Result> answers_;
};

}  // namespace mco::client
