// mco-broker as a program: from its settings to its end.
#pragma once

#include "broker/settings.hpp"

namespace mco::broker {

/// Prints the hash of the password on standard input's first line. Returns the exit code.
int print_password_hash();

/// Serves until SIGTERM or SIGINT. Returns the exit code.
int serve(const Settings& settings);

}  // namespace mco::broker
