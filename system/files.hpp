// Whole files: read with a bound, written atomically, watched by their stamps.
#pragma once

#include "core/error.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <sys/types.h>

namespace mco::system {

/// The bytes of a regular file. Errors: not_found, io, limit (larger than `limit`).
Expected<std::string> read_file(const std::string& path, std::size_t limit = 16u << 20);

/// The last bytes of a regular file, at most `limit`; empty if it cannot be read. A symbolic link
/// is not followed.
std::string read_end(const std::string& path, std::size_t limit);

/// So many bytes of an open file from `offset` on, fewer where it ends or cannot be read.
std::string read_at(int descriptor, std::int64_t offset, std::size_t limit);

/// Writes beside the target, syncs, renames: readers see the old or the new content, never half.
/// Errors: io.
Expected<void> write_file_atomically(const std::string& path,
                                     std::string_view content,
                                     mode_t mode = 0644);

/// Writes all of it to an open file, sets its mode and waits for the disk. 0, or the errno.
int write_and_sync(int descriptor, std::string_view content, mode_t mode);

/// Identifies one version of a file; two equal stamps mean the same content for our purposes.
struct FileStamp {
    std::int64_t modified_ns = 0;
    std::int64_t size = 0;
    std::uint64_t inode = 0;
    bool operator==(const FileStamp&) const = default;
};

/// Absent when there is no such file or it cannot be seen.
std::optional<FileStamp> stamp(const std::string& path);

}  // namespace mco::system
