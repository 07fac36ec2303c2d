// Which processes run on this node, read from /proc.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace mco::puppet {

/// Cheap to copy; nothing is cached. Any thread.
class ProcessTable {
  public:
    /// `root` is another directory only in tests.
    explicit ProcessTable(std::string root = "/proc") : root_(std::move(root)) {}

    /// Whether the process exists and is no zombie.
    bool alive(pid_t pid) const;
    /// Whether some process was started with these words in a row; of the first only the file name
    /// counts, and an interpreter may stand before it.
    bool runs(const std::vector<std::string>& words) const;

  private:
    std::string root_;
};

/// The pid that a pid or lock file holds; absent if there is none.
std::optional<pid_t> read_pid(const std::string& file);

}  // namespace mco::puppet
