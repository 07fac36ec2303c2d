// The Puppet of this node, as the agent and its data plug-ins share it.
#pragma once

#include "agents/agent.hpp"
#include "agents/puppet/paths.hpp"
#include "agents/puppet/settings.hpp"

namespace mco::puppet {

struct LocalPuppet {
    LocalPuppet(Settings read, system::Runner& runner, system::Log& log)
        : settings(std::move(read)), finder(settings, runner, log) {}

    const Settings settings;
    PathFinder finder;
};

/// Made at the first use within a node, from the settings as they are then; nothing is started.
/// Throws std::invalid_argument if a setting cannot be used. Any thread.
LocalPuppet& local_puppet(const agents::AgentContext& context);

/// Whether the puppet agent is switched on here, as the daemon decides it.
bool is_switched_on(const config::Config& config);

}  // namespace mco::puppet
