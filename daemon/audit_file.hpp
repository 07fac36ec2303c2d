// The file of the audit trail: whole lines are appended, each with one write(); it rotates itself,
// and notices when others have rotated it.
#pragma once

#include "core/error.hpp"
#include "system/descriptor.hpp"

#include <cstdint>
#include <string>
#include <string_view>

#include <sys/stat.h>

namespace mco::daemon {

/// One thread at a time.
class AuditFile {
  public:
    struct Rotation {
        std::uint64_t max_size = 0;  ///< bytes; 0: it is left to others
        int keep = 10;               ///< old files: PATH.1 is the youngest
    };

    AuditFile(std::string path, Rotation rotation) : path_(std::move(path)), rotation_(rotation) {}

    /// Opens the file, creating it with mode 0640. A symbolic link is not followed: in a directory
    /// that others may write to it could lead anywhere. Errors: io.
    Expected<void> open();

    /// Writes `line` and a line end. After a write that the disk had no room for, the next line
    /// begins on a line of its own. It is not synced: that would make every call wait for the disk.
    /// Errors: io.
    Expected<void> append(std::string_view line);

    /// Opens the path anew for the next line.
    void reopen() { file_ = {}; }

  private:
    Expected<void> be_ready(std::size_t line);
    bool is_moved(struct stat& status) const;
    bool is_torn(const struct stat& status) const;
    void rotate();
    tl::unexpected<Error> trouble(const char* what, int error) const;

    const std::string path_;
    const Rotation rotation_;
    system::Descriptor file_;
    bool torn_ = false;  ///< the file ends within a line
};

}  // namespace mco::daemon
