// Which processes run on this node, read from /proc.
#pragma once

#include <cstddef>
#include <cstdint>
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
    /// When the process was started, in clock ticks since the machine was; so it is not mistaken
    /// for a later one of the same number. Absent if it does not exist or is a zombie.
    std::optional<std::uint64_t> start_time(pid_t pid) const;
    /// The session that the process belongs to; absent as above.
    std::optional<pid_t> session(pid_t pid) const;
    /// The live process of Puppet that wrote its number into `file`: it began before the file was
    /// written. Absent if there is none, also where another program has that number by now.
    std::optional<pid_t> holder(const std::string& file) const;
    /// Sends a signal to that process and to no other; false if there is none.
    bool signal_holder(const std::string& file, int signal) const;
    /// Whether some process was started with these words in a row; of the first only the file name
    /// counts, and an interpreter may stand before it.
    bool runs(const std::vector<std::string>& words) const;

  private:
    std::vector<std::string> figures(pid_t pid) const;
    bool is_puppet(pid_t pid) const;
    std::optional<double> began(pid_t pid) const;

    std::string root_;
};

/// The pid that a pid or lock file holds; absent if there is none.
std::optional<pid_t> read_pid(const std::string& file);

}  // namespace mco::puppet
