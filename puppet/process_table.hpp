// Which processes run on this node, read from /proc.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace mco::puppet {

/// A process, told from a later one of its number by when it was started: see start_time().
struct LiveProcess {
    pid_t pid = 0;
    std::uint64_t started = 0;
    bool operator==(const LiveProcess&) const = default;
};

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
    /// All that descend from the process, each after its parent, without itself.
    std::vector<LiveProcess> descendants(pid_t pid) const;
    /// Sends a signal to this process and to no later one; false if it has ended.
    bool signal(const LiveProcess& process, int signal) const;
    /// Whether some process was started with these words in a row; of the first only the file name
    /// counts, and an interpreter may stand before it.
    bool runs(const std::vector<std::string>& words) const;

  private:
    std::vector<std::string> figures(pid_t pid) const;
    std::vector<pid_t> all() const;
    bool is_puppet(pid_t pid) const;
    std::optional<double> began(pid_t pid) const;

    std::string root_;
};

/// The pid that a pid or lock file holds; absent if there is none.
std::optional<pid_t> read_pid(const std::string& file);

}  // namespace mco::puppet
