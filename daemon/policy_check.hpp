// `mcollectived --check-policy`: files for the folder `policies`, before anybody puts them there.
#pragma once

#include "core/error.hpp"

#include <string>
#include <vector>

namespace mco::daemon {

/// Each of `words` is FILE or NAME=FILE, where NAME says what the file will be called (`groups`,
/// `puppet.policy`, `uk/puppet.policy`), which decides what may stand in it; a word that begins
/// with / or . is a FILE as a whole. No configuration is read, and whose the files are does not
/// matter yet. Errors: invalid, with a line NAME:LINE: REASON for everything that would keep the
/// daemon from using a file, and a line for every file that cannot be read.
Expected<void> check_policies(const std::vector<std::string>& words);

}  // namespace mco::daemon
