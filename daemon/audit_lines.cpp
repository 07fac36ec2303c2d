#include "daemon/audit_lines.hpp"

#include "core/config/keys_catalogue.hpp"
#include "core/serializer/json.hpp"
#include "core/text/ruby.hpp"
#include "core/text/utf8.hpp"
#include "system/log_text.hpp"

#include <fmt/chrono.h>

#include <algorithm>
#include <ctime>

namespace mco::daemon {
namespace {

constexpr const char* hidden = "***";

bool is_secret(const Value& key) {
    const std::string* name = key.text();
    if (name == nullptr)
        return false;
    std::string lowered = *name;
    std::transform(lowered.begin(), lowered.end(), lowered.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return config::is_secret(lowered);
}

/// The same value with what looks like a secret hidden, at any depth; decoders bound the depth.
Value masked(const Value& value) {
    if (const Array* elements = value.array()) {
        Array shown;
        for (const Value& element : *elements)
            shown.push_back(masked(element));
        return shown;
    }
    const Map* map = value.map();
    if (map == nullptr)
        return value;
    Map shown;
    for (const auto& [key, member] : map->entries())
        shown.entries().push_back({key, is_secret(key) ? Value(hidden) : masked(member)});
    return shown;
}

/// As the original writes them: keys are symbols.
std::string shown_inputs(const Map& inputs) {
    Value shown = masked(inputs);
    for (Entry& entry : shown.map()->entries())
        if (const std::string* name = entry.key.string())
            entry.key = Symbol{*name};
    return text::inspect(shown);
}

std::tm utc(TimePoint time) {
    const std::time_t seconds =
        std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
    std::tm broken_down{};
    gmtime_r(&seconds, &broken_down);
    return broken_down;
}

std::string stamp(TimePoint time) {
    const auto part = std::chrono::floor<std::chrono::milliseconds>(time) -
                      std::chrono::floor<std::chrono::seconds>(time);
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", utc(time), part.count());
}

/// Of a character beyond ASCII: 0x80 to 0x9f drive terminals, 0x2028 and 0x2029 end lines for some
/// readers.
bool is_dangerous(unsigned code) {
    return (code >= 0x80 && code < 0xa0) || code == 0x2028 || code == 0x2029;
}

unsigned code_of(std::string_view character) {
    unsigned code = static_cast<unsigned char>(character[0]);
    code &= character.size() == 2 ? 0x1fu : 0x0fu;
    for (const char c : character.substr(1))
        code = code << 6 | (static_cast<unsigned char>(c) & 0x3fu);
    return code;
}

/// JSON leaves them as they are; inside its strings, and nowhere else are they, an escape means the
/// same.
std::string without_dangerous(const std::string& json) {
    std::string safe;
    safe.reserve(json.size());
    for (std::size_t at = 0; at < json.size();) {
        const std::size_t length =
            std::max<std::size_t>(1, text::utf8_character(std::string_view(json).substr(at)));
        const std::string_view character = std::string_view(json).substr(at, length);
        const bool middle = length == 2 || length == 3;
        if (character == "\x7f")
            safe += "\\u007f";
        else if (middle && is_dangerous(code_of(character)))
            safe += fmt::format("\\u{:04x}", code_of(character));
        else
            safe += character;
        at += length;
    }
    return safe;
}

std::string event_text(const Map& event) {
    return without_dangerous(serializer::encode_json(event));
}

std::string_view word(Decision decision) {
    switch (decision) {
        case Decision::allowed:
            return "allowed";
        case Decision::denied:
            return "denied";
        case Decision::invalid:
            break;
    }
    return "invalid";
}

}  // namespace

std::string audit_line(const message::Claims& claims, const rpc::CallBody& call, TimePoint now) {
    const Value* data = claims.body.find("data");
    const std::string inputs = shown_inputs(data && data->map() ? *data->map() : call.inputs);
    return fmt::format(
        "[{:%Y-%m-%d %H:%M:%S} UTC] reqid={}: reqtime={} caller={}@{} agent={} action={} data={}",
        utc(now),
        system::escaped(claims.id),
        std::chrono::floor<std::chrono::seconds>(claims.time).time_since_epoch().count(),
        system::escaped(claims.caller),
        system::escaped(claims.sender),
        system::escaped(call.agent.empty() ? claims.agent : call.agent),
        system::escaped(call.action),
        inputs);
}

std::string begin_event(const CallBegin& begin, std::string_view node, TimePoint now) {
    const message::Claims& claims = begin.claims;
    return event_text(Map{{"event", "begin"},
                          {"time", stamp(now)},
                          {"node", node},
                          {"id", claims.id},
                          {"requested", stamp(claims.time)},
                          {"caller", claims.caller},
                          {"sender", claims.sender},
                          {"collective", claims.collective},
                          {"agent", claims.agent},
                          {"action", begin.call.action},
                          {"inputs", masked(begin.call.inputs)},
                          {"decision", word(begin.decision)},
                          {"rule", begin.rule}});
}

std::string end_event(const CallEnd& end, const EventAt& at) {
    Map event{{"event", at.name},
              {"time", stamp(at.time)},
              {"node", at.node},
              {"id", at.id},
              {"outcome", end.outcome}};
    if (end.status)
        event.set("status", static_cast<int>(*end.status));
    event.set("duration_ms", std::int64_t{at.duration.count()});
    return event_text(event);
}

}  // namespace mco::daemon
