#include "client/search.hpp"

#include "client/agent_call.hpp"
#include "client/sources/source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mco::client {

namespace {

Expected<Targets> search_network(Context& context, const filter::Filter& filter, Status& status) {
    const auto& settings = context.settings;
    if (auto names = named_nodes(filter))
        return Targets{*std::move(names), true, Seconds{0}, {}};
    MCO_TRY(session, context.link.session());
    auto& memory = context.memory.memory();
    const auto here = estate(context);
    const auto text = text_of(filter);
    auto plan = discovery_plan(settings, context.config);
    plan.enough = enough(settings.limit);
    if (!plan.enough)
        plan.expected = memory.answered(here, text);
    MCO_TRY(
        targets,
        discover(*session, filter, settings.collective, plan, addressing(context.config), status));
    if (plan.enough)
        memory.seen(here, targets.nodes, session->wall_clock());
    else
        targets.undiscovered = remember(context, filter, targets.nodes, session->wall_clock());
    return targets;
}

Expected<Targets> search_source(Context& context,
                                const Source& source,
                                const filter::Filter& filter,
                                const DiscoveryChoice& choice,
                                Status& status) {
    const auto begin = std::chrono::steady_clock::now();
    const auto& settings = context.settings;
    SourceContext surroundings{context.config,
                               context.home,
                               context.input.stream(),
                               context.log,
                               settings.discovery_timeout};
    status.discovering(source.name, settings.discovery_timeout.value_or(source.usual_timeout));
    MCO_TRY(names, source.find({filter, settings.collective, choice.options}, surroundings));
    status.discovered(std::min(names.size(), enough(settings.limit).value_or(names.size())));
    const Seconds time = std::chrono::steady_clock::now() - begin;
    return Targets{std::move(names), true, std::max(time, Seconds(1e-9)), {}, source.name};
}

}  // namespace

Expected<DiscoveryChoice> choose_method(Context& context,
                                        const filter::Filter& filter,
                                        bool piped) {
    auto choice = context.settings.discovery;
    if (piped && !choice.chosen && context.input.holds_text())
        choice = {"stdin", {"auto"}, true};
    if (choice.method == "mc")
        return choice;
    const auto* source = find_source(choice.method);
    if (source == nullptr)
        return fail(Errc::invalid, "Unknown discovery method " + choice.method);
    if (!filter.compound.empty() && !source->capabilities.compound) {
        context.log.info("Switching to mc discovery method because compound filters are used");
        return DiscoveryChoice{"mc", {}, choice.chosen};
    }
    MCO_CHECK(check_capabilities(*source, filter));
    if (!context.config.direct_addressing)
        return fail(
            Errc::invalid,
            fmt::format("The {} discovery method requires direct addressing", source->name));
    return choice;
}

Expected<Targets> search(Context& context,
                         const filter::Filter& filter,
                         const DiscoveryChoice& choice,
                         Status& status) {
    const auto* source = choice.method == "mc" ? nullptr : find_source(choice.method);
    MCO_TRY(targets,
            source == nullptr ? search_network(context, filter, status)
                              : search_source(context, *source, filter, choice, status));
    if (!context.settings.limit)
        return targets;
    targets.nodes = pick_nodes(std::move(targets.nodes), *context.settings.limit);
    targets.by_name = true;
    return targets;
}

std::vector<std::string> remember(Context& context,
                                  const filter::Filter& filter,
                                  std::vector<std::string> found,
                                  TimePoint now) {
    auto& memory = context.memory.memory();
    const auto here = estate(context);
    const auto text = text_of(filter);
    memory.discovered(here, text, found, now);
    return without(memory.expected(here, text, now), std::move(found));
}

std::vector<std::string> without(const std::vector<std::string>& expected,
                                 std::vector<std::string> found) {
    std::sort(found.begin(), found.end());
    std::vector<std::string> rest;
    for (const auto& name : expected)
        if (!std::binary_search(found.begin(), found.end(), name))
            rest.push_back(name);
    return rest;
}

Estate estate(const Context& context) {
    return {context.config.file, context.settings.collective};
}

}  // namespace mco::client
