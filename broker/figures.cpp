#include "broker/figures.hpp"

#include <algorithm>
#include <string_view>

namespace mco::broker {
namespace {

using metrics::Family;
using metrics::Kind;

struct Meaning {
    std::string_view name;
    Kind kind;
    std::string_view help;
};

constexpr Meaning meanings[] = {
    {"connections_accepted", Kind::total, "Connections accepted."},
    {"connections_refused", Kind::total, "Connections refused: too many, or no descriptor left."},
    {"connections", Kind::now, "Connections."},
    {"sessions", Kind::now, "Connections that are logged in."},
    {"logins", Kind::total, "Logins."},
    {"logins_failed", Kind::total, "Logins refused."},
    {"logins_unchecked", Kind::total, "Logins given up before the password was checked."},
    {"tls_failed", Kind::total, "TLS handshakes that failed."},
    {"subscriptions", Kind::now, "Subscriptions."},
    {"destinations", Kind::now, "Destinations with a subscription."},
    {"frames_received", Kind::total, "Frames received."},
    {"messages_received", Kind::total, "Messages received."},
    {"messages_delivered", Kind::total, "Messages delivered, each time to one subscriber."},
    {"messages_without_subscriber", Kind::total, "Messages that nobody was subscribed to."},
    {"messages_unroutable", Kind::total, "Messages of nodes to what is no destination."},
    {"messages_expired", Kind::total, "Messages dropped because their time was over."},
    {"refused_by_rights", Kind::total, "Messages and subscriptions refused for want of rights."},
    {"protocol_errors", Kind::total, "Connections ended for what is no STOMP."},
    {"slow_readers", Kind::total, "Connections ended because they did not read."},
    {"memory_evictions", Kind::total, "Connections ended because all together held too much."},
    {"heartbeats_missed", Kind::total, "Connections ended because they fell silent."},
    {"connect_timeouts", Kind::total, "Connections ended because they did not log in."},
    {"bytes_received", Kind::total, "Bytes received."},
    {"bytes_sent", Kind::total, "Bytes sent."},
    {"bytes_queued", Kind::now, "Bytes that wait for their readers."},
    {"bytes_held", Kind::now, "Bytes in memory for readers, and of unfinished frames."},
};

Family family(std::string_view name, double value) {
    const auto* known = std::find_if(std::begin(meanings),
                                     std::end(meanings),
                                     [name](const Meaning& one) { return one.name == name; });
    const Meaning meaning = known == std::end(meanings) ? Meaning{name, Kind::total, {}} : *known;
    return {std::string(name), meaning.kind, std::string(meaning.help), {{value, {}, {}}}};
}

}  // namespace

std::vector<Family> to_families(const StatusReport& status) {
    const double uptime = static_cast<double>(status.written - status.started) / 1000;
    std::vector<Family> families = {
        {"build_info", Kind::now, "The version.", {{1, "version", status.version}}},
        {"uptime_seconds", Kind::now, "Since the start.", {{std::max(0.0, uptime), {}, {}}}},
        {"resident_memory_bytes",
         Kind::now,
         "Memory in use.",
         {{static_cast<double>(status.resident), {}, {}}}}};
    for (const auto& [name, value] : counter_names)
        families.push_back(family(name, static_cast<double>(status.counters.*value)));
    return families;
}

}  // namespace mco::broker
