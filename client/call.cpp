#include "client/call.hpp"

#include <algorithm>
#include <utility>

namespace mco::client {

Expected<Targets> discover(Session& session,
                           const filter::Filter& filter,
                           const std::string& collective,
                           const DiscoveryPlan& plan,
                           const Addressing& addressing,
                           Status& status) {
    if (auto names = named_nodes(filter))
        return Targets{*std::move(names), true, Seconds{0}};
    status.discovering(std::chrono::duration_cast<std::chrono::seconds>(plan.limit));
    const auto begin = session.now();
    DiscoveryWaiter waiter(plan);
    const auto compose = [&](const Origin& origin) {
        return compose_ping(filter, collective, addressing.discovery_ttl, origin);
    };
    MCO_TRY(ended, session.exchange(collective, "discovery", compose, waiter));
    if (ended == Ended::interrupted)
        return fail(Errc::unavailable, "");
    Targets targets{waiter.take_names(), false, session.now() - begin};
    targets.discovery_time = std::max(targets.discovery_time, Seconds(1e-9));
    status.discovered(targets.nodes.size());
    return targets;
}

Expected<Outcome> perform(Session& session,
                          const Request& request,
                          Targets targets,
                          std::chrono::milliseconds limit,
                          const Addressing& addressing,
                          Status& status) {
    Outcome outcome;
    outcome.statistics.discovery_time = targets.discovery_time;
    outcome.statistics.started = session.wall_clock();
    if (targets.nodes.empty()) {
        status.nobody_found();
        status.finished();
        return outcome;
    }
    const auto how =
        route(targets.nodes.size(), targets.named, addressing.direct, addressing.threshold);
    const auto begin = session.now();
    const auto unproven = session.unproven();
    status.waiting_for(targets.nodes.size());
    Collector collector(
        targets.nodes, limit, [&](const Result& result, std::size_t answers, auto since_sent) {
            status.answered(result, answers, since_sent);
        });
    const auto compose_call = [&](const Origin& origin) {
        return compose(request, how, targets.nodes, origin);
    };
    MCO_TRY(ended, session.exchange(request.collective, request.agent, compose_call, collector));
    outcome.results = collector.take_results();
    auto counted = count(std::move(targets.nodes), outcome.results);
    if (ended == Ended::timed_out && !counted.silent.empty())
        status.gave_up_on(counted.silent);
    status.finished();
    counted.discovery_time = outcome.statistics.discovery_time;
    counted.started = outcome.statistics.started;
    counted.agent_time = session.now() - begin;
    counted.interrupted = ended == Ended::interrupted;
    counted.unproven = session.unproven() - unproven;
    outcome.statistics = std::move(counted);
    return outcome;
}

}  // namespace mco::client
