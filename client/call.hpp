// Parts of a call by themselves, for those who wait: finding the nodes, and sending a request whose
// replies nobody awaits. A call as a whole is client/call_dialogue.hpp.
#pragma once

#include "client/call_plan.hpp"
#include "client/compose.hpp"
#include "client/discovery.hpp"
#include "client/outcome.hpp"
#include "client/session.hpp"
#include "core/error.hpp"

#include <optional>
#include <string>

namespace mco::client {

/// By asking, or at once when the filter names nodes. An interrupt is an Error without a message.
Expected<Targets> discover(Session& session,
                           const filter::Filter& filter,
                           const std::string& collective,
                           const DiscoveryPlan& plan,
                           const Addressing& addressing,
                           Status& status);

/// Sends `request` and waits for nothing; the replies, if there are any, go to `reply_to`. Without
/// targets every node decides by the filter. Returns the request's id.
Expected<std::string> perform_unattended(Session& session,
                                         const Request& request,
                                         const std::optional<Targets>& targets,
                                         const Addressing& addressing,
                                         const std::string& reply_to);

}  // namespace mco::client
