#include "client/investigate.hpp"

#include "client/absence.hpp"

#include <algorithm>
#include <utility>

namespace mco::client {

namespace {

using std::chrono::milliseconds;

/// Long enough for whoever is there: judged from how long the others needed.
milliseconds patience(const Targets& targets) {
    constexpr milliseconds least(200);
    constexpr milliseconds most(1000);
    if (targets.nodes.empty() || targets.discovery_time == Seconds{0})
        return most;
    return std::clamp(std::chrono::ceil<milliseconds>(2 * targets.discovery_time), least, most);
}

/// Everything that is known without asking again.
Evidence collect_evidence(const Estate& estate,
                          const MemoryScope& here,
                          const Session& session,
                          const Asked& asked,
                          const Outcome& outcome) {
    Evidence evidence;
    evidence.undiscovered = asked.targets.undiscovered;
    evidence.unproven = session.unproven_senders();
    evidence.now = session.wall_clock();
    evidence.limit = asked.limit;
    evidence.ttl = asked.ttl;
    evidence.agent = asked.agent;
    evidence.found = asked.targets.discovery_time > Seconds{0} && !asked.targets.by_name;
    const auto& statistics = outcome.statistics;
    evidence.interrupted = statistics.interrupted;
    const auto& all = statistics.discovered;
    const auto asked_end =
        all.begin() + static_cast<std::ptrdiff_t>(std::min(statistics.asked, all.size()));
    const std::set<std::string> waiting(asked_end, all.end());
    for (const auto& node : statistics.silent)
        (waiting.contains(node) ? evidence.not_asked : evidence.silent).push_back(node);
    std::set<std::string> answered;
    for (const auto& result : outcome.results) {
        answered.insert(result.sender);
        if (auto message = refusal(result); !message.empty())
            evidence.refused.emplace(result.sender, std::move(message));
    }
    // Who has answered is not missing, whatever else came in its name.
    std::erase_if(evidence.unproven, [&](const auto& one) { return answered.contains(one.first); });
    std::erase_if(evidence.undiscovered, [&](const auto& node) { return answered.contains(node); });
    auto& memory = estate.memory.memory();
    for (const auto* nodes : {&evidence.undiscovered, &evidence.silent})
        for (const auto& node : *nodes)
            if (const auto seen = memory.last_seen(here, node))
                evidence.seen.emplace(node, *seen);
    memory.seen(here, {answered.begin(), answered.end()}, evidence.now);
    return evidence;
}

/// Asks those who are missing whether they are there, and those who are whether the filter matches.
Expected<void> ask_again(Session& session,
                         const std::string& collective,
                         const Asked& asked,
                         Evidence& evidence) {
    std::vector<std::string> nodes;
    for (const auto* list : {&evidence.undiscovered, &evidence.silent})
        for (const auto& node : *list)
            if (!evidence.unproven.contains(node))
                nodes.push_back(node);
    if (nodes.size() > most_probed)
        nodes.resize(most_probed);
    evidence.probed = {nodes.begin(), nodes.end()};
    const auto limit = patience(asked.targets);
    MCO_TRY(alive, probe(session, {}, collective, nodes, limit));
    evidence.alive = std::move(alive);
    // Somebody with an expired certificate answers probes, too.
    for (const auto& [node, why] : session.unproven_senders())
        if (evidence.probed.contains(node))
            evidence.unproven.emplace(node, why);
    std::vector<std::string> there;
    for (const auto& node : evidence.undiscovered)
        if (evidence.alive.contains(node))
            there.push_back(node);
    MCO_TRY(matching, probe(session, asked.filter, collective, there, limit));
    for (const auto& [node, ahead] : matching)
        evidence.matching.insert(node);
    return {};
}

}  // namespace

std::vector<Missing> investigate(const Estate& estate,
                                 const CallSettings& settings,
                                 Session& session,
                                 const Asked& asked,
                                 const Outcome& outcome) {
    const auto here = estate.scope(settings.collective);
    auto evidence = collect_evidence(estate, here, session, asked, outcome);
    if (!session.interrupted())
        if (const auto done = ask_again(session, settings.collective, asked, evidence); !done)
            estate.log.info("The missing nodes could not be asked: {}", done.error().message);
    auto explained = explain(evidence);
    auto& memory = estate.memory.memory();
    for (const auto& node : explained.moved_on)
        memory.no_longer_matches(here, text_of(asked.filter), node);
    if (settings.forget_missing)
        for (const auto& missing : explained.missing)
            memory.forget(missing.node);
    return std::move(explained.missing);
}

std::vector<Missing> investigate_search(const Estate& estate,
                                        const CallSettings& settings,
                                        Session& session,
                                        const filter::Filter& filter,
                                        const Targets& targets) {
    Outcome outcome;
    for (const auto& node : targets.nodes)
        outcome.results.push_back({node, 0, "pong", {}});
    return investigate(estate, settings, session, {filter, "discovery", targets}, outcome);
}

}  // namespace mco::client
