#include "agents/resource/application/asking.hpp"

#include "client/call_settings.hpp"
#include "client/collect.hpp"
#include "client/investigate.hpp"
#include "client/resources/inquiry.hpp"
#include "client/search.hpp"

#include <utility>

namespace mco::resource::application {

namespace {

using cli::Context;

/// Of the agent's answers: what its declaration allows, and the time of discovery.
Expected<std::chrono::seconds> time_for_answers(Context& context) {
    const auto& settings = context.settings;
    MCO_TRY(ddl,
            context.estate.catalogue.find(client::plugin_types.front(),
                                          std::string(client::ral_agent)));
    const auto discovery = settings.discovery_timeout.value_or(
        context.estate.config.discovery_timeout.value_or(client::usual_discovery));
    return client::reply_limit(settings, ddl->metadata.timeout, discovery);
}

}  // namespace

Expected<Asking> find_targets(Context& context, bool asks_later) {
    const auto& settings = context.settings;
    if (settings.reply_to)
        return fail(Errc::invalid, "--reply-to works with 'mco rpc' only");
    const std::string agent(client::ral_agent);
    Asking asking;
    MCO_TRY(limit, time_for_answers(context));
    MCO_TRY(session, context.link.session());
    asking.session = session;
    MCO_TRY(targets,
            find_nodes(context,
                       agent,
                       {.notice = settings.verbose && !settings.for_programs(),
                        .asks_later = asks_later}));
    asking.targets = std::move(targets);
    asking.request.agent = agent;
    asking.request.filter = client::with_agent(settings.filter, agent);
    asking.request.collective = settings.collective;
    asking.request.ttl = settings.ttl;
    asking.plan = {limit,
                   client::addressing(context.estate.config),
                   settings.limit ? client::Batch{} : settings.batch,
                   settings.max_reply_bytes};
    if (asking.targets.nodes.empty())
        context.screen.err("\nNo request sent, we did not discover any nodes.");
    return asking;
}

std::vector<client::Missing> find_missing(Context& context,
                                          const Asking& asking,
                                          client::Outcome& outcome) {
    outcome.statistics = client::count(asking.targets.nodes, outcome.results);
    outcome.statistics.asked = asking.targets.nodes.size();
    outcome.statistics.discovery_time = asking.targets.discovery_time;
    outcome.statistics.interrupted = asking.session->interrupted();
    const auto limit = std::chrono::duration_cast<std::chrono::seconds>(asking.plan.limit);
    const auto& request = asking.request;
    outcome.missing =
        client::investigate(context.estate,
                            context.settings,
                            *asking.session,
                            {request.filter, request.agent, asking.targets, limit, request.ttl},
                            outcome);
    return outcome.missing;
}

Ending ending_of(const client::Outcome& outcome, bool differing) {
    const auto& statistics = outcome.statistics;
    return {statistics.interrupted,
            statistics.discovered.size(),
            statistics.responses,
            statistics.failed,
            !outcome.missing.empty(),
            differing};
}

int exit_code(const Context& context, const Ending& ending) {
    if (ending.interrupted || ending.asked == 0)
        return 1;
    if (ending.failed > 0 || ending.answered == 0)
        return 2;
    if (ending.missing && context.settings.fail_on_missing)
        return 2;
    return ending.differing ? 3 : 0;
}

Live::Live(Context& context)
    : context_(context),
      on_(context.settings.form == cli::Form::text && context.terminal.interactive &&
          context.settings.progress),
      line_(context.terminal.columns) {}

void Live::show(std::string_view text) {
    if (on_)
        context_.screen.out(line_.draw(text));
}

void Live::finish() {
    const auto blank = line_.clear();
    if (blank.empty())
        return;
    context_.screen.out(blank);
    context_.screen.out("\r");
}

}  // namespace mco::resource::application
