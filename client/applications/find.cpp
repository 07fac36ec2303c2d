// `mco find`: who matches a filter (spec 1.3).
#include "client/agent_call.hpp"
#include "client/applications/table.hpp"
#include "client/investigate.hpp"
#include "client/render/json.hpp"
#include "client/render/node_ranges.hpp"

#include <fmt/format.h>

#include <chrono>

namespace mco::client {

namespace {

/// The nodes in the order they were found; only ranges have an order of their own. Objects have the
/// key by which another `mco` reads them.
std::string node_list(const std::vector<std::string>& nodes,
                      const std::vector<Missing>& missing,
                      Form form,
                      bool indented) {
    if (form == Form::json) {
        render::JsonList list(indented);
        for (const auto& node : nodes)
            list.add(Map{{"sender", node}});
        for (const auto& one : missing)
            list.add(render::missing_object(one));
        return list.finish();
    }
    std::string text;
    for (const auto& node : form == Form::grouped ? render::fold_names(nodes) : nodes)
        text += form == Form::jsonl ? render::json_line(Map{{"sender", node}}) : node + '\n';
    if (form == Form::jsonl)
        for (const auto& one : missing)
            text += render::json_line(render::missing_object(one));
    return text;
}

/// Only where it is shown: it may take time, and the text is a list of nodes for scripts.
Expected<std::vector<Missing>> find_missing(Context& context, const Targets& targets) {
    const auto& settings = context.settings;
    const bool shown = settings.verbose || settings.for_programs();
    if (!shown || targets.undiscovered.empty())
        return std::vector<Missing>();
    MCO_TRY(session, context.link.session());
    return investigate_search(context, *session, with_agent(settings.filter, "rpcutil"), targets);
}

}  // namespace

Expected<int> run_find(Context& context) {
    const auto& settings = context.settings;
    const auto begin = std::chrono::steady_clock::now();
    MCO_TRY(targets,
            find_nodes(context,
                       "rpcutil",
                       {.notice = settings.verbose && !settings.for_programs(), .piped = true}));
    const Seconds time = std::chrono::steady_clock::now() - begin;
    if (settings.verbose)
        context.screen.err("\n");
    MCO_TRY(missing, find_missing(context, targets));
    context.screen.out(
        node_list(targets.nodes, missing, settings.form, context.terminal.interactive));
    if (settings.verbose)
        context.screen.err(
            fmt::format("\nDiscovered {} nodes in {:.2f} seconds using the {} discovery plugin\n",
                        targets.nodes.size(),
                        time.count(),
                        targets.method));
    print_missing(context, missing);
    return targets.nodes.empty() ? 1 : 0;
}

}  // namespace mco::client
