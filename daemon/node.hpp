// One node without its sockets: which messages are for it, and what it answers (style §3.1).
#pragma once

#include "agents/agent.hpp"
#include "agents/registry.hpp"
#include "core/ddl/bind.hpp"
#include "core/message/freshness.hpp"
#include "core/security/provider.hpp"
#include "daemon/accepted_file.hpp"
#include "daemon/action_policy.hpp"
#include "daemon/audit.hpp"
#include "daemon/authorizer.hpp"
#include "daemon/counters.hpp"
#include "daemon/durations.hpp"
#include "daemon/figures.hpp"
#include "daemon/reply_addresses.hpp"
#include "daemon/task.hpp"
#include "facts/facts.hpp"
#include "system/rate_limit.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace mco::daemon {

class Node final : public agents::NodeView {
  public:
    template <class T>
    using Make = std::function<std::vector<std::unique_ptr<T>>(const agents::AgentContext&)>;

    /// Everything outlives the node.
    struct Parts {
        const config::Config& config;
        const agents::Declarations& declarations;
        security::Provider& provider;
        const system::Clock& clock;
        system::Runner& runner;
        system::Log& log;
        std::string version;  ///< of the program
        /// The agents and data plug-ins of this build; others only in tests.
        Make<agents::Agent> make_agents = agents::make_agents;
        Make<agents::DataPlugin> make_data_plugins = agents::make_data_plugins;
        /// Null when everybody may do everything; another one only in tests.
        std::function<Expected<std::unique_ptr<Authorizer>>(const config::Config&,
                                                            const agents::NodeView&,
                                                            const system::Clock&,
                                                            system::Log&)>
            make_authorizer = daemon::make_authorizer;
    };

    /// Throws std::invalid_argument when a setting of an agent, of the authorisation or of the
    /// audit cannot be used.
    explicit Node(const Parts& parts);

    /// bytes → security → age → collective → filter → once. A rejection is counted here and never
    /// answered. I/O thread only.
    message::Triaged<Candidate> triage(const message::Delivery& delivery, TimePoint now);

    /// Asks the data plug-ins: does the filter match? Blocks as long as they do, or until
    /// `given_up` at best; any worker thread. Errors: timed_out, and why it cannot be told.
    Expected<bool> ask_plugins(const Undecided& undecided, const std::atomic<bool>& given_up) const;

    /// What comes of it, or nothing. A rejection is counted here. I/O thread only.
    message::Triaged<Task> conclude(Undecided undecided, const Expected<bool>& matched);
    tl::unexpected<message::Rejection> drop_undecided(const Undecided&, message::Gate, std::string);

    /// validation → authorisation → audit → action. Blocks as long as the last three do; any worker
    /// thread. Where `abandoned` becomes true before the action has begun, it is not begun.
    message::Reply perform(const Task& task, const std::atomic<bool>& abandoned) const;
    message::Reply perform(const Task& task) const;

    /// A reply that says why the action was not performed, or not to its end. Any thread.
    message::Reply refuse(const Task& task, std::string why) const;

    /// The task will be answered with refuse() though it is being performed: for the audit. Any
    /// thread.
    void give_up(const Task& task) const;
    /// The same for everything that is being performed when the program ends. Any thread.
    void give_up_all() const;
    /// Others have rotated the audit trail. Any thread.
    void reopen_audit() const;

    /// The reply as bytes; if it cannot be sealed or is too large for the brokers, one that says
    /// so. Any thread.
    Expected<std::string> seal(const message::Reply& reply, const Task& task) const;

    /// Replaces what filters are matched against. Any thread.
    void set_facts(std::shared_ptr<const facts::Document> facts);
    void set_classes(std::vector<std::string> classes);
    /// Asks the provider again what is vouched for about us. Any thread.
    void renew_trusted_facts();
    /// Tells the agents to forget what they remember about the node. Any thread.
    void refresh_agents() const;
    /// Lets the agents do ahead what takes long. Blocks; any worker thread, once.
    void prepare_agents() const;

    /// From now on accepted requests are written down in that file, and those that it holds are
    /// known. Errors: those of AcceptedFile. I/O thread, before any message.
    Expected<void> keep_accepted(const std::string& path);

    std::shared_ptr<const filter::Inventory> inventory() const override;
    Map statistics() const override;
    std::vector<agents::AgentMetadata> agents() const override;
    std::vector<const agents::DataPlugin*> data_plugins() const override;

    const std::string& identity() const { return parts_.config.identity; }

    /// The longest time that any active agent may take.
    std::chrono::seconds longest_timeout() const;

    Counters& counters() { return counters_; }

    /// What the node knows of it; the rest is as in an idle daemon. Any thread.
    Figures figures() const;

  private:
    message::Triaged<Candidate> accept(message::Request request, TimePoint now);
    message::Triaged<Task> as_task(message::Request request) const;
    void count(const message::Rejection* rejection);
    void tell_unread(const Error& why) const;
    Expected<void> check_reading(const message::Request& request,
                                 const filter::Compound& compound) const;
    rpc::Output act(const Task& task, const std::atomic<bool>& abandoned) const;
    rpc::Output act_if_allowed(const Task& task,
                               const ddl::BoundCall& call,
                               const std::atomic<bool>& abandoned) const;
    rpc::Output run(const Task& task, const ddl::BoundCall& call) const;
    rpc::Output run_guarded(const Task& task, const ddl::BoundCall& call) const;
    Verdict authorize(const Task& task, const std::string& action) const;
    void log_denial(const message::Claims& claims,
                    const std::string& what,
                    const std::string& rule) const;
    bool audit_begin(const Task& task, Decision decision, std::string_view rule) const;
    void audit_end(const Task& task, const char* outcome, rpc::Status status) const;
    message::Reply reply(const Task& task, Value body) const;
    const agents::Agent* find_agent(std::string_view name) const;
    void update(const std::function<void(filter::Inventory&)>& change);
    void update_facts(const std::function<void()>& change);

    const Parts parts_;
    const agents::AgentContext context_;
    const ReplyAddresses reply_addresses_;
    const std::unique_ptr<Audit> audit_;  ///< null: off
    const TimePoint started_;
    message::Freshness freshness_;          // I/O thread only
    std::optional<AcceptedFile> accepted_;  // the same
    bool accepted_failed_ = false;
    mutable Counters counters_;  // atomic, and counted by workers too
    mutable Durations durations_;
    mutable system::SharedRateLimit denials_;
    mutable std::atomic<bool> told_unread_ = false;
    std::vector<std::unique_ptr<agents::Agent>> agents_;
    std::vector<std::unique_ptr<agents::DataPlugin>> data_plugins_;
    std::unique_ptr<Authorizer> authorizer_;  ///< null: everybody may do everything
    mutable std::mutex mutex_;  // guards what follows: workers read it while refreshes replace it
    Map trusted_;
    std::shared_ptr<const Map> facts_ = std::make_shared<const Map>();  // without `trusted`
    std::optional<TimePoint> facts_loaded_;  // when all sources had been read
    std::shared_ptr<const filter::Inventory>
        inventory_;  // shared with those who are matching against it
};

}  // namespace mco::daemon
