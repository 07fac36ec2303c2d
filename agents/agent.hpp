// The plug-in interface: an agent is one folder under agents/ that implements this (design D12).
// The folder NAME/ defines `std::unique_ptr<Agent> make_NAME_agent(const AgentContext&)` and, for
// each data plug-in X of its own, `std::unique_ptr<DataPlugin> make_X_data(const AgentContext&)`,
// both in this namespace.
#pragma once

#include "agents/data_plugin.hpp"
#include "agents/declarations.hpp"
#include "agents/shared.hpp"
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

/// An active agent, as an inventory describes it.
struct AgentMetadata {
    std::string agent;  ///< the name it is addressed by
    ddl::Metadata metadata;
};

/// What an agent may ask of the node it runs in. All members: any thread.
class NodeView {
  public:
    NodeView() = default;
    NodeView(const NodeView&) = delete;
    NodeView& operator=(const NodeView&) = delete;
    virtual ~NodeView() = default;
    /// Identity, facts, classes, agents and collectives as of now; immutable.
    virtual std::shared_ptr<const filter::Inventory> inventory() const = 0;
    /// Counters and process figures by the names of `rpcutil#daemon_stats` (protocol §12.9,
    /// §12.10).
    virtual Map statistics() const = 0;
    /// Metadata of the active agents by their names, sorted; `discovery` is among them though it
    /// has no DDL.
    virtual std::vector<AgentMetadata> agents() const = 0;
    /// The active data plug-ins, sorted by name.
    virtual std::vector<const DataPlugin*> data_plugins() const = 0;
};

/// The world as an agent sees it. Outlives the agent.
struct AgentContext {
    const Declarations& declarations;
    const config::Config& config;
    const NodeView& node;
    const system::Clock& clock;
    system::Runner& runner;
    system::Log& log;
    /// For things that an agent and its data plug-ins would otherwise each have of their own.
    std::unique_ptr<Shared> shared = std::make_unique<Shared>();
};

/// One call, bound to an action and validated against the DDL. Lives as long as act() runs.
struct Call {
    std::string_view action;
    const Map&
        inputs;  ///< by input name (strings); undeclared inputs included, process_results not
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

    /// Forgets what was cached from outside the configuration (SIGHUP, SIGUSR1). Any thread, also
    /// while actions run.
    virtual void refresh() const {}

    /// Does ahead what the first request would have to wait for, such as asking a slow program.
    /// Once, on a worker thread, soon after the daemon has started; requests may come meanwhile.
    virtual void prepare() const {}

    /// Does the work. What it throws becomes status 5; DDL output defaults are filled in by the
    /// caller.
    virtual rpc::Output act(const Call& call) const = 0;
};

}  // namespace mco::agents
