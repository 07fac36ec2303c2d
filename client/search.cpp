#include "client/search.hpp"

#include "client/call.hpp"
#include "client/sources/source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mco::client {

namespace {

Targets limited(Targets targets, const std::optional<Limit>& limit) {
    if (limit) {
        targets.nodes = pick_nodes(std::move(targets.nodes), *limit);
        targets.by_name = true;
    }
    return targets;
}

Expected<Targets> search_network(const Caller& caller,
                                 const filter::Filter& filter,
                                 Status& status) {
    const auto& [estate, settings, link, names] = caller;
    if (auto named = only_named_nodes(filter))
        return limited({*std::move(named), true, Seconds{0}, {}}, settings.limit);
    MCO_TRY(session, link.session());
    const auto plan = plan_discovery(estate, settings, filter);
    MCO_TRY(
        found,
        discover(*session, filter, settings.collective, plan, addressing(estate.config), status));
    return take_found(estate, settings, filter, plan, std::move(found), session->wall_clock());
}

Expected<Targets> search_source(const Caller& caller,
                                const Source& source,
                                const filter::Filter& filter,
                                const DiscoveryChoice& choice,
                                Status& status) {
    const auto begin = std::chrono::steady_clock::now();
    const auto& estate = caller.estate;
    const auto& settings = caller.settings;
    SourceContext surroundings{
        estate.config, estate.home, caller.names, estate.log, settings.discovery_timeout};
    status.discovering(source.name, settings.discovery_timeout.value_or(source.usual_timeout));
    MCO_TRY(names,
            source.find({filter, settings.collective, choice.options, choice.piped}, surroundings));
    if (!filter.compound.empty() && !source.capabilities.compound && !names.empty()) {
        auto listed = filter;
        listed.identities = std::move(names);
        return search_network(caller, listed, status);
    }
    status.discovered(std::min(names.size(), enough(settings.limit).value_or(names.size())));
    const Seconds time = std::chrono::steady_clock::now() - begin;
    return limited({std::move(names), true, std::max(time, Seconds(1e-9)), {}, source.name},
                   settings.limit);
}

}  // namespace

Expected<DiscoveryChoice> choose_method(const Estate& estate,
                                        const DiscoveryChoice& wished,
                                        const filter::Filter& filter) {
    if (wished.method == "mc")
        return wished;
    const auto* source = find_source(wished.method);
    if (source == nullptr)
        return fail(Errc::invalid, "Unknown discovery method " + wished.method);
    MCO_CHECK(check_capabilities(*source, filter));
    if (!estate.config.direct_addressing)
        return fail(
            Errc::invalid,
            fmt::format("The {} discovery method requires direct addressing", source->name));
    return wished;
}

Expected<Targets> search(const Caller& caller,
                         const filter::Filter& filter,
                         const DiscoveryChoice& choice,
                         Status& status) {
    const auto* source = choice.method == "mc" ? nullptr : find_source(choice.method);
    MCO_TRY(targets,
            source == nullptr ? search_network(caller, filter, status)
                              : search_source(caller, *source, filter, choice, status));
    const auto& most = caller.settings.max_nodes;
    if (most && targets.nodes.size() > *most)
        return fail(Errc::limit,
                    fmt::format("{} nodes would be asked, more than the {} that are allowed; "
                                "nothing was sent",
                                targets.nodes.size(),
                                *most));
    return targets;
}

DiscoveryPlan plan_discovery(const Estate& estate,
                             const CallSettings& settings,
                             const filter::Filter& filter) {
    auto plan = discovery_plan(settings, estate.config);
    plan.enough = enough(settings.limit);
    if (plan.enough)
        return plan;
    if (auto named = named_nodes(filter))
        plan.expected = *std::move(named);
    else
        plan.expected =
            estate.memory.memory().answered(estate.scope(settings.collective), text_of(filter));
    return plan;
}

Targets take_found(const Estate& estate,
                   const CallSettings& settings,
                   const filter::Filter& filter,
                   const DiscoveryPlan& plan,
                   Targets found,
                   TimePoint now) {
    const auto named = named_nodes(filter);
    if (plan.enough || named)
        estate.memory.memory().seen(estate.scope(settings.collective), found.nodes, now);
    if (!plan.enough)
        found.undiscovered = named
                                 ? without(*named, found.nodes)
                                 : remember(estate, settings.collective, filter, found.nodes, now);
    return limited(std::move(found), settings.limit);
}

std::vector<std::string> remember(const Estate& estate,
                                  const std::string& collective,
                                  const filter::Filter& filter,
                                  std::vector<std::string> found,
                                  TimePoint now) {
    auto& memory = estate.memory.memory();
    const auto here = estate.scope(collective);
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

Addressing addressing(const config::Config& config) {
    return {config.direct_addressing,
            static_cast<std::size_t>(std::max(0, config.direct_addressing_threshold)),
            config.ttl};
}

}  // namespace mco::client
