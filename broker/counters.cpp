#include "broker/counters.hpp"

#include <fmt/format.h>

#include <iterator>

namespace mco::broker {

const std::array<NamedCounter, 26> counter_names = {{
    {"connections_accepted", &Counters::connections_accepted},
    {"connections_refused", &Counters::connections_refused},
    {"connections", &Counters::connections},
    {"sessions", &Counters::sessions},
    {"logins", &Counters::logins},
    {"logins_failed", &Counters::logins_failed},
    {"logins_unchecked", &Counters::logins_unchecked},
    {"tls_failed", &Counters::tls_failed},
    {"subscriptions", &Counters::subscriptions},
    {"destinations", &Counters::destinations},
    {"frames_received", &Counters::frames_received},
    {"messages_received", &Counters::messages_received},
    {"messages_delivered", &Counters::messages_delivered},
    {"messages_without_subscriber", &Counters::messages_without_subscriber},
    {"messages_unroutable", &Counters::messages_unroutable},
    {"messages_expired", &Counters::messages_expired},
    {"refused_by_rights", &Counters::refused_by_rights},
    {"protocol_errors", &Counters::protocol_errors},
    {"slow_readers", &Counters::slow_readers},
    {"memory_evictions", &Counters::memory_evictions},
    {"heartbeats_missed", &Counters::heartbeats_missed},
    {"connect_timeouts", &Counters::connect_timeouts},
    {"bytes_received", &Counters::bytes_received},
    {"bytes_sent", &Counters::bytes_sent},
    {"bytes_queued", &Counters::bytes_queued},
    {"bytes_held", &Counters::bytes_held},
}};

std::string to_text(const Counters& counters) {
    std::string text;
    for (const auto& [name, value] : counter_names)
        fmt::format_to(
            std::back_inserter(text), "{}{}={}", text.empty() ? "" : " ", name, counters.*value);
    return text;
}

std::string to_json(const StatusReport& status) {
    std::string text = fmt::format(
        "{{\n  \"version\": \"{}\",\n  \"pid\": {},\n  \"started\": {},\n  \"written\": {},\n"
        "  \"resident_bytes\": {},\n  \"counters\": {{",
        status.version,
        status.pid,
        status.started,
        status.written,
        status.resident);
    std::string_view separator = "\n";
    for (const auto& [name, value] : counter_names) {
        fmt::format_to(
            std::back_inserter(text), "{}    \"{}\": {}", separator, name, status.counters.*value);
        separator = ",\n";
    }
    return text + "\n  }\n}\n";
}

}  // namespace mco::broker
