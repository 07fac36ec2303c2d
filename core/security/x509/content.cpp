#include "core/security/x509/content.hpp"

#include "core/security/x509/content_fields.hpp"
#include "core/serializer/json.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace mco::x509 {

namespace {

constexpr std::string_view discovery = "discovery";
constexpr std::size_t id_length = 32;
constexpr std::size_t max_name = 255;                   // bytes, of hosts, agents and collectives
constexpr std::int64_t max_time = 253'402'300'800'000;  // ms: the year 10000
constexpr std::int64_t max_ttl = 31'622'400;            // s: a year

bool is_id(std::string_view id) {
    return id.size() == id_length && std::all_of(id.begin(), id.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

Expected<std::string> name_field(const Map& object, std::string_view name) {
    MCO_TRY(text, text_field(object, name));
    if (text.empty() || text.size() > max_name)
        return fail(Errc::malformed, "\"" + std::string(name) + "\" is empty or too long");
    return text;
}

Expected<std::string> id_field(const Map& object) {
    MCO_TRY(id, text_field(object, "id"));
    if (!is_id(id))
        return fail(Errc::malformed, "\"id\" is not made of 32 lowercase hexadecimal digits");
    return id;
}

Expected<TimePoint> time_field(const Map& object) {
    MCO_TRY(time, integer_field(object, "time", 0, max_time));
    return TimePoint(std::chrono::milliseconds(time));
}

/// The object that `json` is, of the wanted protocol.
Expected<Value> object_of(std::string_view json, std::string_view protocol) {
    MCO_TRY(content, serializer::decode_json(json));
    if (content.map() == nullptr)
        return fail(Errc::malformed, "the content is not an object");
    MCO_TRY(found, text_field(*content.map(), "protocol"));
    if (found != protocol)
        return fail(Errc::malformed, "the content is not of protocol " + std::string(protocol));
    return content;
}

Value or_empty(const Value* value) {
    return value == nullptr || value->is_nil() ? Value(Map{}) : *value;
}

Expected<Value> request_body_to_wire(const message::Claims& claims) {
    if (claims.agent == discovery && claims.body.text() != nullptr)
        return Value(Map{{"action", *claims.body.text()}});
    const Value* action = claims.body.find("action");
    if (action == nullptr || action->text() == nullptr)
        return claims.body;
    const Value* agent = claims.body.find("agent");
    if (agent != nullptr && (agent->text() == nullptr || *agent->text() != claims.agent))
        return fail(Errc::invalid, "the body of the request names another agent than its envelope");
    return Value(Map{{"action", *action->text()}, {"data", or_empty(claims.body.find("data"))}});
}

/// Inputs are looked up as symbols by convention (protocol §6.1).
Value with_symbol_keys(Value data) {
    if (auto* map = data.map()) {
        for (auto& entry : map->entries()) {
            if (const auto* name = entry.key.string())
                entry.key = Symbol{*name};
        }
    }
    return data;
}

Value request_body_from_wire(const message::Claims& claims, const Value& wire) {
    const Value* action = wire.find("action");
    if (action == nullptr || action->string() == nullptr)
        return wire;
    if (claims.agent == discovery)
        return *action;
    return Map{{Symbol{"agent"}, claims.agent},
               {Symbol{"action"}, *action},
               {Symbol{"caller"}, claims.caller},
               {Symbol{"data"}, with_symbol_keys(or_empty(wire.find("data")))}};
}

Expected<Value> reply_body_to_wire(const Value& body) {
    if (const auto* text = body.text())
        return Value(
            Map{{"statuscode", *text == "pong" ? 0 : 1}, {"statusmsg", *text}, {"data", Map{}}});
    const Value* code = body.find("statuscode");
    const Value* text = body.find("statusmsg");
    if (code == nullptr || code->integer() == nullptr || text == nullptr || text->text() == nullptr)
        return fail(Errc::invalid, "the body of the reply has no statuscode and statusmsg");
    return Value(Map{{"statuscode", *code},
                     {"statusmsg", *text->text()},
                     {"data", or_empty(body.find("data"))}});
}

Expected<Value> reply_body_from_wire(const std::string& agent, const Map& wire) {
    MCO_TRY(code, integer_field(wire, "statuscode", 0, std::numeric_limits<int>::max()));
    MCO_TRY(text, text_field(wire, "statusmsg"));
    if (agent == discovery)
        return Value(text);
    return Value(Map{{Symbol{"statuscode"}, code},
                     {Symbol{"statusmsg"}, text},
                     {Symbol{"data"}, or_empty(wire.find("data"))}});
}

}  // namespace

Expected<std::string> text_field(const Map& object, std::string_view name) {
    const Value* found = object.find(name);
    if (found == nullptr || found->string() == nullptr)
        return fail(Errc::malformed, "\"" + std::string(name) + "\" is missing or no text");
    return *found->string();
}

Expected<std::int64_t> integer_field(const Map& object,
                                     std::string_view name,
                                     std::int64_t least,
                                     std::int64_t most) {
    const Value* found = object.find(name);
    if (found == nullptr || found->integer() == nullptr || *found->integer() < least ||
        *found->integer() > most)
        return fail(Errc::malformed,
                    "\"" + std::string(name) + "\" is missing or no integer in range");
    return *found->integer();
}

Expected<const Map*> map_field(const Map& object, std::string_view name) {
    const Value* found = object.find(name);
    if (found == nullptr || found->map() == nullptr)
        return fail(Errc::malformed, "\"" + std::string(name) + "\" is missing or no object");
    return found->map();
}

Expected<std::string> encode_request(const message::Claims& claims) {
    if (!is_id(claims.id))
        return fail(Errc::invalid,
                    "the request's id is not made of 32 lowercase hexadecimal digits");
    if (claims.filter.other_keys)
        return fail(Errc::invalid, "the request's filter has keys that cannot be sent");
    MCO_TRY(body, request_body_to_wire(claims));
    const Map content{{"protocol", request_protocol},
                      {"id", claims.id},
                      {"sender", claims.sender},
                      {"caller", claims.caller},
                      {"collective", claims.collective},
                      {"agent", claims.agent},
                      {"time", std::int64_t{claims.time.time_since_epoch().count()}},
                      {"ttl", std::int64_t{claims.ttl.count()}},
                      {"filter", filter_to_wire(claims.filter)},
                      {"reply_to", claims.reply_to},
                      {"body", std::move(body)}};
    return serializer::encode_json(content);
}

Expected<message::Claims> decode_request(std::string_view json) {
    MCO_TRY(content, object_of(json, request_protocol));
    const Map& object = *content.map();
    message::Claims claims;
    MCO_TRY(id, id_field(object));
    claims.id = std::move(id);
    MCO_TRY(sender, name_field(object, "sender"));
    claims.sender = std::move(sender);
    MCO_TRY(caller, name_field(object, "caller"));
    claims.caller = std::move(caller);
    MCO_TRY(collective, name_field(object, "collective"));
    claims.collective = std::move(collective);
    MCO_TRY(agent, name_field(object, "agent"));
    claims.agent = std::move(agent);
    MCO_TRY(time, time_field(object));
    claims.time = time;
    MCO_TRY(ttl, integer_field(object, "ttl", 0, max_ttl));
    claims.ttl = std::chrono::seconds(ttl);
    MCO_TRY(wire_filter, map_field(object, "filter"));
    MCO_TRY(filter, filter_from_wire(*wire_filter));
    claims.filter = std::move(filter);
    MCO_TRY(reply_to, text_field(object, "reply_to"));
    claims.reply_to = std::move(reply_to);
    const Value* body = object.find("body");
    if (body == nullptr)
        return fail(Errc::malformed, "\"body\" is missing");
    claims.body = request_body_from_wire(claims, *body);
    return claims;
}

Expected<std::string> encode_reply(const message::Reply& reply) {
    MCO_TRY(body, reply_body_to_wire(reply.body));
    const Map content{{"protocol", reply_protocol},
                      {"id", reply.id},
                      {"sender", reply.sender},
                      {"agent", reply.agent},
                      {"collective", reply.collective},
                      {"time", std::int64_t{reply.time.time_since_epoch().count()}},
                      {"body", std::move(body)}};
    return serializer::encode_json(content);
}

Expected<message::Reply> decode_reply(std::string_view json) {
    MCO_TRY(content, object_of(json, reply_protocol));
    const Map& object = *content.map();
    message::Reply reply;
    MCO_TRY(id, id_field(object));
    reply.id = std::move(id);
    MCO_TRY(sender, name_field(object, "sender"));
    reply.sender = std::move(sender);
    MCO_TRY(agent, name_field(object, "agent"));
    reply.agent = std::move(agent);
    MCO_TRY(collective, name_field(object, "collective"));
    reply.collective = std::move(collective);
    MCO_TRY(time, time_field(object));
    reply.time = time;
    MCO_TRY(wire_body, map_field(object, "body"));
    MCO_TRY(body, reply_body_from_wire(reply.agent, *wire_body));
    reply.body = std::move(body);
    return reply;
}

}  // namespace mco::x509
