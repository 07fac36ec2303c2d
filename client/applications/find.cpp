// `mco find`: who matches a filter (spec 1.3).
#include "client/agent_call.hpp"
#include "client/applications/table.hpp"
#include "client/render/json.hpp"
#include "client/render/node_ranges.hpp"

#include <fmt/format.h>

#include <chrono>

namespace mco::client {

namespace {

/// The nodes in the order they were found; only ranges have an order of their own. Objects have the
/// key by which another `mco` reads them.
std::string node_list(const std::vector<std::string>& nodes, Form form, bool indented) {
    if (form == Form::json) {
        render::JsonList list(indented);
        for (const auto& node : nodes)
            list.add(Map{{"sender", node}});
        return list.finish();
    }
    std::string text;
    for (const auto& node : form == Form::grouped ? render::fold_names(nodes) : nodes)
        text += form == Form::jsonl ? render::json_line(Map{{"sender", node}}) : node + '\n';
    return text;
}

}  // namespace

Expected<int> run_find(Context& context) {
    const auto& settings = context.settings;
    const auto begin = std::chrono::steady_clock::now();
    MCO_TRY(targets,
            find_nodes(context, "rpcutil", {settings.verbose && !settings.for_programs(), false}));
    const Seconds time = std::chrono::steady_clock::now() - begin;
    if (settings.verbose)
        context.screen.err("\n");
    context.screen.out(node_list(targets.nodes, settings.form, context.terminal.interactive));
    if (settings.verbose)
        context.screen.err(
            fmt::format("\nDiscovered {} nodes in {:.2f} seconds using the mc discovery plugin\n",
                        targets.nodes.size(),
                        time.count()));
    return targets.nodes.empty() ? 1 : 0;
}

}  // namespace mco::client
