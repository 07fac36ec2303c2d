// `mco puppet runall` and `mco puppet runonce --wait`: runs that are waited for (spec 1.10, 5.1.5).
#pragma once

#include "cli/application.hpp"
#include "core/error.hpp"
#include "core/options/parser.hpp"
#include "core/value.hpp"

#include <string_view>
#include <vector>

namespace mco::puppet::application {

std::vector<options::OptionSpec> rollout_options();

/// Errors (invalid): an option that `action` knows nothing of, or a value that makes no sense.
Expected<void> check_rollout_options(const options::Parsed& parsed, std::string_view action);

/// Whether `runonce` is to tell how the runs end.
bool waits_for_runs(const options::Parsed& parsed);

/// `runonce` with these inputs on the nodes of the user's filter, all at once or in waves. Exit
/// code: 0 all ran and none failed, 1 no node was found, 2 otherwise, 3 nobody answered.
Expected<int> runonce_and_wait(cli::Context& context, Map inputs);

/// The same on all that are enabled, as many at once as the command line says; for ever with
/// --rerun. Exit code: 0, 1 interrupted, 2 somebody failed.
Expected<int> runall(cli::Context& context, Map inputs);

}  // namespace mco::puppet::application
