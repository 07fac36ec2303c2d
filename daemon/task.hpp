// What triage makes of a message that may be for this node.
#pragma once

#include "agents/agent.hpp"
#include "core/filter/compound_filter.hpp"
#include "core/message/message.hpp"
#include "core/message/rejection.hpp"
#include "core/rpc/body.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string_view>
#include <variant>

namespace mco::daemon {

/// The agent that every node has though no folder brings it; what it is asked is no RPC.
constexpr std::string_view discovery_agent = "discovery";

/// A request that is proven, fresh, and for this node: from here on exactly one reply is owed,
/// unless none is wanted. Only triage() makes one.
struct Task {
    message::Request request;
    std::optional<rpc::CallBody> call;     ///< absent for discovery, which is no RPC
    const agents::Agent* agent = nullptr;  ///< null for discovery
    std::chrono::seconds timeout{5};       ///< the agent's, from its DDL

    bool wants_reply() const { return !call || call->wants_reply; }
};

/// A request that is proven, fresh, and for this node unless data plug-ins say otherwise. Only
/// triage() makes one.
struct Undecided {
    Task task;
    filter::Compound compound;
    std::shared_ptr<const filter::Inventory> inventory;  ///< what it was matched against so far
    std::chrono::seconds limit{1};  ///< what the plug-ins may take together, within the ttl
};

using Candidate = std::variant<Task, Undecided>;

}  // namespace mco::daemon
