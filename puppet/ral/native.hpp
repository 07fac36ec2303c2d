// Resources read without Ruby: user, group, host, package (dpkg) and service (systemd), equal to
// Puppet's own answer on every attribute (resources §3).
#pragma once

#include "core/error.hpp"
#include "core/ral/canonical.hpp"
#include "core/ral/resource.hpp"
#include "core/time.hpp"
#include "system/clock.hpp"
#include "system/process.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mco::puppet {

/// What decides whether Puppet would answer from the same sources. Empty: unknown, not looked at.
struct PluginFolders {
    std::string libdir;                ///< where plug-ins are synchronised to
    std::vector<std::string> modules;  ///< modules, with lib/puppet in them, or folders of such
    std::string puppet_library;        ///< of Puppet itself: the folder with puppet/type, or that
                                       ///< with type
};

class NativeReading {
  public:
    /// `enabled`: plugin.puppetral.native. `root`: where the files are, `/` but in tests.
    NativeReading(bool enabled,
                  system::Runner& runner,
                  const system::Clock& clock,
                  std::string root = "/");

    /// Whether this type can be answered here as Puppet would answer it; otherwise the worker is
    /// asked. The type host is one only where Puppet 5 or the module host_core is in the folders,
    /// or where neither modules nor Puppet's library are known. Looks at a few files; any thread.
    bool can_read(std::string_view type, const PluginFolders& folders) const;

    /// All resources of the type, sorted by title. Packages: those of dpkg only. Any worker thread.
    /// Errors: invalid (not one of the five), not_found, io, limit, timed_out; they name the file
    /// or the program.
    Expected<std::vector<ral::Resource>> read(std::string_view type, Monotonic deadline) const;

    /// One of them; absent where the type has none of that title. Cheaper than read() for services;
    /// there, titles without `.service` and units that are not listed are answered as well.
    Expected<std::optional<ral::Resource>> read(std::string_view type,
                                                std::string_view title,
                                                Monotonic deadline) const;

    /// Names of the node's groups, for the canonical form. Errors: io.
    Expected<ral::GroupNames> group_names() const;

  private:
    bool enabled_;
    system::Runner& runner_;
    const system::Clock& clock_;
    std::string root_;
};

/// A line for each resource with bytes that were not UTF-8, as hints to go with an answer.
std::vector<std::string> scrubbed_warnings(const std::vector<ral::Resource>& resources);

}  // namespace mco::puppet
