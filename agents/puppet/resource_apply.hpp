// Lets Puppet apply a catalog of one resource, aside from its own runs (client and agents §5.1.4).
#pragma once

#include "core/error.hpp"
#include "puppet/paths.hpp"
#include "puppet/resource_rules.hpp"
#include "puppet/settings.hpp"
#include "system/process.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace mco::puppet {

/// What became of a resource.
struct Applied {
    bool failed = false;
    bool changed = false;
    std::string result;  ///< the log lines, or `no output produced`
};

/// The command that applies the catalog from its standard input: with the node's own files and
/// types, but writing what a run leaves behind (summary, report, lists, state) into `directory`.
/// It sends no report, asks no node classifier and runs no command of puppet.conf.
std::vector<std::string> apply_command(const Settings& settings,
                                       const Paths& paths,
                                       const std::string& directory);

/// Reads the report of such a run. `errors` is what it printed to standard error: it says what is
/// wrong with a catalog that Puppet did not take. Errors: io, malformed, limit.
Expected<Applied> read_outcome(const std::string& report_file,
                               const ResourceName& name,
                               const std::string& errors);

/// Runs it in a directory of its own that only we can enter and that is gone afterwards. Blocks for
/// at most `limit`. Errors: those of the process and of read_outcome().
Expected<Applied> apply_catalog(const Settings& settings,
                                const Paths& paths,
                                const ResourceName& name,
                                const std::string& catalog,
                                std::chrono::milliseconds limit,
                                system::Runner& runner);

}  // namespace mco::puppet
