// What the commands that wait for Puppet runs share: preparing them, and telling what they came to.
#pragma once

#include "client/agent_call.hpp"
#include "client/rollout/conductor.hpp"
#include "core/error.hpp"
#include "core/options/parser.hpp"

#include <string>
#include <vector>

namespace mco::client {

/// What a rollout needs besides the nodes.
struct Runs {
    AgentCall call;      ///< `runonce`
    AgentCall reported;  ///< the same, but with the labels of what runs come to
    RolloutPlan plan;
};

/// Checks the inputs of `runonce` and reads the options of rollouts, which are valid. Nothing is
/// sent. Errors: not_found, invalid.
Expected<Runs> prepare_runs(Context& context, Map inputs);

RunOrder order_of(const Context& context, const Runs& runs, std::vector<std::string> nodes);

/// What is shown while nodes are looked for.
Showing quietly(const Context& context);

/// Every node ended, none of them badly.
bool everybody_ran_well(const Rollout& rollout);

/// Everything that is known when a rollout is over; asks those who are missing for a sign of life.
Outcome outcome_of(Context& context,
                   Session& session,
                   const Runs& runs,
                   const Rollout& rollout,
                   const Targets& targets,
                   std::vector<Result> results);

/// Totals, or the results in another form, and who is missing.
void print_end(Context& context,
               const Session& session,
               const Runs& runs,
               const Rollout& rollout,
               const Outcome& outcome);

}  // namespace mco::client
