#include "client/resources/clone_survey.hpp"

#include "client/resources/file_content.hpp"
#include "client/resources/inquiry.hpp"
#include "client/resources/replies.hpp"

#include <fmt/format.h>

#include <utility>

namespace mco::client {

CloneSurvey::CloneSurvey(CloneOrder order)
    : order_(std::move(order)), plan_(fail(Errc::unavailable, "")) {
    order_.request.agent = ral_agent;
    order_.plan.batch = {};
    std::erase(order_.targets.nodes, order_.source);
    targets_ = {order_.targets.nodes.begin(), order_.targets.nodes.end()};
}

Dialogue* CloneSurvey::begin_next(Monotonic /*now*/) {
    if (interrupted() && step_ < 3)
        return nullptr;
    switch (step_++) {
        case 0: {
            Map inputs{{"type", order_.type}, {"title", order_.title}};
            if (order_.type == "file")
                inputs.set("content", true);
            return ask_source("find", std::move(inputs));
        }
        case 1:
            return after_source();
        case 2: {
            if (answer_) {
                const auto data = source_answer();
                if (!data)
                    return stop(data.error());
                learn_groups(*data);
            }
            plan_ = plan_clone(source_, order_.wish);
            return plan_ ? ask_targets() : nullptr;
        }
        default:
            end_preview();
            return nullptr;
    }
}

Dialogue* CloneSurvey::stop(Error error) {
    step_ = 3;
    plan_ = tl::unexpected(std::move(error));
    return nullptr;
}

Dialogue* CloneSurvey::ask_source(const std::string& action, Map inputs) {
    auto request = order_.request;
    request.action = action;
    request.inputs = std::move(inputs);
    request.filter = {};
    request.filter.agents = {std::string(ral_agent)};
    request.filter.identities = {order_.source};
    answer_.reset();
    performing_.emplace(std::move(request),
                        Targets{{order_.source}, true},
                        order_.plan,
                        "",
                        status_,
                        [this](Result&& result) {
                            if (result.sender == order_.source)
                                answer_ = std::move(result);
                        });
    return &*performing_;
}

/// The data of what the source said last.
Expected<Value> CloneSurvey::source_answer() {
    if (!answer_)
        return fail(Errc::timed_out, order_.source + " did not answer");
    if (const auto why = failure_of(*answer_); !why.empty())
        return fail(Errc::unavailable, fmt::format("{}: {}", order_.source, why));
    return std::move(answer_->data);
}

Dialogue* CloneSurvey::after_source() {
    const auto data = source_answer();
    if (!data)
        return stop(data.error());
    auto found = read_found(*data);
    if (!found)
        return stop(
            {found.error().code, fmt::format("{}: {}", order_.source, found.error().message)});
    source_.resource = *std::move(found);
    // What is asked for is what is changed elsewhere, whatever the source calls it.
    if (source_.resource.type != order_.type || source_.resource.title != order_.title)
        return stop({Errc::malformed, order_.source + " told of another resource"});
    auto content = read_content(*data, source_.resource);
    if (!content)
        return stop(
            {content.error().code, fmt::format("{}: {}", order_.source, content.error().message)});
    source_.content = *std::move(content);
    answer_.reset();
    if (order_.type == "user" && is_present(source_.resource))
        return ask_source("search", {{"type", "group"}});
    return begin_next({});
}

void CloneSurvey::learn_groups(const Value& data) {
    const auto groups = read_search(data);
    if (!groups)
        return;  // then the primary group has no name, which is told
    for (const auto& group : *groups)
        if (const auto gid = numeric(group.parameters.find("gid")))
            source_.groups.emplace(*gid, group.title);
}

Dialogue* CloneSurvey::ask_targets() {
    auto request = order_.request;
    request.action = "apply";
    request.inputs = {{"resources", plan_->resources(false)}, {"noop", true}};
    performing_.emplace(
        std::move(request), order_.targets, order_.plan, "", status_, [this](Result&& result) {
            if (!targets_.contains(result.sender))
                return;
            preview_.add(read_preview(result, plan_->resource), result.sender);
            answers_.push_back({result.sender, result.status, result.message, {}});
        });
    return &*performing_;
}

void CloneSurvey::end_preview() {
    if (!plan_)
        return;
    statistics_ = performing_->take_statistics();
    for (const auto& node : statistics_.silent)
        preview_.add({CloneVerdict::silent, {}}, node);
}

}  // namespace mco::client
