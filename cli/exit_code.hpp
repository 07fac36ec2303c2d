// What the outcome of a call is for the shell.
#pragma once

#include "client/outcome.hpp"

namespace mco::cli {

/// The exit status of spec 0.4; the first rule that holds decides.
int exit_code(const client::Statistics& statistics);

}  // namespace mco::cli
