// `mco facts`: which values a fact has, and how often (spec 1.4).
#include "cli/render/facts.hpp"

#include "cli/agent_call.hpp"
#include "cli/applications/table.hpp"
#include "cli/exit_code.hpp"
#include "client/json.hpp"

namespace mco::cli {

namespace {

/// A list of values with their nodes; the missing nodes follow.
std::string facts_json(std::string_view fact, const client::Outcome& outcome, bool indented) {
    client::JsonList list(indented);
    for (const auto& value : render::fact_values(outcome.results))
        list.add(render::fact_object(fact, value));
    for (const auto& missing : outcome.missing)
        list.add(client::missing_object(missing));
    return list.finish();
}

std::string facts_lines(std::string_view fact,
                        const client::Outcome& outcome,
                        const AgentCall& call) {
    std::string text;
    for (const auto& value : render::fact_values(outcome.results))
        text += client::json_line(render::fact_object(fact, value));
    return text + client::closing_lines(outcome, {call.request.agent, call.request.action});
}

void print_facts(Context& context,
                 std::string_view fact,
                 const AgentCall& call,
                 const client::Outcome& outcome) {
    const auto& settings = context.settings;
    if (settings.form == Form::json)
        context.screen.out(facts_json(fact, outcome, context.terminal.interactive));
    else if (settings.form == Form::jsonl)
        context.screen.out(facts_lines(fact, outcome, call));
    else if (settings.form == Form::text)
        context.screen.out(
            render::fact_report(fact, render::fact_values(outcome.results), settings.verbose));
    else
        print_results(context, call, outcome);
}

}  // namespace

std::vector<std::string> facts_usages() {
    return {"mco facts [options] [filters] FACT"};
}

Expected<int> run_facts(Context& context) {
    if (context.parsed.arguments.empty())
        return fail(Errc::invalid, "Please specify a fact to report for");
    const auto& fact = context.parsed.arguments.front();
    const auto& settings = context.settings;
    MCO_TRY(call, check_call(context, "rpcutil", "get_fact", {{"fact", fact}}));
    MCO_TRY(outcome,
            run_call(context, call, {settings.verbose && !settings.for_programs(), false}));
    print_facts(context, fact, call, outcome);
    print_statistics(context, outcome, "rpc stats", Summarize::no);
    return exit_code(settings, outcome);
}

}  // namespace mco::cli
