// The psk provider on arbitrary deliveries. The first byte chooses what the rest is: the delivery
// itself, what follows the version bytes, a body that was sealed with the right key, or a map that
// is laid over a genuine envelope. Whatever is proven has a whole caller id and a call that was
// made to this agent.
#include "core/security/caller_id.hpp"
#include "core/security/psk.hpp"
#include "core/serializer/marshal.hpp"

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace {

using namespace mco;
namespace marshal = serializer::marshal;

void require(bool holds) {
    if (!holds)
        std::abort();
}

message::Claims genuine(Value body) {
    message::Claims claims;
    claims.id = "0b54253cb5d04eb8b26ea75bbf468cbc";
    claims.sender = "dev1.example.net";
    claims.caller = "uid=500";
    claims.collective = "mcollective";
    claims.agent = "rpcutil";
    claims.body = std::move(body);
    return claims;
}

std::string laid_over(const security::PskProvider& provider, const Map& changes) {
    const Value body =
        Map{{Symbol{"agent"}, "rpcutil"}, {Symbol{"action"}, "ping"}, {Symbol{"data"}, Map{}}};
    auto envelope = *marshal::decode(*provider.seal_request(genuine(body)));
    for (const auto& [key, value] : changes.entries())
        envelope.map()->set(key, value);
    return marshal::encode(envelope).value_or(std::string());
}

std::string delivery_from(const security::PskProvider& provider,
                          unsigned choice,
                          std::string rest) {
    if (choice == 0)
        return rest;
    rest.insert(0, "\x04\x08");
    if (choice == 1)
        return rest;
    const auto value = marshal::decode(rest, {.depth = 16, .nodes = 5'000, .bytes = 65'536});
    if (!value)
        return {};
    if (choice == 2)
        return provider.seal_request(genuine(*value)).value_or(std::string());
    return value->map() != nullptr ? laid_over(provider, *value->map()) : std::string();
}

void check(security::PskProvider& provider, const message::Delivery& delivery) {
    const auto request = provider.prove_request(delivery, {});
    if (!request)
        return require(!request.error().reason.empty());
    const auto& claims = request->claims();
    require(security::valid_caller_id(claims.caller));
    require(!claims.id.empty() && !claims.agent.empty() && claims.ttl.count() >= 0);
    const bool is_call = claims.body.map() != nullptr && claims.agent != "discovery" &&
                         claims.agent != "registration";
    const auto* agent = claims.body.find("agent");
    require(!is_call ||
            (agent != nullptr && agent->text() != nullptr && *agent->text() == claims.agent));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0)
        return 0;
    const auto provider = security::PskProvider::create("12345", "uid=500");
    require(provider.has_value());
    std::string rest(reinterpret_cast<const char*>(data + 1), size - 1);
    const message::Delivery delivery{
        delivery_from(**provider, data[0] % 4, std::move(rest)), {}, {}};
    check(**provider, delivery);
    const auto reply = (*provider)->prove_reply(delivery, "0b54253cb5d04eb8b26ea75bbf468cbc", {});
    require(reply.has_value() || !reply.error().reason.empty());
    return 0;
}
