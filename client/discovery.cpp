#include "client/discovery.hpp"

#include <algorithm>
#include <utility>

namespace mco::client {

DiscoveryWaiter::DiscoveryWaiter(DiscoveryPlan plan)
    : plan_(std::move(plan)),
      any_expected_(!plan_.expected.empty() && plan_.listening == Listening::until_quiet),
      awaited_(plan_.expected.begin(), plan_.expected.end()) {}

void DiscoveryWaiter::on_sent(Monotonic now) {
    const auto quiet =
        any_expected_ ? std::max(plan_.least_quiet, patient_quiet) : plan_.least_quiet;
    window_.emplace(now, plan_.limit, plan_.listening, quiet);
}

bool DiscoveryWaiter::on_reply(const message::Reply& reply, Monotonic now) {
    window_->on_answer(now);
    last_ = now;
    awaited_.erase(reply.sender);
    if (known_.insert(reply.sender).second)
        names_.push_back(reply.sender);
    return plan_.enough && names_.size() >= *plan_.enough;
}

bool DiscoveryWaiter::on_tick(Monotonic now) {
    return (all_expected_are_there() && now >= last_ + last_call) || window_->on_tick(now);
}

Monotonic DiscoveryWaiter::wake_at() const {
    return all_expected_are_there() ? std::min(last_ + last_call, window_->wake_at())
                                    : window_->wake_at();
}

std::optional<std::vector<std::string>> named_nodes(const filter::Filter& filter) {
    const auto is_pattern = [](const std::string& identity) { return identity.starts_with('/'); };
    if (filter.identities.empty() ||
        std::any_of(filter.identities.begin(), filter.identities.end(), is_pattern))
        return std::nullopt;
    std::vector<std::string> names;
    for (const auto& name : filter.identities)
        if (std::find(names.begin(), names.end(), name) == names.end())
            names.push_back(name);
    return names;
}

std::optional<std::vector<std::string>> only_named_nodes(const filter::Filter& filter) {
    const bool judged = !filter.facts.empty() || !filter.classes.empty() ||
                        !filter.compound.empty() || filter.agents.size() > 1;
    return judged ? std::nullopt : named_nodes(filter);
}

Question discovery_question(const filter::Filter& filter,
                            const std::string& collective,
                            std::chrono::seconds ttl,
                            bool direct_addressing) {
    auto question = ping_question(filter, collective, ttl);
    auto names = named_nodes(filter);
    if (!names)
        return question;
    // A node that is named twice would match twice, and so not at all (protocol §7.2).
    question.request.filter.identities = *names;
    if (direct_addressing) {
        question.nodes = *std::move(names);
        question.route = Route::directed;
    }
    return question;
}

}  // namespace mco::client
