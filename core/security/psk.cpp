#include "core/security/psk.hpp"

#include "core/message/legacy.hpp"
#include "core/security/caller_id.hpp"
#include "core/serializer/marshal.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <array>
#include <utility>

namespace mco::security {
namespace {

namespace marshal = serializer::marshal;
using message::Gate;
using message::Rejection;
using message::Triaged;

/// Lowercase hex of MD5(body ‖ key); empty if OpenSSL has no MD5.
std::string keyed_digest(std::string_view body, std::string_view key) {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                          EVP_MD_CTX_free);
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    const bool done = context != nullptr &&
                      EVP_DigestInit_ex(context.get(), EVP_md5(), nullptr) == 1 &&
                      EVP_DigestUpdate(context.get(), body.data(), body.size()) == 1 &&
                      EVP_DigestUpdate(context.get(), key.data(), key.size()) == 1 &&
                      EVP_DigestFinal_ex(context.get(), digest.data(), &size) == 1;
    std::string hex;
    for (std::size_t i = 0; done && i < size; ++i) {
        hex += "0123456789abcdef"[digest[i] >> 4];
        hex += "0123456789abcdef"[digest[i] & 0x0f];
    }
    return hex;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
    return !a.empty() && a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

/// The text under `field`, or nothing.
std::string_view text(const Value& envelope, std::string_view field) {
    const auto* value = envelope.find(field);
    const auto* characters = value == nullptr ? nullptr : value->text();
    return characters == nullptr ? std::string_view() : std::string_view(*characters);
}

/// An envelope whose body is genuine, and where its rejections come from.
struct Opened {
    Value envelope;
    std::string id;
    std::string sender;

    tl::unexpected<Rejection> reject(Gate gate, std::string reason) const {
        return tl::unexpected(Rejection{gate, std::move(reason), id, sender});
    }
};

Triaged<Opened> open(const message::Delivery& delivery) {
    auto envelope = marshal::decode(delivery.body);
    if (!envelope)
        return tl::unexpected(
            Rejection{Gate::malformed, std::move(envelope.error().message), {}, delivery.sender});
    Opened opened{*std::move(envelope), {}, {}};
    opened.id = text(opened.envelope, "requestid");
    opened.sender = text(opened.envelope, "senderid");
    if (opened.envelope.map() == nullptr)
        return opened.reject(Gate::malformed, "the envelope is not a map");
    return opened;
}

Triaged<Value> genuine_body(const Opened& opened, std::string_view key) {
    const auto body = text(opened.envelope, "body");
    if (!equal_in_constant_time(keyed_digest(body, key), text(opened.envelope, "hash")))
        return opened.reject(Gate::untrusted, "the digest does not match our key");
    auto value = marshal::decode(body);
    if (!value)
        return opened.reject(Gate::malformed, "the body: " + value.error().message);
    return *std::move(value);
}

/// Agents whose bodies are no calls (protocol §6.3).
bool takes_calls(std::string_view agent) {
    return agent != "discovery" && agent != "registration";
}

}  // namespace

Expected<std::unique_ptr<PskProvider>> PskProvider::create(std::string key, std::string caller_id) {
    if (key.empty())
        return fail(Errc::invalid, "the pre-shared key (plugin.psk or MCOLLECTIVE_PSK) is not set");
    if (key == "unset")
        return fail(Errc::invalid,
                    "the pre-shared key (plugin.psk) is still that of the sample configuration");
    if (!valid_caller_id(caller_id))
        return fail(Errc::invalid,
                    "the caller id '" + caller_id + "' is not of the form KIND=NAME");
    if (keyed_digest({}, {}).empty())
        return fail(Errc::unavailable,
                    "OpenSSL does not offer MD5, which the psk security provider needs");
    return std::unique_ptr<PskProvider>(new PskProvider(std::move(key), std::move(caller_id)));
}

PskProvider::PskProvider(std::string key, std::string caller_id)
    : key_(std::move(key)), caller_id_(std::move(caller_id)) {}

PskProvider::~PskProvider() {
    OPENSSL_cleanse(key_.data(), key_.size());
}

Triaged<message::Request> PskProvider::prove_request(const message::Delivery& delivery,
                                                     TimePoint /*now*/) {
    MCO_TRY(opened, open(delivery));
    MCO_TRY(body, genuine_body(opened, key_));
    auto claims = message::claims_from_envelope(*opened.envelope.map());
    if (!claims)
        return opened.reject(Gate::malformed, std::move(claims.error().message));
    if (!valid_caller_id(claims->caller))
        return opened.reject(Gate::malformed, "the caller id is not of the form KIND=NAME");
    if (body.map() != nullptr && takes_calls(claims->agent) && text(body, "agent") != claims->agent)
        return opened.reject(Gate::untrusted, "the call was made to another agent");
    claims->reply_to = delivery.reply_to;
    claims->body = std::move(body);
    return proven(*std::move(claims));
}

Triaged<message::Reply> PskProvider::prove_reply(const message::Delivery& delivery,
                                                 std::string_view awaited_id,
                                                 TimePoint /*now*/) {
    MCO_TRY(opened, open(delivery));
    if (opened.id != awaited_id)
        return opened.reject(Gate::not_for_us, "a reply to another request");
    MCO_TRY(body, genuine_body(opened, key_));
    auto reply = message::reply_from_envelope(*opened.envelope.map());
    if (!reply)
        return opened.reject(Gate::malformed, std::move(reply.error().message));
    reply->body = std::move(body);
    return *std::move(reply);
}

Expected<std::string> PskProvider::sealed(Map envelope) const {
    envelope.set(Symbol{"hash"}, keyed_digest(*envelope.find("body")->string(), key_));
    return marshal::encode(std::move(envelope));
}

Expected<std::string> PskProvider::seal_request(const message::Claims& claims) const {
    if (!valid_caller_id(claims.caller))
        return fail(Errc::invalid,
                    "the caller id '" + claims.caller + "' is not of the form KIND=NAME");
    MCO_TRY(body, marshal::encode(claims.body));
    return sealed(message::envelope_from_claims(claims, std::move(body)));
}

Expected<std::string> PskProvider::seal_reply(const message::Reply& reply,
                                              const message::Request& /*request*/) const {
    MCO_TRY(body, marshal::encode(reply.body));
    return sealed(message::envelope_from_reply(reply, std::move(body)));
}

}  // namespace mco::security
