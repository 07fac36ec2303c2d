// The daemons that run on this machine, from /proc.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace mco::doctor {

struct DaemonFacts {
    pid_t pid = 0;
    std::string config;   ///< absolute path it was started with; empty: the usual one
    std::string pidfile;  ///< likewise; empty: none
};

/// Processes called mcollectived; those of other users are seen, too.
std::vector<DaemonFacts> find_daemons();

/// Pure: the words of a command line; relative paths are below `directory`.
DaemonFacts read_command_line(pid_t pid,
                              const std::vector<std::string>& words,
                              const std::string& directory);

/// Is the process connected to one of the ports, on whatever host? Absent when that cannot be seen.
std::optional<bool> is_connected(pid_t pid, const std::vector<std::uint16_t>& ports);

/// Pure: the inodes of established connections to one of the ports, from /proc/net/tcp or tcp6.
std::vector<std::string> connections_to(std::string_view table,
                                        const std::vector<std::uint16_t>& ports);

}  // namespace mco::doctor
