// The stages of a node up to the task: left of the border at which a reply is owed (style §3.1).
#include "core/filter/effort.hpp"
#include "daemon/filter_data.hpp"
#include "daemon/node.hpp"

#include <algorithm>
#include <utility>

namespace mco::daemon {
namespace {

using message::Gate;

tl::unexpected<message::Rejection> drop(Gate gate,
                                        std::string reason,
                                        const message::Claims& claims) {
    return tl::unexpected(message::Rejection{gate, std::move(reason), claims.id, claims.sender});
}

/// The event loop waits for it.
Expected<Matched> match_in_time(const filter::Filter& filter,
                                const filter::Inventory& inventory,
                                const agents::NodeView& node) {
    const filter::Effort effort;
    return match(filter, inventory, node);
}

constexpr const char* no_match = "the filter does not match";

std::string cannot_be_told(const Error& why) {
    return "the filter cannot be evaluated: " + why.message;
}

}  // namespace

message::Triaged<Candidate> Node::triage(const message::Delivery& delivery, TimePoint now) {
    ++counters_.total;
    auto triaged = [&]() -> message::Triaged<Candidate> {
        auto request = parts_.provider.prove_request(delivery, now);
        if (!request)
            return tl::unexpected(std::move(request.error()));
        ++counters_.validated;
        auto fresh = freshness_.check(*std::move(request), now);
        if (!fresh)
            return tl::unexpected(std::move(fresh.error()));
        return accept(*std::move(fresh), now);
    }();
    if (!triaged)
        count(&triaged.error());
    else if (std::holds_alternative<Task>(*triaged))
        count(nullptr);
    return triaged;
}

/// A request that passed, or why it did not.
void Node::count(const message::Rejection* rejection) {
    if (rejection == nullptr || rejection->gate == Gate::unknown_agent)
        ++counters_.passed;
    if (rejection != nullptr)
        ++counters_.at(rejection->gate);
}

message::Triaged<Candidate> Node::accept(message::Request request, TimePoint now) {
    const auto node = inventory();
    const auto& ours = node->collectives;
    const std::string& collective = request->collective;
    if (std::find(ours.begin(), ours.end(), collective) == ours.end())
        return drop(
            Gate::not_for_us, "collective '" + collective + "' is not ours", request.claims());
    auto matched = match_in_time(request->filter, *node, *this);
    if (!matched)
        tell_unread(matched.error());
    if (!matched)
        return drop(Gate::not_for_us, cannot_be_told(matched.error()), request.claims());
    if (matched->outcome == false)
        return drop(Gate::not_for_us, no_match, request.claims());
    if (auto allowed = check_reading(request, matched->compound); !allowed)
        return drop(Gate::not_for_us, std::move(allowed.error().message), request.claims());
    const auto limit = std::max(std::min(matched->limit, request->ttl), std::chrono::seconds(1));
    if (auto once = freshness_.accept(request, now); !once)
        return tl::unexpected(std::move(once).error());
    auto task = as_task(std::move(request));
    if (!task)
        return tl::unexpected(std::move(task).error());
    if (matched->outcome)
        return Candidate(*std::move(task));
    return Candidate(Undecided{*std::move(task), std::move(matched->compound), node, limit});
}

/// Who may not read a fact shall not learn it from who answers. A filter that does not match keeps
/// silent in any case, so only one that does is looked at.
Expected<void> Node::check_reading(const message::Request& request,
                                   const filter::Compound& compound) const {
    if (!authorizer_)
        return {};
    for (const auto& subject : subjects(request->filter, compound)) {
        const auto verdict = authorizer_->authorize_filter(request, subject);
        if (verdict.allowed)
            continue;
        ++counters_.denied;
        log_denial(request.claims(), "filter by " + subject, verdict.rule);
        return fail(Errc::denied, "the caller may not filter by " + subject);
    }
    return {};
}

/// Somebody will wonder why this node keeps silent.
void Node::tell_unread(const Error& why) const {
    if (why.code != Errc::unavailable)
        return;
    ++counters_.undecided;
    if (!told_unread_.exchange(true))
        parts_.log.warn(
            "Requests whose filter cannot be decided are not answered: {}, {} seconds after the "
            "start",
            why.message,
            std::chrono::round<std::chrono::seconds>(parts_.clock.now() - started_).count());
}

message::Triaged<Task> Node::as_task(message::Request request) const {
    const message::Claims& claims = request.claims();
    const agents::Agent* agent = find_agent(claims.agent);
    if (!agent && claims.agent != discovery_agent)
        return drop(Gate::unknown_agent, "agent '" + claims.agent + "' is not active here", claims);
    std::optional<rpc::CallBody> call;
    std::chrono::seconds timeout{5};
    if (agent) {
        auto read = rpc::read_call(claims.body);
        if (!read)
            return drop(Gate::malformed, read.error().message, claims);
        call = *std::move(read);
        timeout = std::chrono::seconds(agent->declaration().metadata.timeout);
    }
    const bool wants_reply = !call || call->wants_reply;
    if (wants_reply && !reply_addresses_.allow(claims.reply_to))
        return drop(Gate::malformed, "replies may not go to '" + claims.reply_to + "'", claims);
    return Task{std::move(request), std::move(call), agent, timeout};
}

Expected<bool> Node::ask_plugins(const Undecided& undecided,
                                 const std::atomic<bool>& given_up) const {
    FilterData data(*this, parts_.clock, undecided.compound, given_up);
    return undecided.compound.judge(
        *undecided.inventory, [&data](const filter::DataTest& test) { return data.ask(test); });
}

message::Triaged<Task> Node::conclude(Undecided undecided, const Expected<bool>& matched) {
    if (!matched && matched.error().code == Errc::timed_out)
        return drop_undecided(undecided, Gate::expired, matched.error().message);
    if (!matched) {
        tell_unread(matched.error());
        return drop_undecided(undecided, Gate::not_for_us, cannot_be_told(matched.error()));
    }
    if (!*matched)
        return drop_undecided(undecided, Gate::not_for_us, no_match);
    count(nullptr);
    return std::move(undecided.task);
}

tl::unexpected<message::Rejection> Node::drop_undecided(const Undecided& undecided,
                                                        Gate gate,
                                                        std::string why) {
    auto dropped = drop(gate, std::move(why), undecided.task.request.claims());
    count(&dropped.value());
    return dropped;
}

}  // namespace mco::daemon
