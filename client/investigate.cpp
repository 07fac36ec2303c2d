#include "client/investigate.hpp"

#include "client/discovery.hpp"

#include <algorithm>
#include <set>
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
                          const Asked& asked,
                          const Statistics& statistics,
                          const Tally& tally,
                          TimePoint now) {
    Evidence evidence;
    evidence.undiscovered = asked.targets.undiscovered;
    if (const auto named = named_nodes(asked.filter))
        evidence.named.insert(named->begin(), named->end());
    evidence.now = now;
    evidence.limit = asked.limit;
    evidence.ttl = asked.ttl;
    evidence.agent = asked.agent;
    evidence.found = asked.targets.discovery_time > Seconds{0} && !asked.targets.by_name;
    evidence.interrupted = statistics.interrupted;
    const auto& all = statistics.discovered;
    const auto asked_end =
        all.begin() + static_cast<std::ptrdiff_t>(std::min(statistics.asked, all.size()));
    const std::set<std::string> waiting(asked_end, all.end());
    for (const auto& node : statistics.silent)
        (waiting.contains(node) ? evidence.not_asked : evidence.silent).push_back(node);
    const auto& answered = tally.senders();
    std::erase_if(evidence.undiscovered, [&](const auto& node) { return answered.contains(node); });
    auto& memory = estate.memory.memory();
    for (const auto* nodes : {&evidence.undiscovered, &evidence.silent})
        for (const auto& node : *nodes)
            if (const auto seen = memory.last_seen(here, node))
                evidence.seen.emplace(node, *seen);
    memory.seen(here, {answered.begin(), answered.end()}, evidence.now);
    return evidence;
}

/// Those who are asked for a sign of life.
std::vector<std::string> to_probe(const Evidence& evidence) {
    std::vector<std::string> nodes;
    for (const auto* list : {&evidence.undiscovered, &evidence.silent})
        for (const auto& node : *list)
            if (!evidence.unproven.contains(node))
                nodes.push_back(node);
    if (nodes.size() > most_probed)
        nodes.resize(most_probed);
    return nodes;
}

}  // namespace

Investigation::Investigation(const Estate& estate,
                             const CallSettings& settings,
                             const system::Clock& clock,
                             const Asked& asked,
                             const Statistics& statistics,
                             const Tally& tally,
                             const Unproven& unproven)
    : estate_(estate),
      settings_(settings),
      clock_(clock),
      asked_(asked),
      unproven_(unproven),
      evidence_(collect_evidence(estate,
                                 estate.scope(settings.collective),
                                 asked,
                                 statistics,
                                 tally,
                                 clock.now())) {
    evidence_.unproven = unproven.senders();
    // Who has answered is not missing, whatever else came in its name.
    std::erase_if(evidence_.unproven,
                  [&](const auto& one) { return tally.senders().contains(one.first); });
    if (!evidence_.interrupted)
        for (auto& node : to_probe(evidence_))
            evidence_.probed.insert(std::move(node));
}

Dialogue* Investigation::begin_next(Monotonic /*now*/) {
    switch (step_++) {
        case 0:
            return interrupted() || !asks() ? nullptr : probe({}, to_probe(evidence_));
        case 1: {
            on_signs_of_life();
            std::vector<std::string> there;
            for (const auto& node : evidence_.undiscovered)
                if (evidence_.alive.contains(node))
                    there.push_back(node);
            return interrupted() || there.empty() ? nullptr : probe(asked_.filter, there);
        }
        default:
            for (const auto& [node, ahead] : waiter_->alive())
                evidence_.matching.insert(node);
            return nullptr;
    }
}

Dialogue* Investigation::probe(const filter::Filter& filter,
                               const std::vector<std::string>& nodes) {
    dialogue_.reset();
    waiter_.emplace(nodes, patience(asked_.targets), clock_);
    dialogue_.emplace(probe_question(filter, settings_.collective, nodes), *waiter_);
    return &*dialogue_;
}

/// Somebody with an expired certificate answers probes, too.
void Investigation::on_signs_of_life() {
    evidence_.alive = waiter_->alive();
    for (const auto& [node, why] : unproven_.senders())
        if (evidence_.probed.contains(node))
            evidence_.unproven.emplace(node, why);
}

std::vector<Missing> Investigation::conclude() {
    auto explained = explain(evidence_);
    auto& memory = estate_.memory.memory();
    for (const auto& node : explained.moved_on)
        memory.no_longer_matches(estate_.scope(settings_.collective), text_of(asked_.filter), node);
    if (settings_.forget_missing)
        for (const auto& missing : explained.missing)
            memory.forget(missing.node);
    return std::move(explained.missing);
}

std::vector<Missing> investigate(const Estate& estate,
                                 const CallSettings& settings,
                                 Session& session,
                                 const Asked& asked,
                                 const Outcome& outcome) {
    Tally tally;
    for (const auto& result : outcome.results)
        tally.add(result);
    Investigation investigation(estate,
                                settings,
                                session.clock(),
                                asked,
                                outcome.statistics,
                                tally,
                                session.unproven_answers());
    if (investigation.asks() && !session.interrupted()) {
        const auto asked_again = session.converse(settings.collective, "discovery", investigation);
        if (!asked_again)
            estate.log.info("The missing nodes could not be asked: {}",
                            asked_again.error().message);
    }
    return investigation.conclude();
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
