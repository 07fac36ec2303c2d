// From a call that is wanted to the messages that carry it: claims to be sealed and where each goes
// (protocol §9.3).
#pragma once

#include "core/filter/filter.hpp"
#include "core/message/message.hpp"
#include "core/value.hpp"
#include "transport/connector.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace mco::client {

/// What somebody wants done, checked against the DDL.
struct Request {
    std::string agent;
    std::string action;
    Map inputs;             ///< by input name
    filter::Filter filter;  ///< with the agent in it
    std::string collective;
    std::chrono::seconds ttl{60};
    /// False: nobody replies. Absent, as the original does it, in batches: then everybody does.
    std::optional<bool> process_results = true;
};

/// Everything about us that a request carries.
struct Origin {
    std::string identity;
    std::string caller;
    std::string id;        ///< of this request
    std::string reply_to;  ///< address of the reply queue
    TimePoint now;
    bool signed_targets = false;  ///< directed requests name their targets in the filter, where the
                                  ///< signature covers them (x509)
};

/// One message and everywhere it goes.
struct Shipment {
    message::Claims claims;
    std::vector<transport::Target> targets;
    std::optional<std::chrono::seconds> keep = {};  ///< by the broker, if not as long as the ttl
};

enum class Route {
    broadcast,        ///< every node decides by the filter
    directed,         ///< to the nodes found by asking them; the filter is kept
    directed_by_name  ///< to nodes nobody asked; only the agent is left of the filter
};

/// How a request reaches its nodes. `named`: the nodes were given by name. Without direct
/// addressing everything is broadcast.
Route route(std::size_t nodes, bool named, bool direct_addressing, std::size_t threshold);

/// The messages of a call. Directed ones with signed targets are split, at most 200 targets in
/// each.
std::vector<Shipment> compose(const Request& request,
                              Route route,
                              const std::vector<std::string>& nodes,
                              const Origin& origin);

/// How nodes that match `filter` are found: a broadcast, or, if there are `nodes`, a message to
/// each of them.
std::vector<Shipment> compose_ping(const filter::Filter& filter,
                                   const std::string& collective,
                                   std::chrono::seconds ttl,
                                   const std::vector<std::string>& nodes,
                                   const Origin& origin);

/// How far a node's clock may be off for a probe to reach it, in either direction.
constexpr std::chrono::hours probe_reach{12};

/// A ping to these nodes that does not mind what their clocks show: dated back by `probe_reach` and
/// good for twice as long. The reply's own time tells how far off they are.
std::vector<Shipment> compose_probe(const filter::Filter& filter,
                                    const std::string& collective,
                                    const std::vector<std::string>& nodes,
                                    const Origin& origin);

}  // namespace mco::client
