// What the file system says of a path, and what is to be thought of files that hold secrets.
#pragma once

#include "cli/doctor/finding.hpp"
#include "core/time.hpp"

#include <cstdint>
#include <optional>
#include <string>

#include <sys/types.h>

namespace mco::doctor {

struct FileFacts {
    enum class Kind : std::uint8_t { missing, hidden, file, directory, other };

    std::string path;
    Kind kind = Kind::missing;
    std::string why;  ///< missing or hidden: what the system says
    mode_t mode = 0;  ///< permission bits
    uid_t owner = 0;
    std::string owner_name;  ///< the number if there is no name
    bool readable = false;   ///< by this process
    bool writable = false;   ///< by this process; of what is missing: it can be created
    TimePoint modified;
};

/// Never fails: what cannot be seen is `hidden`.
FileFacts look_at(const std::string& path);

/// `mode 0640, owner root`.
std::string rights_of(const FileFacts& file);

/// Who looks at the files.
struct Observer {
    uid_t uid = 0;
    std::string user;
};

Observer this_observer();

/// Why the file cannot be used at all: it is away, no file, or not readable by us. Absent when it
/// can.
std::optional<Trouble> unusable(const FileFacts& file, const Observer& observer);

/// A file that nobody but its owner and his group may read: a key, or settings with passwords.
Finding judge_secret(const std::string& check, const FileFacts& file, const Observer& observer);

/// A file that everybody may read, but only its owner write.
Finding judge_public(const std::string& check, const FileFacts& file, const Observer& observer);

}  // namespace mco::doctor
