// Decides what a `runonce` request comes to: a refusal, a signal to the daemon, or a command line
// (client and agents §5.1.4). Pure.
#pragma once

#include "core/error.hpp"
#include "core/value.hpp"
#include "puppet/settings.hpp"
#include "puppet/state.hpp"

#include <string>
#include <vector>

namespace mco::puppet {

struct RunPlan {
    bool signal_daemon = false;        ///< instead of starting a process
    std::vector<std::string> command;  ///< to be executed as it stands
    std::string text;                  ///< the same as the reply tells it
};

/// `inputs` are those of the action, validated against its declaration. An Error's message is the
/// reply's. `has_serverport`: Puppet prefers that setting to masterport.
Expected<RunPlan> plan_run(const Map& inputs,
                           const Settings& settings,
                           const State& state,
                           bool has_serverport = false);

}  // namespace mco::puppet
