#include "client/compose.hpp"

#include "core/rpc/body.hpp"

#include <algorithm>
#include <utility>

namespace mco::client {

namespace {

constexpr std::size_t most_signed_targets = 200;

message::Claims claims_of(const Origin& origin, std::string agent, std::string collective) {
    message::Claims claims;
    claims.id = origin.id;
    claims.sender = origin.identity;
    claims.caller = origin.caller;
    claims.collective = std::move(collective);
    claims.agent = std::move(agent);
    claims.time = origin.now;
    claims.reply_to = origin.reply_to;
    return claims;
}

/// To each of the nodes. What is signed for some of them must not be good for others.
std::vector<Shipment> directed(const message::Claims& claims,
                               const std::vector<std::string>& nodes,
                               bool signed_targets) {
    std::vector<Shipment> shipments;
    const auto size = signed_targets ? most_signed_targets : std::max<std::size_t>(1, nodes.size());
    for (std::size_t begin = 0; begin < nodes.size(); begin += size) {
        const auto end = std::min(nodes.size(), begin + size);
        Shipment shipment{claims, {}};
        if (signed_targets)
            shipment.claims.filter.identities = {nodes.begin() + static_cast<std::ptrdiff_t>(begin),
                                                 nodes.begin() + static_cast<std::ptrdiff_t>(end)};
        for (auto i = begin; i < end; ++i)
            shipment.targets.emplace_back(transport::Directed{claims.collective, nodes[i]});
        shipments.push_back(std::move(shipment));
    }
    return shipments;
}

}  // namespace

Route route(std::size_t nodes, bool named, bool direct_addressing, std::size_t threshold) {
    if (!direct_addressing)
        return Route::broadcast;
    if (named)
        return Route::directed_by_name;
    return nodes <= threshold ? Route::directed : Route::broadcast;
}

std::vector<Shipment> compose(const Request& request,
                              Route route,
                              const std::vector<std::string>& nodes,
                              const Origin& origin) {
    auto claims = claims_of(origin, request.agent, request.collective);
    claims.ttl = request.ttl;
    claims.body = rpc::request_body(
        request.agent, request.action, origin.caller, request.inputs, request.process_results);
    claims.filter = request.filter;
    if (route == Route::broadcast)
        return {{std::move(claims), {transport::Broadcast{request.collective, request.agent}}}};
    if (route == Route::directed_by_name) {
        claims.filter = {};
        claims.filter.agents = {request.agent};
    }
    return directed(claims, nodes, origin.signed_targets);
}

std::vector<Shipment> compose_ping(const filter::Filter& filter,
                                   const std::string& collective,
                                   std::chrono::seconds ttl,
                                   const std::vector<std::string>& nodes,
                                   const Origin& origin) {
    auto claims = claims_of(origin, "discovery", collective);
    claims.ttl = ttl;
    claims.filter = filter;
    claims.body = "ping";
    if (nodes.empty())
        return {{std::move(claims), {transport::Broadcast{collective, "discovery"}}}};
    claims.filter.identities.clear();  // where it goes says whom it is for
    return directed(claims, nodes, origin.signed_targets);
}

std::vector<Shipment> compose_probe(const filter::Filter& filter,
                                    const std::string& collective,
                                    const std::vector<std::string>& nodes,
                                    const Origin& origin) {
    constexpr std::chrono::seconds soon(10);
    auto claims = claims_of(origin, "discovery", collective);
    claims.time = origin.now - probe_reach;
    claims.ttl = 2 * probe_reach;
    claims.filter = filter;
    claims.body = "ping";
    auto shipments = directed(claims, nodes, origin.signed_targets);
    for (auto& shipment : shipments)
        shipment.keep = soon;
    return shipments;
}

}  // namespace mco::client
