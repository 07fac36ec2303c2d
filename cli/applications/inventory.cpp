// `mco inventory`: one node's page, the collectives and their sizes, or a report (spec 1.5).
#include "cli/agent_call.hpp"
#include "cli/applications/inventory_reports.hpp"
#include "cli/applications/table.hpp"
#include "cli/exit_code.hpp"
#include "cli/render/printable.hpp"
#include "cli/render/reports.hpp"
#include "cli/reports/node.hpp"
#include "core/serializer/json.hpp"

#include <fmt/format.h>

namespace mco::cli {

namespace {

/// Over many lines only for eyes, and never as jsonl.
std::string document(const Context& context, const Value& value) {
    const bool pretty = context.terminal.interactive && context.settings.form == Form::json;
    const auto style = pretty ? serializer::Style::pretty : serializer::Style::compact;
    return serializer::encode_json(value, style) + '\n';
}

/// Filters do not count when a node is named.
Expected<client::Outcome> ask_node(Context& context,
                                   const std::string& action,
                                   const std::string& node) {
    MCO_TRY(call, check_call(context, "rpcutil", action, {}));
    call.request.filter = {};
    call.request.filter.agents = {call.request.agent};
    return run_call_on(context, call, node);
}

std::string page(const Context& context,
                 const client::Result& statistics,
                 const client::Result& inventory) {
    return context.settings.for_programs()
               ? document(context, reports::node_with_statistics(statistics, inventory))
               : render::inventory_page(inventory.sender, statistics.data, inventory.data);
}

void tell_silence(Context& context, const std::string& node) {
    context.screen.err(fmt::format("Did not receive any results from node {}\n", node));
}

Expected<int> show_node(Context& context, const std::string& node) {
    MCO_TRY(statistics, ask_node(context, "daemon_stats", node));
    if (statistics.results.empty()) {
        tell_silence(context, node);
        return 1;
    }
    const auto& first = statistics.results.front();
    if (first.status != 0) {
        context.screen.err(fmt::format("Failed to retrieve daemon_stats from {}: {}\n",
                                       node,
                                       render::printable(first.message)));
        return exit_code(context.settings, statistics);
    }
    MCO_TRY(inventory, ask_node(context, "inventory", node));
    if (inventory.results.empty())
        tell_silence(context, node);
    for (const auto& result : inventory.results) {
        if (result.status == 0) {
            context.screen.out(page(context, first, result));
            break;
        }
        context.screen.err(fmt::format(
            "Failed to retrieve inventory for {}: {}\n", node, render::printable(result.message)));
    }
    return exit_code(context.settings, inventory);
}

Expected<int> list_collectives(Context& context) {
    MCO_TRY(outcome, ask_nodes(context, "collective_info"));
    context.screen.out(
        context.settings.for_programs()
            ? document(context, reports::membership_value(reports::membership(outcome.results)))
            : render::collective_list(outcome.results));
    return 0;
}

Expected<void> check_options(const Context& context) {
    const auto& parsed = context.parsed;
    const bool report = parsed.has("script") || parsed.has("report");
    if (parsed.has("script") && parsed.has("report"))
        return fail(Errc::invalid, "Choose one of --script and --report");
    if (parsed.has("output") && !report)
        return fail(Errc::invalid, "--output is for --script and --report");
    if (context.settings.for_programs() && (report || parsed.has("collective-graph")))
        return fail(Errc::invalid,
                    "Scripts, templates and graphs have a form of their own: leave --json out, or "
                    "write a template that makes JSON");
    return {};
}

}  // namespace

std::vector<std::string> inventory_usages() {
    return {"mco inventory NODE [options]",
            "mco inventory --list-collectives [options] [filters]",
            "mco inventory --collective-graph FILE [options] [filters]",
            "mco inventory --script FILE [--output FILE] [options] [filters]",
            "mco inventory --report FILE [--output FILE] [options] [filters]"};
}

std::vector<options::OptionSpec> inventory_options() {
    return {{"script", "", {"script"}, "FILE", "Run a report script"},
            {"report", "", {"report"}, "FILE", "Fill in a report template"},
            {"output", "", {"output"}, "FILE", "Write the report to this file; - is the screen"},
            {"list-collectives",
             "",
             {"list-collectives", "lc"},
             "",
             "List all collectives and how many nodes are in each"},
            {"collective-graph",
             "",
             {"collective-graph", "cg", "map"},
             "FILE",
             "Write a map of all collectives and their nodes for Graphviz"}};
}

Expected<int> run_inventory(Context& context) {
    MCO_CHECK(check_options(context));
    const auto& parsed = context.parsed;
    if (const auto* script = parsed.last("script"))
        return run_script(context, script->text);
    if (const auto* report = parsed.last("report"))
        return fill_report(context, report->text);
    if (const auto* graph = parsed.last("collective-graph"))
        return draw_graph(context, graph->text);
    if (parsed.has("list-collectives"))
        return list_collectives(context);
    if (parsed.arguments.empty())
        return fail(Errc::invalid,
                    "Name a node, or ask for --list-collectives, --collective-graph, --script or "
                    "--report");
    return show_node(context, parsed.arguments.front());
}

}  // namespace mco::cli
