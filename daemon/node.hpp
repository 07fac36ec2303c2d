// One node without its sockets: which messages are for it, and what it answers (style §3.1).
#pragma once

#include "agents/agent.hpp"
#include "agents/registry.hpp"
#include "core/message/freshness.hpp"
#include "core/message/rejection.hpp"
#include "core/rpc/body.hpp"
#include "core/security/provider.hpp"
#include "daemon/audit.hpp"
#include "daemon/counters.hpp"
#include "daemon/reply_addresses.hpp"
#include "facts/facts.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace mco::daemon {

/// A request that is proven, fresh, and for this node: from here on exactly one reply is owed,
/// unless none is wanted. Only triage() makes one.
struct Task {
    message::Request request;
    std::optional<rpc::CallBody> call;     ///< absent for discovery, which is no RPC
    const agents::Agent* agent = nullptr;  ///< null for discovery
    std::chrono::seconds timeout{5};       ///< the agent's, from its DDL

    bool wants_reply() const { return !call || call->wants_reply; }
};

class Node final : public agents::NodeView {
  public:
    /// Everything outlives the node.
    struct Parts {
        const config::Config& config;
        const agents::Declarations& declarations;
        security::Provider& provider;
        const system::Clock& clock;
        system::Runner& runner;
        system::Log& log;
        std::string version;  ///< of the program
        /// The agents of this build; others only in tests.
        std::function<std::vector<std::unique_ptr<agents::Agent>>(const agents::AgentContext&)>
            make_agents = agents::make_agents;
    };

    /// Throws std::invalid_argument when a setting of an agent or of the audit cannot be used.
    explicit Node(const Parts& parts);

    /// bytes → security → freshness → filter. A rejection is counted here and never answered. I/O
    /// thread only.
    message::Triaged<Task> triage(const message::Delivery& delivery, TimePoint now);

    /// validation → audit → action. Blocks as long as the action does; any worker thread.
    message::Reply perform(const Task& task) const;

    /// A reply that says why the action was not performed, or not to its end. Any thread.
    message::Reply refuse(const Task& task, std::string why) const;

    /// The reply as bytes; if it cannot be sealed or is too large for the brokers, one that says
    /// so. Any thread.
    Expected<std::string> seal(const message::Reply& reply, const Task& task) const;

    /// Replaces what filters are matched against. Any thread.
    void set_facts(std::shared_ptr<const facts::Document> facts);
    void set_classes(std::vector<std::string> classes);
    /// Tells the agents to forget what they remember about the node. Any thread.
    void refresh_agents() const;

    std::shared_ptr<const filter::Inventory> inventory() const override;
    Map statistics() const override;
    std::vector<agents::AgentMetadata> agents() const override;
    std::vector<const agents::DataPlugin*> data_plugins() const override;

    const std::string& identity() const { return parts_.config.identity; }

    /// The longest time that any active agent may take.
    std::chrono::seconds longest_timeout() const;

    Counters& counters() { return counters_; }

  private:
    message::Triaged<Task> accept(message::Request request) const;
    std::optional<std::string> not_for_us(const message::Claims& claims) const;
    rpc::Output act(const Task& task) const;
    void audit(const Task& task) const;
    message::Reply reply(const Task& task, Value body) const;
    const agents::Agent* find_agent(std::string_view name) const;
    void update(const std::function<void(filter::Inventory&)>& change);

    const Parts parts_;
    const agents::AgentContext context_;
    const ReplyAddresses reply_addresses_;
    const std::optional<AuditLog> audit_;
    const TimePoint started_;
    message::Freshness freshness_;  // I/O thread only
    Counters counters_;
    std::vector<std::unique_ptr<agents::Agent>> agents_;
    std::vector<std::unique_ptr<agents::DataPlugin>> data_plugins_;
    mutable std::mutex mutex_;  // guards inventory_: workers read it while refreshes replace it
    std::shared_ptr<const filter::Inventory>
        inventory_;  // shared with those who are matching against it
};

}  // namespace mco::daemon
