// What a node needs besides configuration, credentials and broker: its daemon, the files it reads
// and writes, Puppet.
#pragma once

#include "cli/doctor/daemon_facts.hpp"
#include "cli/doctor/file_facts.hpp"
#include "cli/doctor/finding.hpp"
#include "core/config/config.hpp"
#include "core/config/environment.hpp"
#include "core/time.hpp"

#include <string>
#include <vector>

namespace mco::doctor {

struct NodeSubject {
    const config::Config& config;
    Observer observer;
    config::Environment environment;
    TimePoint now;
};

Findings check_node(const NodeSubject& subject);

/// Pure: does a daemon run with this configuration? `usual`: the file is the one that is read when
/// none is named.
Finding judge_daemons(const std::vector<DaemonFacts>& daemons,
                      const std::string& config_file,
                      bool usual);

/// Pure: a file that the daemon writes. Not as root only what is certain is said.
Finding judge_written(const std::string& check, const FileFacts& file, const Observer& observer);

/// Pure: a file with facts; nobody wrote it for too long is a warning.
Finding judge_facts(const FileFacts& file, const Observer& observer, TimePoint now);

/// The policies, if they decide here.
Findings check_policies(const config::Config& config, const Observer& observer);

}  // namespace mco::doctor
