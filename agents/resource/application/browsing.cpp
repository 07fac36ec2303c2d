#include "agents/resource/application/browsing.hpp"

#include "client/resources/browse.hpp"

#include <fmt/format.h>

#include <set>
#include <utility>

namespace mco::resource::application {

namespace {

using cli::Context;
using client::BrowseProgress;

std::string progress_text(const BrowseProgress& progress) {
    if (progress.listings == 0)
        return fmt::format("{} of {} nodes have answered", progress.answered, progress.nodes);
    return fmt::format("{} of {} nodes have answered, {} of {} listings are here",
                       progress.answered,
                       progress.nodes,
                       progress.listed,
                       progress.listings);
}

client::BrowseOrder order_of(const Asking& asking,
                             std::vector<std::string> types,
                             const Choices& choices) {
    client::BrowseOrder order;
    const auto& targets = asking.targets;
    const auto& addressing = asking.plan.addressing;
    order.nodes = targets.nodes;
    order.types = std::move(types);
    order.rules.packages = choices.all_providers ? "" : "system";
    order.rules.ids = choices.ids;
    order.rules.most_bytes = asking.plan.max_reply_bytes;
    order.request = asking.request;
    order.route = client::route(
        targets.nodes.size(), targets.by_name, addressing.direct, addressing.threshold);
    order.direct = addressing.direct;
    order.limit = asking.plan.limit;
    return order;
}

/// Who answered, and how: for the judgement of who is missing.
client::Outcome outcome_of(const client::Comparison& comparison) {
    client::Outcome outcome;
    const std::set<client::NodeNumber> silent(comparison.silent.begin(), comparison.silent.end());
    for (client::NodeNumber node = 0; node < comparison.nodes.size(); ++node)
        if (!silent.contains(node))
            outcome.results.push_back({comparison.nodes[node], 0, "OK", {}});
    return outcome;
}

std::size_t failing(const client::Comparison& comparison) {
    std::set<client::NodeNumber> nodes;
    for (const auto& type : comparison.types)
        for (const auto& failure : type.failed)
            nodes.insert(failure.node);
    return nodes.size();
}

}  // namespace

Expected<Browsed> browse(Context& context, std::vector<std::string> types, const Choices& choices) {
    MCO_TRY(asking, find_targets(context));
    Live live(context);
    client::Browse dialogue(
        order_of(asking, std::move(types), choices),
        [&](const BrowseProgress& progress) { live.show(progress_text(progress)); });
    MCO_TRY(ended,
            asking.session->converse(asking.request.collective, asking.request.agent, dialogue));
    live.finish();
    if (!dialogue.finished())  // the second interrupt
        return fail(Errc::unavailable, "");
    Browsed browsed{dialogue.take_comparison(), {}, {}};
    auto outcome = outcome_of(browsed.comparison);
    browsed.missing = find_missing(context, asking, outcome);
    warn_of_unproven(context, *asking.session);
    browsed.ending = {ended == client::Ended::interrupted,
                      browsed.comparison.nodes.size(),
                      outcome.results.size(),
                      failing(browsed.comparison),
                      !browsed.missing.empty(),
                      false};
    return browsed;
}

void excuse_unknown_types(Browsed& browsed) {
    browsed.comparison.excuse_unknown_types();
    browsed.ending.failed = failing(browsed.comparison);
}

}  // namespace mco::resource::application
