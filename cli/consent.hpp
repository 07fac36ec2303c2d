// Before something is changed on very many nodes that no filter chose, whoever sits at the terminal
// is asked.
#pragma once

#include "cli/application.hpp"
#include "client/agent_call.hpp"

#include <string>
#include <vector>

namespace mco::cli {

/// The call may be one of those: then its nodes have to be known before it is sent.
bool may_need_consent(const Context& context, const client::AgentCall& call);

/// Asks if the call is one of those. Errors: denied when the answer is not yes.
Expected<void> ask_consent(Context& context,
                           const client::AgentCall& call,
                           const std::vector<std::string>& nodes);

}  // namespace mco::cli
