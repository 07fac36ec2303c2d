// What NativeReading is made of: a function for each type, and what decides whether it may be used.
// All of them: any worker thread, several at a time. `root` is the folder that holds etc, var and
// so on; errors name the file or the program.
#pragma once

#include "core/error.hpp"
#include "core/ral/resource.hpp"
#include "core/time.hpp"
#include "puppet/ral/native.hpp"
#include "system/clock.hpp"
#include "system/process.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mco::puppet {

/// `below` the root, without a slash at its front.
std::string path_in(const std::string& root, std::string_view below);

/// Whether Puppet would answer for the type from the sources that we read (resources §3). Looks at
/// the file system only.
bool reads_as_puppet(std::string_view type, const PluginFolders& folders, const std::string& root);

/// From passwd, shadow and group. Errors: io, limit.
Expected<std::vector<ral::Resource>> read_users(const std::string& root);
Expected<std::vector<ral::Resource>> read_groups(const std::string& root);

/// From etc/hosts, what Puppet's own pattern takes for an entry. Errors: not_found, io, limit.
Expected<std::vector<ral::Resource>> read_hosts(const std::string& root);

/// What dpkg knows and has not forgotten. Errors: not_found, io, limit.
Expected<std::vector<ral::Resource>> read_packages(const std::string& root);

/// systemctl, and how long it may take.
struct Systemctl {
    system::Runner& runner;
    const system::Clock& clock;
    Monotonic deadline;

    /// Whatever its exit code is. Errors: timed_out, not_found, io, limit (too much output).
    Expected<system::Finished> run(std::vector<std::string> words) const;
};

/// The unit files of type service that Puppet's own pattern takes, templates included. Errors: as
/// Systemctl, and io if systemd does not answer.
Expected<std::vector<ral::Resource>> read_services(const Systemctl& systemctl);

/// The same for one title; also for what is not listed and yet known to systemd, such as names
/// without `.service` and generated units. Absent where systemd has no unit of that name: another
/// provider of Puppet's may know it.
Expected<std::optional<ral::Resource>> read_service(const Systemctl& systemctl,
                                                    const std::string& title);

}  // namespace mco::puppet
