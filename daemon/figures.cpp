#include "daemon/figures.hpp"

#include "core/serializer/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace mco::daemon {
namespace {

using metrics::Family;
using metrics::Kind;
using metrics::Sample;

double seconds(TimePoint::duration time) {
    return std::chrono::duration<double>(time).count();
}

/// The clock may have been set back.
double age(const Figures& figures, TimePoint since) {
    return std::max(0.0, seconds(figures.now - since));
}

std::int64_t whole(std::uint64_t count) {
    return static_cast<std::int64_t>(count);
}

Map counters_of(const Figures& figures) {
    Map map;
    for (const NamedCount& counter : counter_names)
        map.set(std::string(counter.name), whole(figures.counters.*counter.value));
    map.set("unaudited", whole(figures.unaudited));
    return map;
}

Map dropped_of(const Figures& figures) {
    Map map;
    for (std::size_t gate = 0; gate < message::gate_names.size(); ++gate)
        map.set(std::string(message::gate_names.at(gate)),
                whole(figures.counters.dropped.at(gate)));
    return map;
}

Map agents_of(const Figures& figures) {
    Map map;
    for (const AgentFigures& agent : figures.agents)
        map.set(agent.agent,
                Map{{"actions", whole(agent.actions)},
                    {"seconds", agent.seconds},
                    {"longest_seconds", agent.longest}});
    return map;
}

Map queues_of(const Figures& figures) {
    return Map{{"open_requests", whole(figures.open_requests)},
               {"waiting_filters", whole(figures.waiting_filters)},
               {"workers", whole(figures.workers.threads)},
               {"busy_workers", whole(figures.workers.busy)},
               {"waiting_actions", whole(figures.workers.waiting)}};
}

Family single(std::string name, Kind kind, std::string_view help, double value) {
    return {std::move(name), kind, std::string(help), {{value, {}, {}}}};
}

Family now(std::string name, std::string_view help, double value) {
    return single(std::move(name), Kind::now, help, value);
}

void add_counters(std::vector<Family>& families, const Figures& figures) {
    for (const auto& [name, metric, value, help] : counter_names)
        families.push_back(single(
            std::string(metric), Kind::total, help, static_cast<double>(figures.counters.*value)));
    families.push_back(single("audit_failures",
                              Kind::total,
                              "Events of the audit that could not be written.",
                              static_cast<double>(figures.unaudited)));
    Family dropped{"messages_dropped", Kind::total, "Messages dropped, by gate.", {}};
    for (std::size_t gate = 0; gate < message::gate_names.size(); ++gate)
        dropped.samples.push_back({static_cast<double>(figures.counters.dropped.at(gate)),
                                   "gate",
                                   std::string(message::gate_names.at(gate))});
    families.push_back(std::move(dropped));
}

void add_agents(std::vector<Family>& families, const Figures& figures) {
    Family actions{"actions", Kind::total, "Actions performed, by agent.", {}};
    Family took{"action_seconds", Kind::total, "Time that its actions took together.", {}};
    Family longest{"action_longest_seconds", Kind::now, "The longest action since the start.", {}};
    for (const AgentFigures& agent : figures.agents) {
        actions.samples.push_back({static_cast<double>(agent.actions), "agent", agent.agent});
        took.samples.push_back({agent.seconds, "agent", agent.agent});
        longest.samples.push_back({agent.longest, "agent", agent.agent});
    }
    for (Family* family : {&actions, &took, &longest})
        families.push_back(std::move(*family));
}

void add_queues(std::vector<Family>& families, const Figures& figures) {
    const auto add = [&](const char* name, const char* help, std::size_t value) {
        families.push_back(now(name, help, static_cast<double>(value)));
    };
    add("connected", "1 while there is a connection to a broker.", figures.connected ? 1 : 0);
    add("open_requests", "Requests that were accepted and not answered.", figures.open_requests);
    add("waiting_filters", "Filters that wait for data plug-ins.", figures.waiting_filters);
    add("workers", "Actions that may run at the same time.", figures.workers.threads);
    add("busy_workers", "Workers that are busy.", figures.workers.busy);
    add("waiting_actions", "Actions that wait for a worker.", figures.workers.waiting);
}

}  // namespace

std::string to_json(const Figures& figures) {
    const auto milliseconds = [](TimePoint time) {
        return std::int64_t{time.time_since_epoch().count()};
    };
    Map status{{"version", figures.version},
               {"pid", figures.pid},
               {"identity", figures.identity},
               {"started", milliseconds(figures.started)},
               {"written", milliseconds(figures.now)},
               {"resident_bytes", figures.resident_memory},
               {"connected", figures.connected},
               {"facts_age_seconds", figures.facts ? Value(age(figures, *figures.facts)) : Value()},
               {"counters", counters_of(figures)},
               {"dropped", dropped_of(figures)},
               {"queues", queues_of(figures)},
               {"agents", agents_of(figures)}};
    return serializer::encode_json(std::move(status), serializer::Style::pretty) + '\n';
}

std::vector<Family> to_families(const Figures& figures) {
    std::vector<Family> families;
    families.push_back(
        {"build_info", Kind::now, "The version.", {{1, "version", figures.version}}});
    families.push_back(now("uptime_seconds", "Since the start.", age(figures, figures.started)));
    families.push_back(now(
        "resident_memory_bytes", "Memory in use.", static_cast<double>(figures.resident_memory)));
    Family facts{"facts_age_seconds", Kind::now, "Since the oldest fact source was read.", {}};
    if (figures.facts)
        facts.samples.push_back({age(figures, *figures.facts), {}, {}});
    families.push_back(std::move(facts));
    add_queues(families, figures);
    add_counters(families, figures);
    add_agents(families, figures);
    return families;
}

std::string to_text(const Figures& figures) {
    std::string text;
    for (const Map& part : {counters_of(figures), dropped_of(figures)})
        for (const auto& [name, value] : part.entries())
            fmt::format_to(std::back_inserter(text),
                           "{}{}={}",
                           text.empty() ? "" : " ",
                           *name.text(),
                           *value.integer());
    return text;
}

}  // namespace mco::daemon
