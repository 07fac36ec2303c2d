#include "agents/puppet/application/runs.hpp"

#include "agents/puppet/application/rollout_screens.hpp"
#include "client/collect.hpp"
#include "client/investigate.hpp"

#include <algorithm>
#include <utility>

namespace mco::puppet::application {

namespace {

using cli::AgentCall;
using cli::Context;
using cli::Form;
using cli::Showing;
using std::chrono::seconds;

client::RolloutPlan plan_of(const options::Parsed& parsed) {
    client::RolloutPlan plan;
    plan.canary = static_cast<std::size_t>(parsed.integer("canary").value_or(0));
    if (parsed.has("max-failures"))
        if (auto allowed = client::parse_allowed_failures(parsed.text_or("max-failures", "")))
            plan.max_failures = *allowed;
    plan.lost_after = seconds(parsed.integer("lost-after").value_or(plan.lost_after.count()));
    plan.run_limit = seconds(parsed.integer("run-limit").value_or(plan.run_limit.count()));
    // A run may be put off that long before anything is seen of it.
    plan.start_limit +=
        seconds(std::max<std::int64_t>(0, parsed.integer("splaylimit").value_or(0)));
    return plan;
}

/// Declarations that the site brought along may be older than ours.
AgentCall with_labels_of_results(AgentCall call) {
    if (const auto* declared = call.ddl->action("run_result"))
        call.action = declared;
    return call;
}

/// Nodes that were not asked come last.
std::vector<std::string> asked_first(const client::Rollout& rollout) {
    std::vector<std::string> names;
    for (const bool asked : {true, false})
        for (const auto& run : rollout.nodes())
            if ((run.verdict != client::Verdict::not_run) == asked)
                names.push_back(run.node);
    return names;
}

/// What the rollout knows better than whoever looks at replies only.
void explain_by(const client::Rollout& rollout, client::Missing& missing) {
    const auto* run = rollout.find(missing.node);
    if (run != nullptr && run->verdict == client::Verdict::not_run)
        missing.text = "not run: " + rollout.why_stopped();
    else if (run != nullptr && run->phase == client::Phase::running)
        missing.text = "its run went on when nobody waited any more";
}

/// The lines about runs have told of all others, and that a node does not answer; not that it is
/// its clock, or its name.
std::vector<client::Missing> not_told_yet(const client::Rollout& rollout,
                                          std::vector<client::Missing> missing) {
    std::erase_if(missing, [&](const client::Missing& one) {
        const auto* run = rollout.find(one.node);
        const bool silent = one.absence != client::Absence::clock_skew &&
                            one.absence != client::Absence::not_provable;
        return run != nullptr && (silent || run->verdict != client::Verdict::lost);
    });
    return missing;
}

}  // namespace

Showing quietly(const Context& context) {
    return {context.settings.verbose && !context.settings.for_programs(), false, false};
}

Expected<Runs> prepare_runs(Context& context, Map inputs) {
    if (context.settings.reply_to)
        return fail(Errc::invalid, "--reply-to works with 'mco rpc' only");
    MCO_TRY(call, check_call(context, "puppet", "runonce", std::move(inputs)));
    auto reported = with_labels_of_results(call);
    return Runs{std::move(call), std::move(reported), plan_of(context.parsed)};
}

client::RunOrder order_of(const Context& context,
                          const Runs& runs,
                          std::vector<std::string> nodes) {
    return {runs.call.request,
            std::move(nodes),
            runs.plan,
            context.parsed.has("follow") && context.settings.form == Form::text,
            client::addressing(context.estate.config).direct};
}

bool everybody_ran_well(const client::Rollout& rollout) {
    return rollout.finished() && rollout.failures() == 0 &&
           rollout.count(client::Verdict::not_run) == 0;
}

client::Outcome outcome_of(Context& context,
                           client::Session& session,
                           const Runs& runs,
                           const client::Rollout& rollout,
                           const client::Targets& targets,
                           std::vector<client::Result> results) {
    client::Outcome outcome;
    outcome.results = std::move(results);
    auto& statistics = outcome.statistics;
    statistics = count(asked_first(rollout), outcome.results);
    statistics.asked = rollout.nodes().size() - rollout.count(client::Verdict::not_run);
    statistics.discovery_time = targets.discovery_time;
    statistics.interrupted = session.interrupted();
    const auto& request = runs.call.request;
    outcome.missing = client::investigate(
        context.estate,
        context.settings,
        session,
        {request.filter, request.agent, targets, runs.plan.lost_after, request.ttl},
        outcome);
    for (auto& missing : outcome.missing)
        explain_by(rollout, missing);
    std::vector<const Map*> replies;
    for (const auto& result : outcome.results)
        replies.push_back(result.data.map());
    outcome.summaries = ddl::summarize(*runs.reported.action, replies);
    if (context.settings.sort)
        std::stable_sort(
            outcome.results.begin(),
            outcome.results.end(),
            [](const client::Result& a, const client::Result& b) { return a.sender < b.sender; });
    return outcome;
}

void print_end(Context& context,
               const client::Session& session,
               const Runs& runs,
               const client::Rollout& rollout,
               const client::Outcome& outcome) {
    if (context.settings.form == Form::text) {
        if (!rollout.nodes().empty())
            context.screen.out(totals(rollout, context.palette));
        print_missing(context, not_told_yet(rollout, outcome.missing));
    } else {
        print_results(context, runs.reported, outcome);
        print_missing(context, outcome.missing);
    }
    warn_of_unproven(context, session);
}

}  // namespace mco::puppet::application
