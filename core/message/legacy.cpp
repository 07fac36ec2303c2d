#include "core/message/legacy.hpp"

#include "core/message/filter_value.hpp"

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <string_view>
#include <utility>

namespace mco::message {
namespace {

constexpr std::size_t longest_text = 255;
constexpr std::int64_t latest_time = 253'402'300'799;  // the end of the year 9999, in seconds
constexpr std::int64_t largest_ttl = std::numeric_limits<std::int32_t>::max();

Symbol key(const char* name) {
    return Symbol{name};
}

tl::unexpected<Error> malformed(std::string_view field, std::string_view what) {
    return fail(Errc::malformed, "the envelope's " + std::string(field) + ' ' + std::string(what));
}

Expected<std::string> text(const Map& envelope, std::string_view field) {
    const auto* value = envelope.find(field);
    if (value == nullptr)
        return malformed(field, "is missing");
    const auto* characters = value->text();
    if (characters == nullptr)
        return malformed(field, "is not text");
    if (characters->empty() || characters->size() > longest_text)
        return malformed(field, "is empty or too long");
    return *characters;
}

struct Field {
    const char* name;
    std::string* into;
};

Expected<void> texts(const Map& envelope, std::initializer_list<Field> fields) {
    for (const auto& [name, into] : fields) {
        MCO_TRY(characters, text(envelope, name));
        *into = std::move(characters);
    }
    return {};
}

Expected<std::int64_t> number(const Map& envelope,
                              std::string_view field,
                              std::int64_t fallback,
                              std::int64_t largest) {
    const auto* value = envelope.find(field);
    if (value == nullptr || value->is_nil())
        return fallback;
    const auto* whole = value->integer();
    if (whole == nullptr || *whole < 0 || *whole > largest)
        return malformed(field, "is not a number in range");
    return *whole;
}

Expected<TimePoint> sent_at(const Map& envelope) {
    MCO_TRY(seconds, number(envelope, "msgtime", 0, latest_time));
    return TimePoint(std::chrono::seconds(seconds));
}

std::int64_t whole_seconds(TimePoint time) {
    return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

}  // namespace

Expected<Claims> claims_from_envelope(const Map& envelope) {
    Claims claims;
    MCO_CHECK(texts(envelope,
                    {{"requestid", &claims.id},
                     {"senderid", &claims.sender},
                     {"callerid", &claims.caller},
                     {"collective", &claims.collective},
                     {"agent", &claims.agent}}));
    MCO_TRY(time, sent_at(envelope));
    MCO_TRY(ttl, number(envelope, "ttl", claims.ttl.count(), largest_ttl));
    const auto* filter = envelope.find("filter");
    if (filter == nullptr)
        return malformed("filter", "is missing");
    MCO_TRY(selection, filter_from_value(*filter));
    claims.time = time;
    claims.ttl = std::chrono::seconds(ttl);
    claims.filter = std::move(selection);
    return claims;
}

Map envelope_from_claims(const Claims& claims, std::string body) {
    auto filter = filter_to_value(claims.filter, FactKeys::symbols);
    // The original's daemons drop a filter that holds nothing but this key, so an empty filter goes
    // without it.
    if (claims.agent == "discovery" && !claims.filter.empty())
        filter.set("collective", claims.collective);
    return Map{{key("body"), std::move(body)},
               {key("senderid"), claims.sender},
               {key("requestid"), claims.id},
               {key("filter"), std::move(filter)},
               {key("collective"), claims.collective},
               {key("agent"), claims.agent},
               {key("callerid"), claims.caller},
               {key("ttl"), std::int64_t{claims.ttl.count()}},
               {key("msgtime"), whole_seconds(claims.time)}};
}

Expected<Reply> reply_from_envelope(const Map& envelope) {
    Reply reply;
    MCO_CHECK(texts(
        envelope,
        {{"requestid", &reply.id}, {"senderid", &reply.sender}, {"senderagent", &reply.agent}}));
    MCO_TRY(time, sent_at(envelope));
    reply.time = time;
    return reply;
}

Map envelope_from_reply(const Reply& reply, std::string body) {
    return Map{{key("senderid"), reply.sender},
               {key("requestid"), reply.id},
               {key("senderagent"), reply.agent},
               {key("msgtime"), whole_seconds(reply.time)},
               {key("body"), std::move(body)}};
}

}  // namespace mco::message
