// The aes_security provider on arbitrary deliveries. The first byte chooses the serialiser, the
// strictness and what the rest is: the delivery itself, the plain text that john encrypted, a map
// that is laid over a genuine envelope, or the public key that a stranger sends along. Whatever is
// proven has a whole caller id and was made to this agent; nothing that fails leaves a key behind,
// and no known key is ever replaced.
#include "core/security/caller_id.hpp"
#include "core/security/legacy/aes.hpp"
#include "core/security/legacy/testing_keys.hpp"

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
        AesSettings settings;
        settings.codec = codec;
        settings.age = age;
        settings.learning = Learning::trusting;
        settings.public_key_file = "john.pem";
        const AesMaterial material{testing::john_private, testing::john_public, {}};
        provider =
            *AesProvider::make(settings, material, std::make_unique<testing::MemoryKeys>(files));
        sealed = *codec.decode(*provider->seal_request(genuine()));
    }

    /// The genuine envelope with some members exchanged.
    std::string with(const Map& changes) const {
        auto envelope = sealed;
        for (const auto& [key, value] : changes.entries())
            envelope.map()->set(key, value);
        return codec.encode(envelope).value_or(std::string());
    }

    std::string around(const std::string& plain) const {
        const auto made = *seal_with_private(cipher, john, plain);
        return with(Map{{Symbol{"body"}, made.data}, {Symbol{"sslkey"}, made.session_key}});
    }

    std::string delivery_from(unsigned choice, std::string rest) const {
        if (choice == 0)
            return rest;
        if (choice == 1)
            return around(rest);
        if (choice == 2)
            return with(
                Map{{Symbol{"callerid"}, "cert=mary"}, {Symbol{"sslpubkey"}, std::move(rest)}});
        const auto value = codec.decode(rest);
        return value && value->map() != nullptr ? with(*value->map()) : std::string();
    }

    Codec codec;
    Cipher cipher = *Cipher::named("aes-256-cbc");
    KeyPtr john = *private_key_from_pem(testing::john_private);
    testing::MemoryKeys::Files files{{"john", testing::john_public}};
    std::unique_ptr<AesProvider> provider;
    Value sealed;
};

void check(Site& site, const message::Triaged<message::Request>& request) {
    require(site.files["john"] == testing::john_public);
    if (!request)
        return require(!request.error().reason.empty() && site.files.size() == 1);
    const auto& claims = request->claims();
    require(valid_caller_id(claims.caller) && site.files.size() <= 2);
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
    check(site, site.provider->prove_request(delivery, {}));
    const auto reply = site.provider->prove_reply(delivery, "0b54253cb5d04eb8b26ea75bbf468cbc", {});
    require(reply.has_value() || !reply.error().reason.empty());
    site.files = {{"john", testing::john_public}};
    return 0;
}
