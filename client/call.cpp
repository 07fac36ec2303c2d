#include "client/call.hpp"

#include "core/message/request_id.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace mco::client {

namespace {

/// One call on its way: the exchanges that it consists of, and what they brought so far.
class Calling {
  public:
    Calling(Session& session,
            const Request& request,
            const CallPlan& plan,
            const Targets& targets,
            Status& status)
        : session_(session),
          request_(request),
          plan_(plan),
          status_(status),
          batched_(plan.batch.size.number > 0),
          route_(batched_ ? Route::directed_by_name
                          : route(targets.nodes.size(),
                                  targets.by_name,
                                  plan.addressing.direct,
                                  plan.addressing.threshold)),
          groups_(batches(targets.nodes, plan.batch.size)) {
        if (batched_)
            request_.process_results.reset();
    }

    /// How the last exchange ended, or `timed_out` if any of them did.
    Expected<Ended> run() {
        MCO_TRY(id, message::fresh_request_id());
        Ended all = Ended::complete;
        for (const auto& group : groups_) {
            if (asked_ > 0 && !session_.pause(plan_.batch.sleep))
                return Ended::interrupted;
            MCO_TRY(ended, ask(group, id));
            if (ended == Ended::interrupted)
                return ended;
            if (ended == Ended::timed_out)
                all = ended;
        }
        return all;
    }

    std::vector<Result> take_results() { return std::move(results_); }

    /// Nodes to which the request went, from the first on.
    std::size_t asked() const { return asked_; }

  private:
    Expected<Ended> ask(const std::vector<std::string>& group, const std::string& id) {
        asked_ += group.size();
        Collector collector(
            group, plan_.limit, [&](const Result& result, std::size_t answers, auto since_sent) {
                status_.answered(result, results_.size() + answers, since_sent);
            });
        Question question{request_, group, route_};
        question.id = id;
        question.must_go = true;
        auto ended =
            session_.exchange(request_.collective, request_.agent, std::move(question), collector);
        auto results = collector.take_results();
        std::move(results.begin(), results.end(), std::back_inserter(results_));
        return ended;
    }

    Session& session_;
    Request request_;
    const CallPlan& plan_;
    Status& status_;
    const bool batched_;
    const Route route_;
    const std::vector<std::vector<std::string>> groups_;
    std::size_t asked_ = 0;
    std::vector<Result> results_;
};

}  // namespace

Expected<Targets> discover(Session& session,
                           const filter::Filter& filter,
                           const std::string& collective,
                           const DiscoveryPlan& plan,
                           const Addressing& addressing,
                           Status& status) {
    if (auto names = named_nodes(filter))
        return Targets{*std::move(names), true, Seconds{0}};
    status.discovering("mc", std::chrono::duration_cast<std::chrono::seconds>(plan.limit));
    const auto begin = session.now();
    DiscoveryWaiter waiter(plan);
    MCO_TRY(ended,
            session.exchange(collective,
                             "discovery",
                             ping_question(filter, collective, addressing.discovery_ttl),
                             waiter));
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
                          const CallPlan& plan,
                          Status& status) {
    Outcome outcome;
    outcome.statistics.discovery_time = targets.discovery_time;
    outcome.statistics.started = session.wall_clock();
    const bool batched = plan.batch.size.number > 0;
    if (targets.nodes.empty()) {
        status.nobody_found();
        status.finished(batched);
        return outcome;
    }
    const auto begin = session.now();
    const auto unproven = session.unproven();
    status.waiting_for(targets.nodes.size());
    Calling calling(session, request, plan, targets, status);
    MCO_TRY(ended, calling.run());
    outcome.results = calling.take_results();
    auto counted = count(std::move(targets.nodes), outcome.results);
    if (ended == Ended::timed_out && !counted.silent.empty())
        status.gave_up_on(counted.silent);
    status.finished(batched);
    counted.discovery_time = outcome.statistics.discovery_time;
    counted.started = outcome.statistics.started;
    counted.agent_time = session.now() - begin;
    counted.interrupted = ended == Ended::interrupted;
    counted.asked = calling.asked();
    counted.unproven = session.unproven() - unproven;
    outcome.statistics = std::move(counted);
    return outcome;
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
