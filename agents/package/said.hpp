// What apt and dpkg say while they work, and what of that matters.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mco::package {

/// As it would stand in a file: without what was written over (progress), control characters and
/// ill-formed bytes; the last 64 KiB, beginning with a whole line.
std::string tidy(std::string_view output);

/// Its last errors as one text: lines of apt (`E: …`), of dpkg and of maintainer scripts; without
/// any such line the last line. Empty if it says nothing.
std::string complaint_in(std::string_view output);

/// Lines with which apt says that indexes are not as they should be, though it ends with 0: `E:`
/// and `W:`.
std::vector<std::string> troubles_in(std::string_view output);

/// Whether some index could not be had: what is known of packages is old, then.
bool has_old_indexes(const std::vector<std::string>& troubles);

/// The lock that somebody else has.
struct LockFailure {
    std::string file;
    std::string holder;  ///< as it was said: `1234 (apt-get)`, `1234`; empty if it was not
    bool operator==(const LockFailure&) const = default;
};

/// The lock for which a program that failed gave up; absent if it failed for another reason.
std::optional<LockFailure> lock_failure_in(std::string_view output);

}  // namespace mco::package
