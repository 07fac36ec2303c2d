#include "core/security/envelope.hpp"

#include "core/message/legacy.hpp"
#include "core/security/caller_id.hpp"

#include <utility>

namespace mco::security {
namespace {

using message::Gate;
using message::Rejection;
using message::Triaged;

std::string_view text_in(const Value& map, std::string_view field) {
    const auto* value = map.find(field);
    const auto* characters = value == nullptr ? nullptr : value->text();
    return characters == nullptr ? std::string_view() : std::string_view(*characters);
}

/// Agents whose bodies are no calls (protocol §6.3).
bool takes_calls(std::string_view agent) {
    return agent != "discovery" && agent != "registration";
}

}  // namespace

std::string_view Opened::text(std::string_view field) const {
    return text_in(envelope, field);
}

tl::unexpected<Rejection> Opened::reject(Gate gate, std::string reason) const {
    return tl::unexpected(Rejection{gate, std::move(reason), id, sender});
}

Triaged<Opened> open_envelope(const message::Delivery& delivery, const Codec& codec) {
    auto envelope = codec.decode(delivery.body);
    if (!envelope)
        return tl::unexpected(
            Rejection{Gate::malformed, std::move(envelope.error().message), {}, delivery.sender});
    Opened opened{*std::move(envelope), {}, {}};
    opened.id = opened.text("requestid");
    opened.sender = opened.text("senderid");
    if (opened.envelope.map() == nullptr)
        return opened.reject(Gate::malformed, "the envelope is not a map");
    return opened;
}

Triaged<message::Claims> claims_of(const Opened& opened, const message::Delivery& delivery) {
    auto claims = message::claims_from_envelope(*opened.envelope.map());
    if (!claims)
        return opened.reject(Gate::malformed, std::move(claims.error().message));
    if (!valid_caller_id(claims->caller))
        return opened.reject(Gate::malformed, "the caller id is not of the form KIND=NAME");
    claims->reply_to = delivery.reply_to;
    return *std::move(claims);
}

Triaged<Value> decode_body(const Opened& opened, const Codec& codec, std::string_view bytes) {
    auto value = codec.decode(bytes);
    if (!value)
        return opened.reject(Gate::malformed, "the body: " + value.error().message);
    return *std::move(value);
}

Triaged<void> check_agent(const Opened& opened, std::string_view agent, const Value& body) {
    if (body.map() != nullptr && takes_calls(agent) && text_in(body, "agent") != agent)
        return opened.reject(Gate::untrusted, "the call was made to another agent");
    return {};
}

Triaged<message::Reply> reply_of(const Opened& opened, Value body) {
    auto reply = message::reply_from_envelope(*opened.envelope.map());
    if (!reply)
        return opened.reject(Gate::malformed, std::move(reply.error().message));
    reply->body = std::move(body);
    return *std::move(reply);
}

Triaged<void> check_awaited(const Opened& opened, const message::AwaitedIds& awaited) {
    if (!awaited.contains(opened.id))
        return opened.reject(Gate::not_for_us, "a reply to another request");
    return {};
}

Expected<void> check_caller_id(const std::string& id) {
    if (!valid_caller_id(id))
        return fail(Errc::invalid, "the caller id '" + id + "' is not of the form KIND=NAME");
    return {};
}

}  // namespace mco::security
