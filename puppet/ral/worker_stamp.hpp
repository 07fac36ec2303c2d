// Tells whether what a worker has loaded is still what is on disk (resources §1, §2 trap 14).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace mco::puppet {

/// Of a set of files; equal ones mean that none was changed, added or removed.
struct WorkerStamp {
    std::uint64_t sum = 0;
    std::size_t files = 0;
    bool operator==(const WorkerStamp&) const = default;
};

/// Of these files, whether they are there or not, and of all files below the folders; links to
/// directories are not followed. Looks at 5,000 at most, 0.2 ms for each hundred. Any thread.
WorkerStamp stamp_of(const std::vector<std::string>& files,
                     const std::vector<std::string>& folders);

}  // namespace mco::puppet
