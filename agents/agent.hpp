// The plug-in interface: an agent is one folder under agents/ that implements this (design D12).
#pragma once

#include "core/config/config.hpp"
#include "core/ddl/ddl.hpp"
#include "core/filter/match.hpp"
#include "core/rpc/rpc.hpp"
#include "system/clock.hpp"
#include "system/log.hpp"
#include "system/process.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace mco::agents {

/// What an agent may ask of the node it runs in. All members: any thread.
class NodeView {
  public:
    NodeView() = default;
    NodeView(const NodeView&) = delete;
    NodeView& operator=(const NodeView&) = delete;
    virtual ~NodeView() = default;
    /// Identity, facts, classes, agents and collectives as of now; immutable.
    virtual std::shared_ptr<const filter::Inventory> inventory() const = 0;
    /// Counters and process figures by the names of `rpcutil#daemon_stats` (protocol §12.9, §12.10).
    virtual Map statistics() const = 0;
    /// Declarations of the active agents, sorted by name.
    virtual std::vector<const ddl::Ddl*> declarations() const = 0;
};

/// The world as an agent sees it. Outlives the agent.
struct AgentContext {
    const config::Config& config;
    const NodeView& node;
    const system::Clock& clock;
    system::Runner& runner;
    system::Log& log;
};

/// One call, bound to an action and validated against the DDL. Lives as long as act() runs.
struct Call {
    std::string_view action;
    const Map& inputs;        ///< by input name (strings); undeclared inputs included, process_results not
    std::string_view caller;  ///< proven caller id
    std::string_view sender;
    std::string_view request_id;
};

/// Actions are const and run on any worker thread, several at a time.
class Agent {
  public:
    Agent() = default;
    Agent(const Agent&) = delete;
    Agent& operator=(const Agent&) = delete;
    virtual ~Agent() = default;
    virtual const ddl::Ddl& declaration() const = 0;
    /// Does the work. What it throws becomes status 5; DDL output defaults are filled in by the caller.
    virtual rpc::Output act(const Call& call) const = 0;
};

}  // namespace mco::agents
