#include "daemon/registration.hpp"

#include "core/message/request_id.hpp"

#include <algorithm>
#include <random>

namespace mco::daemon {
namespace {

Array texts(std::vector<std::string> names, bool sorted) {
    if (sorted)
        std::sort(names.begin(), names.end());
    Array values;
    for (std::string& name : names)
        values.emplace_back(std::move(name));
    return values;
}

Map meta(const filter::Inventory& node) {
    return {{Symbol{"agentlist"}, texts(node.agents, false)},
            {Symbol{"facts"}, *node.facts},
            {Symbol{"classes"}, texts(node.classes, false)},
            {Symbol{"collectives"}, texts(node.collectives, true)},
            {Symbol{"identity"}, node.identity}};
}

/// What `inventory` has beyond `meta`.
void add_versions(Map& body, const agents::NodeView& node) {
    Array agents;
    for (const auto& agent : node.agents())
        agents.emplace_back(
            Map{{Symbol{"agent"}, agent.agent}, {Symbol{"version"}, agent.metadata.version}});
    std::vector<std::string> plugins;
    for (const auto* plugin : node.data_plugins())
        plugins.push_back(plugin->declaration().metadata.name + "_data");
    const Map statistics = node.statistics();
    const Value* version = statistics.find("version");
    body.set(Symbol{"agents"}, std::move(agents));
    body.set(Symbol{"data_plugins"}, texts(std::move(plugins), true));
    body.set(Symbol{"version"}, version == nullptr ? Value() : *version);
}

}  // namespace

Value registration_body(std::string_view plugin, const agents::NodeView& node) {
    const auto inventory = node.inventory();
    if (plugin != "meta" && plugin != "inventory")
        return texts(inventory->agents, false);
    Map body = meta(*inventory);
    if (plugin == "inventory")
        add_versions(body, node);
    return body;
}

Expected<void> check_registration(const config::Config& config) {
    if (std::find(registrations.begin(), registrations.end(), config.registration) !=
        registrations.end())
        return {};
    return fail(Errc::invalid,
                "registration '" + config.registration +
                    "' is not known; there are agentlist, meta and inventory.");
}

std::string registration_collective(const config::Config& config) {
    const auto& ours = config.collectives;
    const bool known =
        std::find(ours.begin(), ours.end(), config.registration_collective) != ours.end();
    return known ? config.registration_collective : config.main_collective;
}

Registration::Registration(const Parts& parts)
    : parts_(parts), timer_(parts.io), alive_(std::make_shared<Registration*>(this)) {}

void Registration::start() {
    const config::Config& config = parts_.config;
    if (config.registerinterval.count() <= 0)
        return;
    if (const auto known = check_registration(config); !known)
        return parts_.log.error("{} This node does not register.", known.error().message);
    if (!config.registration_collective.empty() &&
        config.registration_collective != registration_collective(config))
        parts_.log.warn("registration_collective '{}' is not one of ours; {} is used",
                        config.registration_collective,
                        config.main_collective);
    std::random_device random;
    std::chrono::milliseconds delay{0};
    if (config.registration_splay)
        delay = std::chrono::milliseconds(std::uniform_int_distribution<std::int64_t>(
            0, std::chrono::milliseconds(config.registerinterval).count() - 1)(random));
    schedule(delay);
}

void Registration::schedule(std::chrono::milliseconds delay) {
    timer_.expires_after(delay);
    timer_.async_wait([alive = std::weak_ptr(alive_)](SystemError error) {
        const auto there = alive.lock();
        if (error || !there)
            return;
        if (const auto sent = (*there)->publish(); !sent)
            (*there)->parts_.log.warn("Registration failed: {}", sent.error().message);
        (*there)->schedule((*there)->parts_.config.registerinterval);
    });
}

Expected<void> Registration::publish() const {
    constexpr const char* agent = "registration";
    const std::string collective = registration_collective(parts_.config);
    const auto& ours = parts_.config.collectives;
    if (std::find(ours.begin(), ours.end(), collective) == ours.end())
        return fail(Errc::invalid,
                    "main_collective '" + collective + "' is not one of the collectives");
    message::Claims claims;
    MCO_TRY(id, message::fresh_request_id());
    claims.id = std::move(id);
    claims.sender = parts_.node.identity();
    claims.caller = parts_.provider.caller_id();
    claims.collective = collective;
    claims.agent = agent;
    claims.time = parts_.clock.now();
    claims.ttl = parts_.config.ttl;
    claims.filter.agents = {agent};
    claims.reply_to = parts_.connector.reply_address(transport::ReplyQueue{collective, agent, 0});
    claims.body = registration_body(parts_.config.registration, parts_.node);
    MCO_TRY(sealed, parts_.provider.seal_request(claims));
    return parts_.connector.publish(
        {transport::Broadcast{collective, agent}, claims.reply_to, std::move(sealed), claims.ttl});
}

}  // namespace mco::daemon
