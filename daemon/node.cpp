#include "daemon/node.hpp"

#include "core/ddl/bind.hpp"
#include "core/ddl/validate.hpp"
#include "daemon/process_figures.hpp"

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

constexpr std::string_view discovery = "discovery";

ddl::Metadata discovery_metadata(const std::string& version) {
    return {"discovery",
            "Answers the question who is there",
            "The mcollective developers",
            "Apache-2.0",
            version,
            "https://docs.puppet.com/mcollective",
            5};
}

tl::unexpected<message::Rejection> drop(Gate gate,
                                        std::string reason,
                                        const message::Claims& claims) {
    return tl::unexpected(message::Rejection{gate, std::move(reason), claims.id, claims.sender});
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

std::optional<AuditLog> audit_log(const config::Config& config) {
    auto made = make_audit_log(config);
    if (!made)
        throw std::invalid_argument(made.error().message);
    return *std::move(made);
}

}  // namespace

Node::Node(const Parts& parts)
    : parts_(parts),
      context_{parts.declarations, parts.config, *this, parts.clock, parts.runner, parts.log},
      reply_addresses_(parts.config),
      audit_(audit_log(parts.config)),
      started_(parts.clock.now()),
      freshness_(clock_skew(parts.config)),
      agents_(parts.make_agents(context_)),
      data_plugins_(make_data_plugins(context_)) {
    agents_.erase(std::remove_if(agents_.begin(),
                                 agents_.end(),
                                 [&](const auto& agent) {
                                     return !is_active(parts_.config,
                                                       agent->declaration().metadata.name,
                                                       parts_.log);
                                 }),
                  agents_.end());
    filter::Inventory inventory{
        parts.config.identity, std::make_shared<const Map>(), {}, {}, parts.config.collectives};
    for (const agents::AgentMetadata& agent : agents())
        inventory.agents.push_back(agent.agent);
    inventory_ = std::make_shared<const filter::Inventory>(std::move(inventory));
}

message::Triaged<Task> Node::triage(const message::Delivery& delivery, TimePoint now) {
    ++counters_.total;
    auto triaged = [&]() -> message::Triaged<Task> {
        auto request = parts_.provider.prove_request(delivery, now);
        if (!request)
            return tl::unexpected(std::move(request.error()));
        ++counters_.validated;
        auto fresh = freshness_.check(*std::move(request), now);
        if (!fresh)
            return tl::unexpected(std::move(fresh.error()));
        return accept(*std::move(fresh));
    }();
    if (triaged || triaged.error().gate == Gate::unknown_agent)
        ++counters_.passed;
    if (!triaged)
        ++counters_.at(triaged.error().gate);
    return triaged;
}

message::Triaged<Task> Node::accept(message::Request request) const {
    const message::Claims& claims = request.claims();
    if (auto why = not_for_us(claims))
        return drop(Gate::not_for_us, *std::move(why), claims);
    const agents::Agent* agent = find_agent(claims.agent);
    if (!agent && claims.agent != discovery)
        return drop(Gate::unknown_agent, "agent '" + claims.agent + "' is not active here", claims);
    std::optional<rpc::CallBody> call;
    std::chrono::seconds timeout{5};
    if (agent) {
        auto read = rpc::read_call(claims.body);
        if (!read)
            return drop(Gate::malformed, read.error().message, claims);
        call = *std::move(read);
        timeout = std::chrono::seconds(agent->declaration().metadata.timeout);
    }
    const bool wants_reply = !call || call->wants_reply;
    if (wants_reply && !reply_addresses_.allow(claims.reply_to))
        return drop(Gate::malformed, "replies may not go to '" + claims.reply_to + "'", claims);
    return Task{std::move(request), std::move(call), agent, timeout};
}

/// Why, if so.
std::optional<std::string> Node::not_for_us(const message::Claims& claims) const {
    const auto node = inventory();
    const auto& ours = node->collectives;
    if (std::find(ours.begin(), ours.end(), claims.collective) == ours.end())
        return "collective '" + claims.collective + "' is not ours";
    const auto matched = filter::matches(claims.filter, *node);
    if (!matched)
        return "the filter cannot be evaluated: " + matched.error().message;
    if (!*matched)
        return "the filter does not match";
    return std::nullopt;
}

message::Reply Node::perform(const Task& task) const {
    if (!task.call) {
        const std::string* text = task.request->body.text();
        const std::string asked = text ? *text : "";
        return reply(task, asked == "ping" ? "pong" : "Unknown Request: " + asked);
    }
    return reply(task, rpc::reply_body(act(task)));
}

rpc::Output Node::act(const Task& task) const {
    const ddl::Ddl& declaration = task.agent->declaration();
    const auto bound = ddl::bind(*task.call, task.request->agent, declaration);
    if (!bound)
        return bound.error();
    audit(task);
    rpc::Output output;
    try {
        output = task.agent->act(agents::Call{bound->action().name,
                                              bound->inputs(),
                                              task.request->caller,
                                              task.request->sender,
                                              task.request->id});
    } catch (const std::exception& error) {
        parts_.log.error(
            "{}#{} failed: {}", declaration.metadata.name, bound->action().name, error.what());
        output = rpc::failure(error.what(), rpc::Status::failed);
    } catch (...) {  // a bad agent costs one reply, not the daemon
        output = rpc::failure("The action failed for an unknown reason", rpc::Status::failed);
    }
    ddl::fill_outputs(bound->action(), output.data);
    return output;
}

void Node::audit(const Task& task) const {
    if (!audit_)
        return;
    const auto done =
        audit_->append(audit_line(task.request.claims(), *task.call, parts_.clock.now()));
    if (!done)
        parts_.log.warn("Auditing failed: {}", done.error().message);
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

void Node::set_facts(std::shared_ptr<const facts::Document> facts) {
    update([&](filter::Inventory& inventory) {
        const Map* values = &facts->facts;
        inventory.facts = std::shared_ptr<const Map>(std::move(facts), values);
    });
}

void Node::set_classes(std::vector<std::string> classes) {
    update([&](filter::Inventory& inventory) { inventory.classes = std::move(classes); });
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

std::vector<agents::AgentMetadata> Node::agents() const {
    std::vector<agents::AgentMetadata> all{
        {std::string(discovery), discovery_metadata(parts_.version)}};
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
