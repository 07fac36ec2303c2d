// `mco find`: who matches a filter (spec 1.3).
#include "client/agent_call.hpp"
#include "client/applications/table.hpp"

#include <fmt/format.h>

#include <chrono>

namespace mco::client {

Expected<int> run_find(Context& context) {
    const auto& settings = context.settings;
    const auto begin = std::chrono::steady_clock::now();
    MCO_TRY(targets,
            find_nodes(context, "rpcutil", {settings.verbose && !settings.for_programs(), false}));
    const Seconds time = std::chrono::steady_clock::now() - begin;
    if (settings.verbose)
        context.screen.err("\n");
    std::string names;
    for (const auto& node : targets.nodes)
        names += node + '\n';
    context.screen.out(names);
    if (settings.verbose)
        context.screen.err(
            fmt::format("\nDiscovered {} nodes in {:.2f} seconds using the mc discovery plugin\n",
                        targets.nodes.size(),
                        time.count()));
    return targets.nodes.empty() ? 1 : 0;
}

}  // namespace mco::client
