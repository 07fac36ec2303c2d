// mco-broker as a program: from its settings to its end.
#pragma once

#include "broker/settings.hpp"

namespace mco::broker {

/// Prints the hash of the password on standard input's first line. Returns the exit code.
int print_password_hash();

/// Whether the broker would start with these settings, as the user who asks: reads users and
/// certificates and looks at the folders of what it would write. Listens nowhere, makes nothing.
/// Warnings go to standard error. Errors: invalid, denied, io.
Expected<void> check(const Settings& settings);

/// Serves until SIGTERM or SIGINT. Returns the exit code.
int serve(const Settings& settings);

}  // namespace mco::broker
