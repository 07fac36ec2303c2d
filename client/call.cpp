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
    status.discovering("mc", std::chrono::duration_cast<std::chrono::seconds>(plan.limit));
    const auto begin = session.now();
    DiscoveryWaiter waiter(plan);
    MCO_TRY(ended,
            session.exchange(
                collective,
                "discovery",
                discovery_question(filter, collective, addressing.discovery_ttl, addressing.direct),
                waiter));
    if (ended == Ended::interrupted)
        return fail(Errc::unavailable, "");
    Targets targets{waiter.take_names(), false, session.now() - begin};
    targets.discovery_time = std::max(targets.discovery_time, Seconds(1e-9));
    status.discovered(targets.nodes.size());
    return targets;
}

Expected<std::string> perform_unattended(Session& session,
                                         const Request& request,
                                         const std::optional<Targets>& targets,
                                         const Addressing& addressing,
                                         const std::string& reply_to) {
    const std::vector<std::string> everybody;
    const auto& nodes = targets ? targets->nodes : everybody;
    const auto how =
        targets ? route(nodes.size(), targets->by_name, addressing.direct, addressing.threshold)
                : Route::broadcast;
    Question question{request, nodes, how};
    question.must_go = true;
    return session.send_only(question, reply_to);
}

}  // namespace mco::client
