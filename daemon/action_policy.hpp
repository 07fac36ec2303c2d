// Authorisation by policy files (client and agents §6): the provider `action_policy`.
#pragma once

#include "agents/agent.hpp"
#include "core/config/config.hpp"
#include "core/error.hpp"
#include "daemon/authorizer.hpp"
#include "system/clock.hpp"
#include "system/log.hpp"

#include <memory>

namespace mco::daemon {

/// What `rpcauthorization` and `rpcauthprovider` ask for; null when authorisation is off. All of
/// the arguments outlive it; the node may still be under construction and is asked only from
/// authorize(). What makes the setting weaker than it looks is logged here. Errors: invalid (a
/// provider that is unknown).
Expected<std::unique_ptr<Authorizer>> make_authorizer(const config::Config& config,
                                                      const agents::NodeView& node,
                                                      const system::Clock& clock,
                                                      system::Log& log);

}  // namespace mco::daemon
