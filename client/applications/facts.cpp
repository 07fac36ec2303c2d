// `mco facts`: which values a fact has, and how often (spec 1.4).
#include "client/agent_call.hpp"
#include "client/applications/table.hpp"
#include "client/render/reports.hpp"

namespace mco::client {

Expected<int> run_facts(Context& context) {
    if (context.parsed.arguments.empty())
        return fail(Errc::invalid, "Please specify a fact to report for");
    const auto& fact = context.parsed.arguments.front();
    const auto& settings = context.settings;
    MCO_TRY(call, check_call(context, "rpcutil", "get_fact", {{"fact", fact}}));
    MCO_TRY(outcome,
            run_call(context, call, {settings.verbose && !settings.for_programs(), false}));
    context.screen.out(render::fact_report(fact, outcome.results, settings.verbose));
    print_statistics(context, outcome, "rpc stats", Summarize::no);
    return exit_code(outcome.statistics);
}

}  // namespace mco::client
