// What the actions of the agent work with, and how they read their inputs.
#pragma once

#include "agents/agent.hpp"
#include "agents/puppetral/settings.hpp"
#include "core/error.hpp"
#include "core/ral/resource.hpp"
#include "core/time.hpp"
#include "core/value.hpp"
#include "puppet/local_puppet.hpp"
#include "puppet/ral/ral.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

namespace mco::puppetral {

struct Means {
    const agents::AgentContext& context;
    puppet::LocalPuppet& puppet;
    puppet::Ral& ral;
    Settings settings;

    /// When an action that begins now has to be done, such that its answer comes before the caller
    /// is told that there is none.
    Monotonic deadline() const;

    /// Where Puppet keeps its files. Errors: those of PathFinder.
    Expected<std::shared_ptr<const puppet::Paths>> paths(Monotonic deadline) const;

    /// The resource as a caller may see it.
    ral::Resource shown(ral::Resource resource) const;
};

/// The input as text; empty if it is not there.
std::string text_input(const Map& inputs, std::string_view name);

/// The input as a boolean, `fallback` if it is not there.
bool flag_input(const Map& inputs, std::string_view name, bool fallback);

}  // namespace mco::puppetral
