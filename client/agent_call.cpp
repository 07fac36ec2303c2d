#include "client/agent_call.hpp"

#include "client/investigate.hpp"
#include "client/render/grouped.hpp"
#include "client/render/json.hpp"
#include "client/render/missing.hpp"
#include "client/render/progress.hpp"
#include "client/render/results.hpp"
#include "client/render/statistics.hpp"
#include "client/render/table.hpp"
#include "client/search.hpp"
#include "client/sources/source.hpp"
#include "core/ddl/aggregate.hpp"
#include "core/ddl/validate.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

namespace mco::client {

namespace {

/// A bar is for eyes; into pipes it is only drawn where scripts have always had to skip it.
bool draws_bar(const Context& context, const Showing& showing) {
    return showing.progress &&
           (context.settings.form == Form::text || context.terminal.interactive);
}

/// Draws what the original draws while a call runs (spec 0.5).
class ScreenStatus final : public Status {
  public:
    ScreenStatus(Context& context, const Showing& showing, render::Called called)
        : screen_(context.screen),
          log_(context.log),
          showing_(showing),
          bar_(context.terminal.columns, context.palette),
          called_(called) {
        showing_.progress = draws_bar(context, showing);
        showing_.replies = showing.replies && context.settings.form == Form::jsonl;
    }

    void discovering(std::string_view method, std::chrono::seconds limit) override {
        if (!showing_.notice)
            return;
        const auto time =
            limit.count() > 0 ? fmt::format(" for {} second(s)", limit.count()) : std::string();
        screen_.err(fmt::format("Discovering hosts using the {} method{} .... ", method, time));
    }

    void discovered(std::size_t nodes) override {
        if (showing_.notice)
            screen_.err(fmt::format("{}\n", nodes));
    }

    void nobody_found() override {
        screen_.err("\nNo request sent, we did not discover any nodes.");
    }

    void waiting_for(std::size_t nodes) override {
        nodes_ = nodes;
        if (showing_.progress)
            screen_.out('\n' + bar_.draw(0, nodes_));
    }

    void answered(const Result& result, std::size_t answers, Monotonic::duration) override {
        if (showing_.replies)
            screen_.out(render::json_line(render::reply_object(result, called_)));
        if (showing_.progress)
            screen_.out(bar_.draw(answers, nodes_));
    }

    void gave_up_on(const std::vector<std::string>& nodes) override {
        log_.warn("Could not receive all responses. Did not receive responses from {}",
                  fmt::join(nodes, ", "));
    }

    void finished(bool batched) override {
        if (showing_.progress)
            screen_.out(batched ? "\n" : "\n\n");
    }

  private:
    Screen& screen_;
    system::Log& log_;
    Showing showing_;
    render::ProgressBar bar_;
    render::Called called_;
    std::size_t nodes_ = 0;
};

render::Called called(const AgentCall& call) {
    return {call.request.agent, call.request.action};
}

/// Aggregates count replies in the order of arrival; only then is sorted.
std::vector<ddl::Summary> summaries(const AgentCall& call, const std::vector<Result>& results) {
    std::vector<const Map*> replies;
    for (const auto& result : results)
        replies.push_back(result.data.map());
    return ddl::summarize(*call.action, replies);
}

/// How long discovery may take with a method: part of the time that replies have.
std::chrono::seconds discovery_time(const Context& context, const std::string& method) {
    const auto& asked = context.settings.discovery_timeout;
    if (asked)
        return *asked;
    if (const auto* source = find_source(method))
        return source->usual_timeout;
    return context.config.discovery_timeout.value_or(usual_discovery);
}

/// Those who replied, in the order and with the sums that were asked for; and those who did not.
Expected<Outcome> perform_call(Context& context,
                               const AgentCall& call,
                               const std::string& method,
                               Targets targets,
                               Status& status) {
    const auto& settings = context.settings;
    if (settings.reply_to)
        return fail(Errc::invalid, "--reply-to works with 'mco rpc' only");
    MCO_TRY(session, context.link.session());
    const auto limit =
        reply_limit(settings, call.ddl->metadata.timeout, discovery_time(context, method));
    // Those who were picked are asked at once, as the original does it.
    const auto batch = settings.limit ? Batch{} : settings.batch;
    MCO_TRY(
        outcome,
        perform(
            *session, call.request, targets, {limit, addressing(context.config), batch}, status));
    outcome.missing =
        investigate(context,
                    *session,
                    {call.request.filter, call.request.agent, targets, limit, call.request.ttl},
                    outcome);
    warn_of_unproven(context, *session);
    if (!outcome.statistics.discovered.empty())
        outcome.summaries = summaries(call, outcome.results);
    if (context.settings.sort)
        std::stable_sort(outcome.results.begin(),
                         outcome.results.end(),
                         [](const Result& a, const Result& b) { return a.sender < b.sender; });
    return outcome;
}

}  // namespace

Expected<AgentCall> check_call(Context& context,
                               const std::string& agent,
                               const std::string& action,
                               Map inputs) {
    MCO_TRY(ddl, context.catalogue.find(plugin_types.front(), agent));
    if (const auto* declared = ddl->action(action))
        ddl::apply_defaults(*declared, inputs);
    MCO_TRY(declared, ddl::validate(*ddl, agent, action, inputs));
    AgentCall call{ddl, declared, {}};
    call.request.agent = agent;
    call.request.action = action;
    call.request.inputs = std::move(inputs);
    call.request.filter = with_agent(context.settings.filter, agent);
    call.request.collective = context.settings.collective;
    call.request.ttl = context.settings.ttl;
    return call;
}

filter::Filter with_agent(filter::Filter filter, const std::string& agent) {
    if (std::find(filter.agents.begin(), filter.agents.end(), agent) == filter.agents.end())
        filter.agents.push_back(agent);
    return filter;
}

Expected<Map> convert_inputs(const ddl::Ddl& ddl, const std::string& action, const Map& typed) {
    const auto* declared = ddl.action(action);
    Map converted;
    for (const auto& [key, value] : typed.entries()) {
        const auto* input = declared != nullptr ? declared->input(*key.text()) : nullptr;
        if (input == nullptr) {
            converted.set(key, value);
            continue;
        }
        MCO_TRY(typed_value, ddl::convert(*input, *value.text()));
        converted.set(key, std::move(typed_value));
    }
    return converted;
}

Expected<Outcome> run_call(Context& context, const AgentCall& call, const Showing& showing) {
    ScreenStatus status(context, showing, called(call));
    const auto& filter = call.request.filter;
    MCO_TRY(choice, choose_method(context, filter, showing.piped));
    MCO_TRY(targets, search(context, filter, choice, status));
    return perform_call(context, call, choice.method, std::move(targets), status);
}

Expected<Outcome> run_call_on(Context& context, const AgentCall& call, const std::string& node) {
    ScreenStatus status(context, {}, called(call));
    auto named = call;
    named.request.filter.identities = {node};
    return perform_call(context, named, "mc", {{node}, true, Seconds{0}}, status);
}

Expected<std::string> run_unattended(Context& context,
                                     const AgentCall& call,
                                     const std::string& reply_to) {
    ScreenStatus status(context, {}, called(call));
    const auto& settings = context.settings;
    const auto& filter = call.request.filter;
    if (settings.batch.size.number > 0)
        return fail(Errc::invalid, "Cannot bypass result processing for batched requests");
    MCO_TRY(choice, choose_method(context, filter, false));
    std::optional<Targets> targets;
    if (choice.method != "mc" || settings.limit || named_nodes(filter)) {
        MCO_TRY(found, search(context, filter, choice, status));
        targets = std::move(found);
    }
    MCO_TRY(session, context.link.session());
    return perform_unattended(
        *session, call.request, targets, addressing(context.config), reply_to);
}

Expected<Targets> find_nodes(Context& context, const std::string& agent, const Showing& showing) {
    const auto filter = with_agent(context.settings.filter, agent);
    ScreenStatus status(context, showing, {});
    MCO_TRY(choice, choose_method(context, filter, showing.piped));
    return search(context, filter, choice, status);
}

void print_results(Context& context, const AgentCall& call, const Outcome& outcome) {
    const auto& settings = context.settings;
    const render::ResultStyle style{
        context.palette, settings.verbose, context.terminal.pretty_width, context.terminal.columns};
    // Who asks for a form of ours wants to see everybody: only the option hides somebody then.
    const auto display = settings.display.value_or(
        settings.form == Form::text ? call.action->display : ddl::Display::always);
    switch (settings.form) {
        case Form::json:
            return context.screen.out(
                render::result_json(outcome, called(call), context.terminal.interactive));
        case Form::jsonl:
            return context.screen.out(render::closing_lines(outcome, called(call)));
        case Form::table:
            return context.screen.out(
                render::result_table(outcome.results,
                                     *call.action,
                                     display,
                                     {context.palette, context.terminal.columns}));
        case Form::grouped:
            return context.screen.out(
                render::grouped_results(outcome.results, *call.action, display, style));
        case Form::text:
            break;
    }
    context.screen.out(render::result_block(outcome.results, *call.action, display, style));
}

void print_statistics(Context& context,
                      const Outcome& outcome,
                      std::string_view caption,
                      Summarize summarize) {
    if (context.settings.for_programs())
        return;
    const auto blocks =
        summarize == Summarize::yes ? outcome.summaries : std::vector<ddl::Summary>();
    context.screen.out(
        context.settings.verbose
            ? render::verbose_statistics_block(outcome.statistics, blocks, caption, context.palette)
            : render::statistics_block(outcome.statistics, blocks, context.palette));
    print_missing(context, outcome.missing);
}

void print_missing(Context& context, const std::vector<Missing>& missing) {
    if (!context.settings.for_programs())
        context.screen.err(render::missing_nodes(missing, context.error_palette));
}

Addressing addressing(const config::Config& config) {
    return {config.direct_addressing,
            static_cast<std::size_t>(std::max(0, config.direct_addressing_threshold)),
            config.ttl};
}

void warn_of_unproven(Context& context, const Session& session) {
    if (session.unproven() > 0)
        context.screen.err(
            fmt::format("\nIgnored {} answer(s) because nobody could prove who sent them: {}\n",
                        session.unproven(),
                        session.why_unproven()));
}

}  // namespace mco::client
