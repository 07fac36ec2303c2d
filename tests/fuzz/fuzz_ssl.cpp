// The ssl provider on arbitrary deliveries. The first byte chooses the serialiser, the strictness
// and what the rest is: the delivery itself, what john signed, a map that is laid over a genuine
// envelope, or a signature. Whatever is proven is john's, has an age, and was made to this agent;
// what only the envelope says is never proven by a signature of other bytes.
#include "core/security/caller_id.hpp"
#include "core/security/legacy/ssl.hpp"
#include "core/security/legacy/testing_keys.hpp"
#include "core/text/base64.hpp"

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace {

using namespace mco;
using namespace mco::security;

void require(bool holds) {
    if (!holds)
        std::abort();
}

message::Claims genuine() {
    message::Claims claims;
    claims.id = "0b54253cb5d04eb8b26ea75bbf468cbc";
    claims.sender = "dev1.example.net";
    claims.caller = "cert=john";
    claims.collective = "mcollective";
    claims.agent = "rpcutil";
    claims.body =
        Map{{Symbol{"agent"}, "rpcutil"}, {Symbol{"action"}, "ping"}, {Symbol{"data"}, Map{}}};
    return claims;
}

struct Site {
    Site(const Codec& its_codec, Age age) : codec(its_codec) {
        const SslMaterial material{testing::john_private, testing::john_public};
        provider = *SslProvider::make(
            {codec, "cert=john", age}, material, std::make_unique<testing::MemoryKeys>(files));
        sealed = *codec.decode(*provider->seal_request(genuine()));
    }

    /// The genuine envelope with some members exchanged.
    std::string with(const Map& changes) const {
        auto envelope = sealed;
        for (const auto& [key, value] : changes.entries())
            envelope.map()->set(key, value);
        return codec.encode(envelope).value_or(std::string());
    }

    std::string around(const std::string& body) const {
        const auto signature = *sign_sha1(john, body);
        return with(Map{{Symbol{"body"}, body}, {Symbol{"hash"}, text::base64_encode(signature)}});
    }

    std::string delivery_from(unsigned choice, std::string rest) const {
        if (choice == 0)
            return rest;
        if (choice == 1)
            return around(rest);
        if (choice == 2)
            return with(Map{{Symbol{"hash"}, std::move(rest)}});
        const auto value = codec.decode(rest);
        return value && value->map() != nullptr ? with(*value->map()) : std::string();
    }

    Codec codec;
    KeyPtr john = *private_key_from_pem(testing::john_private);
    testing::MemoryKeys::Files files{{"john", testing::john_public}};
    std::unique_ptr<SslProvider> provider;
    Value sealed;
};

void check(const message::Triaged<message::Request>& request) {
    if (!request)
        return require(!request.error().reason.empty());
    const auto& claims = request->claims();
    require(claims.caller == "cert=john");
    require(!claims.id.empty() && !claims.agent.empty() && claims.ttl.count() >= 0);
    const bool is_call = claims.body.map() != nullptr && claims.agent != "discovery" &&
                         claims.agent != "registration";
    const auto* agent = claims.body.find("agent");
    require(!is_call ||
            (agent != nullptr && agent->text() != nullptr && *agent->text() == claims.agent));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static Site sites[] = {{marshal_codec(), Age::enforced},
                           {codec_named("yaml"), Age::enforced},
                           {marshal_codec(), Age::relaxed},
                           {codec_named("yaml"), Age::relaxed}};
    if (size == 0)
        return 0;
    auto& site = sites[data[0] / 4 % 4];
    std::string rest(reinterpret_cast<const char*>(data + 1), size - 1);
    const message::Delivery delivery{site.delivery_from(data[0] % 4, std::move(rest)), {}, {}};
    check(site.provider->prove_request(delivery, {}));
    const auto reply = site.provider->prove_reply(delivery, "0b54253cb5d04eb8b26ea75bbf468cbc", {});
    require(reply.has_value() || !reply.error().reason.empty());
    return 0;
}
