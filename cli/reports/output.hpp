// Where a report goes.
#pragma once

#include "core/error.hpp"

#include <string>
#include <string_view>

namespace mco::reports {

/// Nothing is written yet: whether `path` can be, so that nobody is asked in vain. Errors: io.
Expected<void> check_writable(const std::string& path);

/// A regular file is replaced in one step, keeping its mode, and a symbolic link stays one; a pipe
/// or device is written to. Errors: io.
Expected<void> write_report(const std::string& path, std::string_view text);

}  // namespace mco::reports
