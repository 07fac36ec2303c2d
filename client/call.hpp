// The client's straight line: find the nodes, send them the request, collect what they say.
#pragma once

#include "client/collect.hpp"
#include "client/compose.hpp"
#include "client/discovery.hpp"
#include "client/limit.hpp"
#include "client/outcome.hpp"
#include "client/session.hpp"
#include "core/error.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mco::client {

/// Told what happens while it happens; draws nothing by itself.
class Status {
  public:
    Status() = default;
    Status(const Status&) = delete;
    Status& operator=(const Status&) = delete;
    virtual ~Status() = default;

    /// `limit` 0: it does not take time.
    virtual void discovering(std::string_view /*method*/, std::chrono::seconds /*limit*/) {}

    virtual void discovered(std::size_t /*nodes*/) {}

    virtual void nobody_found() {}

    virtual void waiting_for(std::size_t /*nodes*/) {}

    virtual void answered(const Result& /*result*/,
                          std::size_t /*answers*/,
                          Monotonic::duration /*since_sent*/) {}

    /// The time is over; these nodes, in discovery order, have not answered.
    virtual void gave_up_on(const std::vector<std::string>& /*nodes*/) {}

    virtual void finished(bool /*batched*/) {}
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
    bool by_name = false;       ///< the request goes to each of them, however many there are
    Seconds discovery_time{0};  ///< zero exactly when nobody looked for them
    std::vector<std::string> undiscovered = {};  ///< expected, but not found
    std::string_view method = "mc";              ///< by which they were found
};

/// By asking, or at once when the filter names nodes. An interrupt is an Error without a message.
Expected<Targets> discover(Session& session,
                           const filter::Filter& filter,
                           const std::string& collective,
                           const DiscoveryPlan& plan,
                           const Addressing& addressing,
                           Status& status);

/// How a call is carried out.
struct CallPlan {
    std::chrono::milliseconds limit{0};  ///< for the replies; each batch has as much
    Addressing addressing = {};
    Batch batch = {};
};

/// Sends `request` to `targets`, perhaps in batches, and waits for their replies. Nothing is sent
/// when there are none. An interrupt ends everything: the outcome holds what arrived before.
Expected<Outcome> perform(Session& session,
                          const Request& request,
                          Targets targets,
                          const CallPlan& plan,
                          Status& status);

/// Sends `request` and waits for nothing; the replies, if there are any, go to `reply_to`. Without
/// targets every node decides by the filter. Returns the request's id.
Expected<std::string> perform_unattended(Session& session,
                                         const Request& request,
                                         const std::optional<Targets>& targets,
                                         const Addressing& addressing,
                                         const std::string& reply_to);

}  // namespace mco::client
