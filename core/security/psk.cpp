#include "core/security/psk.hpp"

#include "core/message/legacy.hpp"
#include "core/security/envelope.hpp"
#include "core/serializer/marshal.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <array>
#include <utility>

namespace mco::security {
namespace {

namespace marshal = serializer::marshal;
using message::Gate;
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

Triaged<Value> genuine_body(const Opened& opened, std::string_view key, const Codec& codec) {
    const auto body = opened.text("body");
    if (!equal_in_constant_time(keyed_digest(body, key), opened.text("hash")))
        return opened.reject(Gate::untrusted, "the digest does not match our key");
    return decode_body(opened, codec, body);
}

}  // namespace

Expected<std::unique_ptr<PskProvider>> PskProvider::create(std::string key, std::string caller_id) {
    if (key.empty())
        return fail(Errc::invalid, "the pre-shared key (plugin.psk or MCOLLECTIVE_PSK) is not set");
    if (key == "unset")
        return fail(Errc::invalid,
                    "the pre-shared key (plugin.psk) is still that of the sample configuration");
    MCO_CHECK(check_caller_id(caller_id));
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
    MCO_TRY(opened, open_envelope(delivery, marshal_codec()));
    MCO_TRY(body, genuine_body(opened, key_, marshal_codec()));
    MCO_TRY(claims, claims_of(opened, delivery));
    MCO_CHECK(check_agent(opened, claims.agent, body));
    claims.body = std::move(body);
    return proven(std::move(claims));
}

Triaged<message::Reply> PskProvider::prove_reply(const message::Delivery& delivery,
                                                 const message::AwaitedIds& awaited,
                                                 TimePoint /*now*/) {
    MCO_TRY(opened, open_envelope(delivery, marshal_codec()));
    MCO_CHECK(check_awaited(opened, awaited));
    MCO_TRY(body, genuine_body(opened, key_, marshal_codec().for_replies()));
    return reply_of(opened, std::move(body));
}

Expected<std::string> PskProvider::sealed(Map envelope) const {
    envelope.set(Symbol{"hash"}, keyed_digest(*envelope.find("body")->string(), key_));
    return marshal::encode(std::move(envelope));
}

Expected<std::string> PskProvider::seal_request(const message::Claims& claims) const {
    MCO_CHECK(check_caller_id(claims.caller));
    MCO_TRY(body, marshal::encode(claims.body));
    return sealed(message::envelope_from_claims(claims, std::move(body)));
}

Expected<std::string> PskProvider::seal_reply(const message::Reply& reply,
                                              const message::Request& /*request*/) const {
    MCO_TRY(body, marshal::encode(reply.body));
    return sealed(message::envelope_from_reply(reply, std::move(body)));
}

}  // namespace mco::security
