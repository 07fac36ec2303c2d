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
    std::vector<std::string> modules;  ///< folders of modules, each with MODULE/lib/puppet
    std::string puppet_library;        ///< `lib/puppet` of Puppet itself
};

class NativeReading {
  public:
    /// `enabled`: plugin.puppetral.native. `root`: where the files are, `/` but in tests.
    NativeReading(bool enabled,
                  system::Runner& runner,
                  const system::Clock& clock,
                  std::string root = "/");

    /// Whether this type can be answered here as Puppet would answer it; otherwise the worker is
    /// asked. Looks at a few files; any thread.
    bool can_read(std::string_view type, const PluginFolders& folders) const;

    /// All resources of the type, sorted by title. Packages: those of dpkg only. Any worker thread.
    /// Errors: io, timed_out, malformed, naming the file or the program.
    Expected<std::vector<ral::Resource>> read(std::string_view type, Monotonic deadline) const;

    /// One of them; absent where the type has none of that title. Cheaper than read() for services.
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

}  // namespace mco::puppet
