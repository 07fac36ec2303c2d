#include "client/resources/clone_run.hpp"

#include "client/resources/inquiry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mco::client {

namespace {

/// Nothing happens for a while.
class Pause final : public Dialogue {
  public:
    explicit Pause(Monotonic end) : end_(end) {}

    std::vector<Question> next(Monotonic now) override {
        over_ = over_ || now >= end_;
        return {};
    }

    void on_reply(std::uint64_t, const message::Reply&, Monotonic) override {}

    void on_interrupt(Monotonic) override { over_ = true; }

    Monotonic wake_at() const override { return end_; }

    bool finished() const override { return over_; }

  private:
    Monotonic end_;
    bool over_ = false;
};

}  // namespace

CloneRun::CloneRun(CloneRunOrder order, OnProgress on_progress)
    : order_(std::move(order)), on_progress_(std::move(on_progress)) {
    order_.request.agent = ral_agent;
    order_.request.action = "apply";
    plan_parts();
}

void CloneRun::plan_parts() {
    std::vector<std::string> nodes;
    for (const auto& target : order_.targets)
        nodes.push_back(target.node);
    std::size_t begin = 0;
    for (const auto& batch : batches(nodes, order_.call.batch.size)) {
        add_parts(begin, begin + batch.size());
        parts_.back().ends_batch = true;
        begin += batch.size();
    }
    order_.call.batch.size = {};
}

/// Who creates it may be told more than who only changes it.
void CloneRun::add_parts(std::size_t begin, std::size_t end) {
    for (const bool creates : {true, false}) {
        Part part{{}, creates, false};
        for (auto i = begin; i < end; ++i)
            if (order_.targets[i].creates == creates)
                part.nodes.push_back(order_.targets[i].node);
        if (!part.nodes.empty())
            parts_.push_back(std::move(part));
    }
}

Dialogue* CloneRun::begin_next(Monotonic now) {
    if (proving_) {
        end_proof();
        return nullptr;
    }
    const bool batch_ended = part_ && part_->ends_batch;
    if (part_)
        end_part();
    stopped_ = stopped_ || (batch_ended && !parts_.empty() && too_many_failed());
    if (interrupted())
        return nullptr;
    if (parts_.empty() || stopped_)
        return begin_proof();
    if (batch_ended) {
        pause_ = std::make_unique<Pause>(now + order_.call.batch.sleep);
        return pause_.get();
    }
    return begin_part();
}

Dialogue* CloneRun::begin_part() {
    part_ = std::move(parts_.front());
    parts_.pop_front();
    return ask(part_->nodes, order_.plan.resources(part_->creates), false);
}

Dialogue* CloneRun::ask(const std::vector<std::string>& nodes, const Array& resources, bool noop) {
    auto request = order_.request;
    request.inputs = {{"resources", resources}, {"noop", noop}};
    request.filter = {};  // nobody else is meant, whatever the user's filter matches by now
    request.filter.agents = {std::string(ral_agent)};
    if (!order_.call.addressing.direct)
        request.filter.identities = nodes;
    asked_ = {nodes.begin(), nodes.end()};
    performing_.emplace(std::move(request),
                        Targets{nodes, true},
                        order_.call,
                        "",
                        status_,
                        [this](Result&& result) { take(result); });
    tell();
    return &*performing_;
}

void CloneRun::take(const Result& result) {
    if (!asked_.contains(result.sender))
        return;
    if (!proving_) {
        outcomes_[result.sender] = read_applied(result, order_.plan.resource);
        return tell();
    }
    auto again = read_preview(result, order_.plan.resource);
    if (again.verdict != CloneVerdict::same)
        outcomes_[result.sender] = {
            CloneVerdict::not_converged,
            again.text.empty() ? std::string(name(again.verdict)) : std::move(again.text)};
}

std::string CloneRun::why_silent() const {
    return fmt::format("it did not answer within {} seconds",
                       std::chrono::ceil<std::chrono::seconds>(order_.call.limit).count());
}

void CloneRun::end_part() {
    for (const auto& node : part_->nodes)
        if (!outcomes_.contains(node))
            outcomes_[node] = {CloneVerdict::failed,
                               interrupted() ? "interrupted before it answered" : why_silent()};
    part_.reset();
    tell();
}

bool CloneRun::too_many_failed() const {
    const auto failed = std::count_if(outcomes_.begin(), outcomes_.end(), [](const auto& one) {
        return one.second.verdict == CloneVerdict::failed;
    });
    return static_cast<std::size_t>(failed) > order_.max_failures.of(order_.targets.size());
}

Dialogue* CloneRun::begin_proof() {
    std::vector<std::string> changed;
    for (const auto& target : order_.targets)
        if (const auto found = outcomes_.find(target.node);
            found != outcomes_.end() && found->second.verdict == CloneVerdict::changed)
            changed.push_back(target.node);
    if (changed.empty())
        return nullptr;
    proving_ = true;
    for (const auto& node : changed)  // until they answer
        outcomes_[node].text = "whether it would be changed again is not known";
    return ask(changed, order_.plan.resources(false), true);
}

/// Who answered that nothing would be changed has nothing to be told of.
void CloneRun::end_proof() {
    const auto silent = performing_->take_statistics().silent;
    for (const auto& node : silent)
        asked_.erase(node);
    for (const auto& node : asked_)
        if (auto& outcome = outcomes_[node]; outcome.verdict == CloneVerdict::changed)
            outcome.text.clear();
}

CloneGroups CloneRun::outcomes() const {
    CloneGroups groups;
    for (const auto& target : order_.targets) {
        const auto found = outcomes_.find(target.node);
        groups.add(
            found == outcomes_.end() ? CloneOutcome{CloneVerdict::not_tried, {}} : found->second,
            target.node);
    }
    return groups;
}

void CloneRun::tell() const {
    if (!on_progress_)
        return;
    CloneProgress progress{order_.targets.size(), outcomes_.size(), 0, proving_};
    for (const auto& [node, outcome] : outcomes_)
        progress.failed += outcome.verdict == CloneVerdict::failed ? 1 : 0;
    on_progress_(progress);
}

}  // namespace mco::client
