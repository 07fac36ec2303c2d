// The configuration as `mco` or `mcollectived` would read it.
#pragma once

#include "cli/doctor/file_facts.hpp"
#include "cli/doctor/finding.hpp"
#include "core/config/config.hpp"
#include "core/config/environment.hpp"
#include "system/config_files.hpp"

#include <optional>
#include <string>
#include <vector>

namespace mco::doctor {

/// Pure: a warning of the configuration's reader; that others may read secrets is a problem.
Finding judge_diagnostic(const std::string& sentence);

/// Pure: who we are, and what we join.
Findings judge_identity(const config::Config& config);

/// Pure: settings that nobody reads, for whoever reads `config`.
Findings judge_settings(const config::Config& config, system::Program program);

/// Agents in libdir that are Ruby programs: this daemon runs none. Those that it has itself are
/// left out.
Findings check_ruby_agents(const config::Config& config);

struct Configuration {
    std::optional<config::Config> config;  ///< absent: unusable, and the findings say why
    Findings findings;
};

/// Reads the file that was named, or the first of the usual ones, as the program does.
Configuration check_configuration(system::Program program,
                                  const std::optional<std::string>& path,
                                  const config::Environment& environment,
                                  const Observer& observer);

}  // namespace mco::doctor
