// What the commands that wait for Puppet runs share: preparing them, and telling what they came to.
#pragma once

#include "cli/agent_call.hpp"
#include "client/rollout/conductor.hpp"
#include "core/error.hpp"
#include "core/options/parser.hpp"

#include <string>
#include <vector>

namespace mco::puppet::application {

/// What a rollout needs besides the nodes.
struct Runs {
    cli::AgentCall call;      ///< `runonce`
    cli::AgentCall reported;  ///< the same, but with the labels of what runs come to
    client::RolloutPlan plan;
};

/// Checks the inputs of `runonce` and reads the options of rollouts, which are valid. Nothing is
/// sent. Errors: not_found, invalid.
Expected<Runs> prepare_runs(cli::Context& context, Map inputs);

client::RunOrder order_of(const cli::Context& context,
                          const Runs& runs,
                          std::vector<std::string> nodes);

/// What is shown while nodes are looked for.
cli::Showing quietly(const cli::Context& context);

/// Every node ended, none of them badly.
bool everybody_ran_well(const client::Rollout& rollout);

/// Everything that is known when a rollout is over; asks those who are missing for a sign of life.
client::Outcome outcome_of(cli::Context& context,
                           client::Session& session,
                           const Runs& runs,
                           const client::Rollout& rollout,
                           const client::Targets& targets,
                           std::vector<client::Result> results);

/// Totals, or the results in another form, and who is missing.
void print_end(cli::Context& context,
               const client::Session& session,
               const Runs& runs,
               const client::Rollout& rollout,
               const client::Outcome& outcome);

}  // namespace mco::puppet::application
