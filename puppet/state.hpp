// What the Puppet agent of this node is doing (client and agents §5.1.3).
#pragma once

#include "core/error.hpp"
#include "puppet/paths.hpp"
#include "puppet/process_table.hpp"
#include "puppet/settings.hpp"

#include <cstdint>
#include <string>

namespace mco::puppet {

struct State {
    bool enabled = true;
    bool applying = false;
    bool daemon_present = false;
    std::string disable_message;  ///< empty while enabled

    bool idling() const { return daemon_present && !applying; }

    /// disabled, applying a catalog, idling or stopped.
    std::string status() const;
};

State read_state(const Paths& paths, const Settings& settings, const ProcessTable& processes);

/// `2 days 3 hours 4 minutes 05 seconds` and its shorter forms.
std::string human_duration(std::int64_t seconds);

/// How long ago the last completed run was, in words: `40 seconds ago`, `never` (lastrun is 0), or
/// that it is to come, which a clock must have got wrong. Both in seconds since the epoch.
std::string last_run_text(std::int64_t lastrun, std::int64_t now);

/// Removes the lock that disables the agent. Errors: invalid (it is enabled), io.
Expected<void> enable(const Paths& paths);

/// Writes the lock, whole or not at all. Errors: invalid (it is disabled already), io.
Expected<void> disable(const Paths& paths, const std::string& message);

}  // namespace mco::puppet
