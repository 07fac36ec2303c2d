#include "agents/puppet/application/rollouts.hpp"

#include "agents/puppet/application/rollout_screens.hpp"
#include "agents/puppet/application/run_screen.hpp"
#include "agents/puppet/application/runs.hpp"
#include "cli/consent.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace mco::puppet::application {

namespace {

using cli::Context;
using cli::Form;

constexpr std::array<std::string_view, 6> of_both =
    {"wait", "follow", "canary", "max-failures", "lost-after", "run-limit"};

int nobody_found(Context& context,
                 client::Session& session,
                 const Runs& runs,
                 const client::Targets& targets) {
    context.screen.err("\nNo request sent, we did not discover any nodes.");
    const client::Rollout nothing({}, {});
    const auto outcome = outcome_of(context, session, runs, nothing, targets, {});
    if (context.settings.form != Form::text)
        print_results(context, runs.reported, outcome);
    print_missing(context, outcome.missing);
    return 1;
}

int runonce_code(const client::Rollout& rollout, const client::Outcome& outcome) {
    if (outcome.statistics.interrupted)
        return 1;
    if (outcome.results.empty())
        return rollout.stopped() ? 2 : 3;
    return everybody_ran_well(rollout) ? 0 : 2;
}

Expected<void> check_positive(const options::Parsed& parsed, std::string_view name) {
    if (parsed.integer(name).value_or(1) <= 0)
        return fail(Errc::invalid, fmt::format("--{} has to be greater than 0", name));
    return {};
}

}  // namespace

std::vector<options::OptionSpec> rollout_options() {
    std::vector<options::OptionSpec> specs = {
        {"wait", "", {"wait"}, "", "Tell how the runs that runonce started end"},
        {"follow", "", {"follow"}, "", "Show what the runs print while they go on"},
        {"canary", "", {"canary"}, "NODES", "Run so many first, then twice as many, and so on"},
        {"max-failures",
         "",
         {"max-failures"},
         "NUMBER[%]",
         "Start no more when more than so many have failed; none may with --canary alone"},
        {"lost-after", "", {"lost-after"}, "SECONDS", "Give a silent node up (30)"},
        {"run-limit", "", {"run-limit"}, "SECONDS", "Give a run up that does not end (3600)"},
        {"rerun",
         "",
         {"rerun"},
         "SECONDS",
         "Repeat runall for ever, a pass at least every so many seconds"}};
    for (auto& spec : specs)
        if (!spec.argument.empty() && spec.id != "max-failures")
            spec.kind = options::Kind::integer;
    return specs;
}

Expected<void> check_rollout_options(const options::Parsed& parsed, std::string_view action) {
    if (action != "runall" && parsed.has("rerun"))
        return fail(Errc::invalid, "--rerun is for runall only");
    for (const auto name : of_both)
        if (action != "runall" && action != "runonce" && parsed.has(name))
            return fail(Errc::invalid, fmt::format("--{} is for runonce and runall only", name));
    for (const auto* name : {"lost-after", "run-limit"})
        if (action == "runonce" && parsed.has(name) && !waits_for_runs(parsed))
            return fail(Errc::invalid, fmt::format("--{} needs --wait", name));
    for (const auto* name : {"canary", "lost-after", "run-limit"})
        MCO_CHECK(check_positive(parsed, name));
    if (parsed.integer("rerun").value_or(0) < 0)
        return fail(Errc::invalid, "--rerun cannot be less than 0");
    if (const auto allowed = client::parse_allowed_failures(parsed.text_or("max-failures", "0"));
        !allowed)
        return tl::unexpected(allowed.error());
    return {};
}

bool waits_for_runs(const options::Parsed& parsed) {
    return parsed.has("wait") || parsed.has("follow") || parsed.has("canary") ||
           parsed.has("max-failures");
}

Expected<int> runonce_and_wait(Context& context, Map inputs) {
    MCO_TRY(runs, prepare_runs(context, std::move(inputs)));
    MCO_TRY(session, context.link.session());
    MCO_TRY(targets, find_nodes(context, "puppet", quietly(context)));
    if (targets.nodes.empty())
        return nobody_found(context, *session, runs, targets);
    MCO_CHECK(cli::ask_consent(context, runs.call, targets.nodes));
    // Who wants batches wants no more at a time than that; those who were picked are exempt.
    if (const auto& batch = context.settings.batch.size;
        batch.number > 0 && !context.settings.limit)
        runs.plan.concurrency = client::batches(targets.nodes, batch).front().size();
    RunScreen screen(context, *session, RunLines::plain);
    client::Conductor conductor(order_of(context, runs, targets.nodes), screen);
    MCO_TRY(ended, session->converse(runs.call.request.collective, "puppet", conductor));
    screen.finish();
    const auto& rollout = conductor.rollout();
    if (ended == client::Ended::interrupted)
        screen.say(interrupted_line(rollout));
    const auto outcome =
        outcome_of(context, *session, runs, rollout, targets, screen.take_results());
    print_end(context, *session, runs, rollout, outcome);
    return runonce_code(rollout, outcome);
}

}  // namespace mco::puppet::application
