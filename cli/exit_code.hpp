// What the outcome of a call is for the shell.
#pragma once

#include "cli/settings.hpp"
#include "client/outcome.hpp"

namespace mco::cli {

/// The exit status of a call: 1 when it was interrupted, 2 when answers are missing and the user
/// wants that to count, otherwise that of its statistics.
int exit_code(const Settings& settings, const client::Outcome& outcome);

/// The exit status of spec 0.4; the first rule that holds decides.
int exit_code(const client::Statistics& statistics);

}  // namespace mco::cli
