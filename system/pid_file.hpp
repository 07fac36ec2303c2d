// The file that says which process is the daemon (protocol §12.1).
#pragma once

#include "core/error.hpp"

#include <string>

#include <sys/types.h>

namespace mco::system {

/// Removes its file when it ends, if the file is still its own.
class PidFile {
  public:
    /// Creates the file with our process id. A file that names a live process is an error
    /// (unavailable); one that does not is replaced. Errors: unavailable, io.
    static Expected<PidFile> create(const std::string& path);

    PidFile(PidFile&& other) noexcept;
    PidFile& operator=(PidFile&&) = delete;
    PidFile(const PidFile&) = delete;
    PidFile& operator=(const PidFile&) = delete;
    ~PidFile();

  private:
    PidFile(std::string path, pid_t pid);

    std::string path_;  ///< empty after a move
    pid_t pid_;
};

}  // namespace mco::system
