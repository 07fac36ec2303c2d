#include "daemon/node.hpp"

#include "core/ddl/validate.hpp"
#include "daemon/process_figures.hpp"
#include "daemon/trusted_facts.hpp"
#include "system/resident_memory.hpp"

#include <algorithm>
#include <exception>
#include <functional>
#include <stdexcept>

#include <unistd.h>

namespace mco::daemon {
namespace {

using message::Gate;

/// What a broker or client may be expected to take; beyond it a reply would be lost without a word.
constexpr std::size_t largest_reply = 8u << 20;

ddl::Metadata discovery_metadata(const std::string& version) {
    return {"discovery",
            "Answers the question who is there",
            "The mcollective developers",
            "Apache-2.0",
            version,
            "https://docs.puppet.com/mcollective",
            5};
}

/// As the original reads it: the agent's own switch wins over the general one, and an unusable one
/// means off.
bool is_active(const config::Config& config, const std::string& agent, system::Log& log) {
    const auto active = config.plugin_bool(agent + ".activate_agent", config.activate_agents);
    if (!active)
        log.warn("Agent {} is not activated: {}", agent, active.error().message);
    return active.value_or(false);
}

/// Signed times are worth their skew to either side; the original's are not (design §5).
message::Freshness::Skew clock_skew(const config::Config& config) {
    const std::chrono::seconds skew(config.plugin_int("x509.clock_skew", 60).value_or(60));
    const bool signed_times = config.securityprovider == "x509";
    return {skew, signed_times ? skew : std::chrono::seconds(0)};
}

template <class T>
T required(Expected<T> made) {
    if (!made)
        throw std::invalid_argument(made.error().message);
    return *std::move(made);
}

std::unique_ptr<Audit> make_audit(const Node::Parts& parts) {
    auto settings = required(audit_settings(parts.config));
    if (!settings)
        return nullptr;
    return required(
        Audit::make(*std::move(settings), {parts.config.identity, parts.clock, parts.log}));
}

}  // namespace

Node::Node(const Parts& parts)
    : parts_(parts),
      context_{parts.declarations, parts.config, *this, parts.clock, parts.runner, parts.log},
      reply_addresses_(parts.config),
      audit_(make_audit(parts)),
      started_(parts.clock.now()),
      freshness_(clock_skew(parts.config)),
      agents_(parts.make_agents(context_)),
      data_plugins_(parts.make_data_plugins(context_)),
      authorizer_(required(parts.make_authorizer(parts.config, *this, parts.clock, parts.log))) {
    std::erase_if(agents_, [&](const auto& agent) {
        return !is_active(parts_.config, agent->declaration().metadata.name, parts_.log);
    });
    std::erase_if(data_plugins_, [](const auto& plugin) { return !plugin->is_active(); });
    filter::Inventory inventory{parts.config.identity,
                                std::make_shared<const Map>(),
                                {},
                                {},
                                parts.config.collectives,
                                false,
                                false};
    for (const agents::AgentMetadata& agent : agents())
        inventory.agents.push_back(agent.agent);
    for (const auto& agent : agents_)
        durations_.expect(agent->declaration().metadata.name);
    inventory_ = std::make_shared<const filter::Inventory>(std::move(inventory));
    renew_trusted_facts();
}

message::Reply Node::perform(const Task& task) const {
    const std::atomic<bool> never = false;
    return perform(task, never);
}

message::Reply Node::perform(const Task& task, const std::atomic<bool>& abandoned) const {
    if (!task.call) {
        const std::string* text = task.request->body.text();
        const std::string asked = text ? *text : "";
        return reply(task, asked == "ping" ? "pong" : "Unknown Request: " + asked);
    }
    return reply(task, rpc::reply_body(act(task, abandoned)));
}

rpc::Output Node::act(const Task& task, const std::atomic<bool>& abandoned) const {
    const auto bound = ddl::bind(*task.call, task.request->agent, task.agent->declaration());
    if (!bound) {
        audit_begin(task, Decision::invalid, bound.error().message);
        audit_end(task, "refused", bound.error().status);
        return bound.error();
    }
    rpc::Output output = act_if_allowed(task, *bound, abandoned);
    ddl::fill_outputs(bound->action(), output.data);
    return output;
}

rpc::Output Node::act_if_allowed(const Task& task,
                                 const ddl::BoundCall& call,
                                 const std::atomic<bool>& abandoned) const {
    Verdict verdict = authorize(task, call.action().name);
    if (!verdict.allowed) {
        ++counters_.denied;
        log_denial(
            task.request.claims(), task.request->agent + "#" + call.action().name, verdict.rule);
        audit_begin(task, Decision::denied, verdict.rule);
        audit_end(task, "refused", verdict.status);
        return rpc::failure(std::move(verdict.message), verdict.status);
    }
    if (!audit_begin(task, Decision::allowed, verdict.rule))
        return rpc::failure("The action was not performed because auditing it failed",
                            rpc::Status::failed);
    // Deciding and writing take time too; the caller may have been told already that it failed.
    const bool too_late = abandoned;
    rpc::Output output =
        too_late ? rpc::failure("The request was given up", rpc::Status::failed) : run(task, call);
    audit_end(task, too_late ? "not started" : "done", output.status);
    return output;
}

rpc::Output Node::run(const Task& task, const ddl::BoundCall& call) const {
    const auto begin = parts_.clock.monotonic();
    rpc::Output output = run_guarded(task, call);
    durations_.add(
        task.agent->declaration().metadata.name,
        std::chrono::duration_cast<std::chrono::microseconds>(parts_.clock.monotonic() - begin));
    return output;
}

rpc::Output Node::run_guarded(const Task& task, const ddl::BoundCall& call) const {
    const std::string& agent = task.agent->declaration().metadata.name;
    const std::string& action = call.action().name;
    try {
        return task.agent->act(agents::Call{
            action, call.inputs(), task.request->caller, task.request->sender, task.request->id});
    } catch (const std::exception& error) {
        parts_.log.error("{}#{} failed: {}", agent, action, error.what());
        return rpc::failure(error.what(), rpc::Status::failed);
    } catch (...) {  // a bad agent costs one reply, not the daemon
        return rpc::failure("The action failed for an unknown reason", rpc::Status::failed);
    }
}

/// What cannot decide denies.
Verdict Node::authorize(const Task& task, const std::string& action) const {
    if (!authorizer_)
        return {true, "rpcauthorization is off", rpc::Status::ok, ""};
    const char* const why = "The request could not be authorised";
    try {
        return authorizer_->authorize(task.request, action);
    } catch (const std::exception& error) {
        return {
            false, std::string("the authorizer failed: ") + error.what(), rpc::Status::failed, why};
    } catch (...) {
        return {false, "the authorizer failed", rpc::Status::failed, why};
    }
}

void Node::log_denial(const message::Claims& claims,
                      const std::string& what,
                      const std::string& rule) const {
    const auto suppressed = denials_.allows(parts_.clock.monotonic());
    if (!suppressed)
        return;
    parts_.log.warn("request {}: {} at {} may not {}: {}{}",
                    claims.id,
                    claims.caller,
                    claims.sender,
                    what,
                    rule,
                    *suppressed == 0 ? "" : fmt::format(" ({} more denied before)", *suppressed));
}

/// False when the call must not go on.
bool Node::audit_begin(const Task& task, Decision decision, std::string_view rule) const {
    return !audit_ || audit_->begin(&task, {task.request.claims(), *task.call, decision, rule});
}

void Node::audit_end(const Task& task, const char* outcome, rpc::Status status) const {
    if (audit_)
        audit_->end(&task, {outcome, status});
}

void Node::give_up(const Task& task) const {
    if (audit_)
        audit_->give_up(&task, "timeout");
}

void Node::give_up_all() const {
    if (audit_)
        audit_->give_up_all("abandoned at shutdown");
}

void Node::reopen_audit() const {
    if (audit_)
        audit_->reopen();
}

message::Reply Node::refuse(const Task& task, std::string why) const {
    if (!task.call)
        return perform(task);
    rpc::Output output = rpc::failure(std::move(why), rpc::Status::failed);
    if (const ddl::Action* action = task.agent->declaration().action(task.call->action))
        ddl::fill_outputs(*action, output.data);
    return reply(task, rpc::reply_body(output));
}

message::Reply Node::reply(const Task& task, Value body) const {
    const message::Claims& claims = task.request.claims();
    return {claims.id,
            parts_.config.identity,
            claims.agent,
            claims.collective,
            parts_.clock.now(),
            std::move(body)};
}

Expected<std::string> Node::seal(const message::Reply& reply, const Task& task) const {
    auto sealed = parts_.provider.seal_reply(reply, task.request);
    if (sealed && sealed->size() <= largest_reply)
        return sealed;
    const std::string why =
        sealed ? "The reply is too large" : "The reply cannot be sealed: " + sealed.error().message;
    parts_.log.error("request {}: {}", task.request->id, why);
    return parts_.provider.seal_reply(refuse(task, why), task.request);
}

Expected<void> Node::keep_accepted(const std::string& path) {
    MCO_TRY(file, AcceptedFile::open(path));
    MCO_CHECK(file.recall(freshness_, parts_.clock.now()));
    accepted_.emplace(std::move(file));
    freshness_.on_accepted = [this](const message::ReplayMemory::Digest& digest, TimePoint until) {
        const auto added = accepted_->add(digest, until, parts_.clock.now());
        if (!added && !std::exchange(accepted_failed_, true))
            parts_.log.error("Accepted requests will not be known after a restart: {}",
                             added.error().message);
    };
    return {};
}

void Node::set_facts(std::shared_ptr<const facts::Document> facts) {
    const Map* values = &facts->facts;
    const bool complete = facts->complete;
    const TimePoint loaded = facts->loaded;
    update_facts([&] {
        facts_ = std::shared_ptr<const Map>(std::move(facts), values);
        facts_loaded_ = complete ? std::optional(loaded) : std::nullopt;
    });
    update([&](filter::Inventory& inventory) { inventory.facts_read = complete; });
}

void Node::renew_trusted_facts() {
    Map trusted = parts_.provider.own_trusted_facts();
    update_facts([&] { trusted_ = std::move(trusted); });
}

void Node::update_facts(const std::function<void()>& change) {
    update([&](filter::Inventory& inventory) {
        change();
        inventory.facts = with_trusted(facts_, trusted_);
    });
}

void Node::set_classes(std::vector<std::string> classes) {
    update([&](filter::Inventory& inventory) {
        inventory.classes = std::move(classes);
        inventory.classes_read = true;
    });
}

void Node::update(const std::function<void(filter::Inventory&)>& change) {
    const std::lock_guard lock(mutex_);
    auto next = std::make_shared<filter::Inventory>(*inventory_);
    change(*next);
    inventory_ = std::move(next);
}

void Node::refresh_agents() const {
    for (const auto& agent : agents_)
        agent->refresh();
}

void Node::prepare_agents() const {
    for (const auto& agent : agents_) {
        try {
            agent->prepare();
        } catch (const std::exception& error) {
            parts_.log.warn(
                "{} cannot prepare itself: {}", agent->declaration().metadata.name, error.what());
        }
    }
}

std::shared_ptr<const filter::Inventory> Node::inventory() const {
    const std::lock_guard lock(mutex_);
    return inventory_;
}

Map Node::statistics() const {
    const auto count = [](const Counters::Count& counter) {
        return static_cast<std::int64_t>(counter.load());
    };
    Array names;
    for (const std::string& name : inventory()->agents)
        names.emplace_back(name);
    const auto started =
        std::chrono::floor<std::chrono::seconds>(started_).time_since_epoch().count();
    return Map{{"threads", thread_names()},
               {"agents", std::move(names)},
               {"pid", std::int64_t{getpid()}},
               {"times", processor_times()},
               {"configfile", parts_.config.file},
               {"version", parts_.version},
               {"validated", count(counters_.validated)},
               {"unvalidated", count(counters_.at(Gate::untrusted))},
               {"passed", count(counters_.passed)},
               {"filtered", count(counters_.at(Gate::not_for_us))},
               {"starttime", std::int64_t{started}},
               {"total", count(counters_.total)},
               {"ttlexpired", count(counters_.at(Gate::expired))},
               {"replies", count(counters_.replies)}};
}

Figures Node::figures() const {
    Figures figures{
        parts_.version, parts_.config.identity, started_, parts_.clock.now(), counters_};
    figures.unaudited = audit_ ? audit_->failures() : 0;
    figures.agents = durations_.now();
    figures.resident_memory = system::resident_memory();
    figures.pid = getpid();
    const std::lock_guard lock(mutex_);
    figures.facts = facts_loaded_;
    return figures;
}

std::vector<agents::AgentMetadata> Node::agents() const {
    std::vector<agents::AgentMetadata> all{
        {std::string(discovery_agent), discovery_metadata(parts_.version)}};
    for (const auto& agent : agents_)
        all.push_back({agent->declaration().metadata.name, agent->declaration().metadata});
    std::sort(
        all.begin(), all.end(), [](const auto& a, const auto& b) { return a.agent < b.agent; });
    return all;
}

std::vector<const agents::DataPlugin*> Node::data_plugins() const {
    std::vector<const agents::DataPlugin*> all;
    for (const auto& plugin : data_plugins_)
        all.push_back(plugin.get());
    return all;
}

std::chrono::seconds Node::longest_timeout() const {
    int longest = 5;
    for (const auto& agent : agents_)
        longest = std::max(longest, agent->declaration().metadata.timeout);
    return std::chrono::seconds(longest);
}

const agents::Agent* Node::find_agent(std::string_view name) const {
    const auto found = std::find_if(agents_.begin(), agents_.end(), [name](const auto& agent) {
        return agent->declaration().metadata.name == name;
    });
    return found == agents_.end() ? nullptr : found->get();
}

}  // namespace mco::daemon
