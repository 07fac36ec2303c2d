// The client's straight line: find the nodes, send them the request, collect what they say.
#pragma once

#include "client/collect.hpp"
#include "client/compose.hpp"
#include "client/discovery.hpp"
#include "client/outcome.hpp"
#include "client/session.hpp"
#include "core/error.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace mco::client {

/// Told what happens while it happens; draws nothing by itself.
class Status {
  public:
    Status() = default;
    Status(const Status&) = delete;
    Status& operator=(const Status&) = delete;
    virtual ~Status() = default;

    virtual void discovering(std::chrono::seconds /*limit*/) {}

    virtual void discovered(std::size_t /*nodes*/) {}

    virtual void nobody_found() {}

    virtual void waiting_for(std::size_t /*nodes*/) {}

    virtual void answered(const Result& /*result*/,
                          std::size_t /*answers*/,
                          Monotonic::duration /*since_sent*/) {}

    /// The time is over; these nodes, in discovery order, have not answered.
    virtual void gave_up_on(const std::vector<std::string>& /*nodes*/) {}

    virtual void finished() {}
};

/// What the configuration says of every call.
struct Addressing {
    bool direct = true;
    std::size_t threshold = 10;              ///< nodes up to which requests go to each of them
    std::chrono::seconds discovery_ttl{60};  ///< --ttl does not reach discovery
};

/// The nodes a request is for.
struct Targets {
    std::vector<std::string> nodes;
    bool named = false;         ///< somebody named them, nobody looked for them
    Seconds discovery_time{0};  ///< zero exactly when named
};

/// By asking, or at once when the filter names nodes. An interrupt is an Error without a message.
Expected<Targets> discover(Session& session,
                           const filter::Filter& filter,
                           const std::string& collective,
                           const DiscoveryPlan& plan,
                           const Addressing& addressing,
                           Status& status);

/// Sends `request` to `targets` and waits up to `limit`. Nothing is sent when there are none. An
/// interrupt ends the wait: the outcome holds what arrived before.
Expected<Outcome> perform(Session& session,
                          const Request& request,
                          Targets targets,
                          std::chrono::milliseconds limit,
                          const Addressing& addressing,
                          Status& status);

}  // namespace mco::client
