// Who holds a lock on a file.
#pragma once

#include <optional>
#include <string>

#include <sys/types.h>

namespace mco::package {

struct LockHolder {
    pid_t pid = 0;
    std::string program;  ///< its name, as the kernel knows it; empty if it has just ended
};

/// The process that holds a POSIX lock for writing on the file, as apt and dpkg take it; absent if
/// there is none, or it cannot be seen. Takes no lock itself. Any thread.
std::optional<LockHolder> lock_holder(const std::string& file);

}  // namespace mco::package
