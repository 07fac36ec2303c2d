// `mco inventory`: one node's page, or the collectives and their sizes (spec 1.5).
#include "client/agent_call.hpp"
#include "client/applications/table.hpp"
#include "client/render/reports.hpp"

#include <fmt/format.h>

namespace mco::client {

namespace {

Expected<int> show_node(Context& context, const std::string& node) {
    MCO_TRY(statistics_call, check_call(context, "rpcutil", "daemon_stats", {}));
    MCO_TRY(inventory_call, check_call(context, "rpcutil", "inventory", {}));
    MCO_TRY(statistics, run_call_on(context, statistics_call, node));
    if (statistics.results.empty()) {
        context.screen.err(fmt::format("Did not receive any results from node {}\n", node));
        return 1;
    }
    const auto& first = statistics.results.front();
    if (first.status != 0) {
        context.screen.err(
            fmt::format("Failed to retrieve daemon_stats from {}: {}\n", node, first.message));
        return exit_code(statistics.statistics);
    }
    MCO_TRY(inventory, run_call_on(context, inventory_call, node));
    for (const auto& result : inventory.results) {
        if (result.status == 0) {
            context.screen.out(render::inventory_page(result.sender, first.data, result.data));
            break;
        }
        context.screen.err(
            fmt::format("Failed to retrieve inventory for {}: {}\n", node, result.message));
    }
    return exit_code(inventory.statistics);
}

Expected<int> list_collectives(Context& context) {
    const auto& settings = context.settings;
    MCO_TRY(call, check_call(context, "rpcutil", "collective_info", {}));
    MCO_TRY(outcome,
            run_call(context, call, {settings.verbose && !settings.for_programs(), false}));
    context.screen.out(render::collective_list(outcome.results));
    return 0;
}

}  // namespace

std::vector<options::OptionSpec> inventory_options() {
    return {{"list-collectives",
             "",
             {"list-collectives", "lc"},
             "",
             "List all collectives and how many nodes are in each"}};
}

Expected<int> run_inventory(Context& context) {
    if (context.parsed.has("list-collectives"))
        return list_collectives(context);
    if (context.parsed.arguments.empty())
        return fail(Errc::invalid, "Name a node, or ask for --list-collectives");
    return show_node(context, context.parsed.arguments.front());
}

}  // namespace mco::client
