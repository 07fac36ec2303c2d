// Runs one daemon as a program: from its configuration to its end.
#pragma once

#include "core/error.hpp"
#include "daemon/options.hpp"

#include <string>

namespace mco::daemon {

/// Serves until a signal ends it, or only checks and returns. Errors are for standard error; the
/// log has them, too, once there is one. To be called before any thread exists.
Expected<void> serve(const Options& options, const std::string& version);

/// All settings in effect with their origins, without secrets.
Expected<std::string> printed_config(const Options& options);

}  // namespace mco::daemon
