// `mco find`: who matches a filter (spec 1.3).
#include "cli/agent_call.hpp"
#include "cli/applications/table.hpp"
#include "client/investigate.hpp"
#include "client/json.hpp"
#include "client/node_ranges.hpp"

#include <fmt/format.h>

#include <chrono>

namespace mco::cli {

namespace {

/// The nodes in the order they were found; only ranges have an order of their own. Objects have the
/// key by which another `mco` reads them.
std::string node_list(const std::vector<std::string>& nodes,
                      const std::vector<client::Missing>& missing,
                      Form form,
                      bool indented) {
    if (form == Form::json) {
        client::JsonList list(indented);
        for (const auto& node : nodes)
            list.add(Map{{"sender", node}});
        for (const auto& one : missing)
            list.add(client::missing_object(one));
        return list.finish();
    }
    std::string text;
    for (const auto& node : form == Form::grouped ? client::fold_names(nodes) : nodes)
        text += form == Form::jsonl ? client::json_line(Map{{"sender", node}}) : node + '\n';
    if (form == Form::jsonl)
        for (const auto& one : missing)
            text += client::json_line(client::missing_object(one));
    return text;
}

/// Only where somebody wants to know: it may take time, and the text is a list of nodes for
/// scripts.
Expected<std::vector<client::Missing>> find_missing(Context& context,
                                                    const std::string& agent,
                                                    const client::Targets& targets) {
    const auto& settings = context.settings;
    const bool shown = settings.verbose || settings.for_programs() || settings.fail_on_missing ||
                       client::named_nodes(settings.filter);
    if (!shown || targets.undiscovered.empty())
        return std::vector<client::Missing>();
    MCO_TRY(session, context.link.session());
    return client::investigate_search(
        context.estate, settings, *session, client::with_agent(settings.filter, agent), targets);
}

}  // namespace

Expected<int> run_find(Context& context) {
    return list_nodes(context, "rpcutil");
}

Expected<int> list_nodes(Context& context, const std::string& agent) {
    const auto& settings = context.settings;
    const auto begin = std::chrono::steady_clock::now();
    MCO_TRY(targets,
            find_nodes(context, agent, {.notice = settings.verbose && !settings.for_programs()}));
    const client::Seconds time = std::chrono::steady_clock::now() - begin;
    if (settings.verbose)
        context.screen.err("\n");
    MCO_TRY(missing, find_missing(context, agent, targets));
    context.screen.out(
        node_list(targets.nodes, missing, settings.form, context.terminal.interactive));
    if (settings.verbose)
        context.screen.err(
            fmt::format("\nDiscovered {} nodes in {:.2f} seconds using the {} discovery plugin\n",
                        targets.nodes.size(),
                        time.count(),
                        targets.method));
    print_missing(context, missing);
    if (targets.nodes.empty())
        return 1;
    return settings.fail_on_missing && !missing.empty() ? 2 : 0;
}

}  // namespace mco::cli
