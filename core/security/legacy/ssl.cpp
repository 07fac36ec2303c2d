#include "core/security/legacy/ssl.hpp"

#include "core/message/legacy.hpp"
#include "core/security/envelope.hpp"
#include "core/security/legacy/key_name.hpp"
#include "core/text/base64.hpp"

#include <utility>

namespace mco::security {

using message::Gate;
using message::Triaged;

Expected<std::unique_ptr<SslProvider>> SslProvider::make(SslSettings settings,
                                                         const SslMaterial& material,
                                                         std::unique_ptr<CallerKeys> callers) {
    MCO_CHECK(name_in(settings.caller_id));
    MCO_TRY(keys, load(material));
    return std::unique_ptr<SslProvider>(
        new SslProvider(std::move(settings), std::move(keys), std::move(callers)));
}

SslProvider::SslProvider(SslSettings settings, Keys keys, std::unique_ptr<CallerKeys> callers)
    : settings_(std::move(settings)), keys_(std::move(keys)), callers_(std::move(callers)) {}

Expected<SslProvider::Keys> SslProvider::load(const SslMaterial& material) {
    Keys keys;
    MCO_TRY(ours, about("private_key", private_key_from_pem(material.private_key)));
    keys.ours = std::move(ours);
    if (!material.server_public)
        return keys;
    MCO_TRY(server, about("server_public", public_key_from_pem(*material.server_public)));
    keys.server = std::move(server.key);
    return keys;
}

Expected<void> SslProvider::replace(const SslMaterial& material) {
    MCO_TRY(keys, load(material));
    keys_.set(std::move(keys));
    return {};
}

Triaged<Value> SslProvider::genuine_body(const Opened& opened,
                                         const KeyPtr& key,
                                         const Codec& codec) const {
    const auto signature = text::base64_decode(opened.text("hash"));
    if (!key || !signature || !verify_sha1(key, opened.text("body"), *signature))
        return opened.reject(Gate::untrusted, "the signature is not the sender's");
    return decode_body(opened, codec, opened.text("body"));
}

Triaged<message::Request> SslProvider::prove_request(const message::Delivery& delivery,
                                                     TimePoint /*now*/) {
    MCO_TRY(opened, open_envelope(delivery, settings_.codec));
    const auto name = name_in(opened.text("callerid"));
    if (!name)
        return opened.reject(Gate::malformed, name.error().message);
    if (!callers_)
        return opened.reject(Gate::untrusted, "we take no requests");
    const auto caller = callers_->find(*name);
    if (!caller)
        return opened.reject(Gate::untrusted, caller.error().message);
    MCO_TRY(wrapped, genuine_body(opened, caller->key, settings_.codec));
    MCO_TRY(body, unwrap(opened, std::move(wrapped), ssl_keys, settings_.age));
    MCO_TRY(claims, claims_of(opened, delivery));
    MCO_CHECK(check_agent(opened, claims.agent, body));
    claims.body = std::move(body);
    return proven(std::move(claims));
}

Triaged<message::Reply> SslProvider::prove_reply(const message::Delivery& delivery,
                                                 const message::AwaitedIds& awaited,
                                                 TimePoint /*now*/) {
    MCO_TRY(opened, open_envelope(delivery, settings_.codec));
    MCO_CHECK(check_awaited(opened, awaited));
    MCO_TRY(body, genuine_body(opened, keys_.get()->server, settings_.codec.for_replies()));
    return reply_of(opened, std::move(body));
}

Expected<std::string> SslProvider::sealed(Map envelope) const {
    MCO_TRY(signature, sign_sha1(keys_.get()->ours, *envelope.find("body")->string()));
    envelope.set(Symbol{"hash"}, text::base64_encode(signature));
    return settings_.codec.encode(std::move(envelope));
}

Expected<std::string> SslProvider::seal_request(const message::Claims& claims) const {
    MCO_CHECK(check_own_id(claims.caller, settings_.caller_id));
    MCO_TRY(body, settings_.codec.encode(wrap(claims, ssl_keys)));
    return sealed(message::envelope_from_claims(claims, std::move(body)));
}

Expected<std::string> SslProvider::seal_reply(const message::Reply& reply,
                                              const message::Request& /*request*/) const {
    MCO_TRY(body, settings_.codec.encode(reply.body));
    return sealed(message::envelope_from_reply(reply, std::move(body)));
}

}  // namespace mco::security
