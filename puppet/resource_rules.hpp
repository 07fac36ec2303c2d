// Which resources requests may touch: the lists of the configuration, and what Puppet manages
// (client and agents §5.1.1, §5.1.4).
#pragma once

#include "core/config/config.hpp"
#include "core/error.hpp"

#include <string>
#include <string_view>

namespace mco::puppet {

/// A resource as a request names it.
struct ResourceName {
    std::string type;   ///< lower case
    std::string title;  ///< as given

    /// `Type[title]`, as Puppet writes it.
    std::string reference() const;
};

/// ASCII letters in lower case; others stay.
std::string lower_case(std::string_view text);

/// The lists of one agent: `plugin.AGENT.resource_type_whitelist` and its siblings. All agents that
/// change resources on request (puppet, puppetral) are bound by this code, each by its own lists.
struct ResourceLists {
    const config::Config& config;
    std::string agent;
};

/// Whether the lists let requests touch it. Without a list of types nothing is; a type without a
/// list of names is free. Files and the like are compared by their cleaned paths, services without
/// `.service`, and what is denied of packages without the architecture, so that `/etc//passwd` or
/// `sshd.service` is no way around. An Error is what the caller is told.
Expected<void> check_lists(const ResourceName& name, const ResourceLists& lists);

/// Whether some list of names is about that type.
bool has_name_list(const std::string& type, const ResourceLists& lists);

/// Whether `type[title]` is among what the last catalog managed, by Puppet's own list of it; false
/// without that file. Errors: io, limit, invalid (no such text).
Expected<bool> is_managed(const std::string& resources_file, std::string_view reference);

/// The same for a resource that a request names.
Expected<bool> is_managed(const std::string& resources_file, const ResourceName& name);

/// Refuses a resource that the last catalog managed; an Error is what the caller is told.
Expected<void> check_unmanaged(const std::string& resources_file, const ResourceName& name);

}  // namespace mco::puppet
