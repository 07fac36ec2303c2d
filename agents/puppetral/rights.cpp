#include "agents/puppetral/rights.hpp"

#include "core/ral/acting_types.hpp"
#include "puppet/resource_parameters.hpp"
#include "puppet/resource_rules.hpp"

#include <fmt/format.h>

namespace mco::puppetral {
namespace {

constexpr const char* agent_name = "puppetral";

/// A list of what must not be run leaves everything else open.
Expected<void> check_exec(const config::Config& config, const puppet::ResourceName& name) {
    const std::string setting = std::string(agent_name) + ".resource_name_whitelist.exec";
    if (name.type == "exec" && !config.plugin_setting(setting))
        return fail(Errc::denied, "Commands have to be listed by name (plugin." + setting + ")");
    return {};
}

Expected<void> check_one(const Means& means,
                         const ral::Resource& resource,
                         const std::string& resources_file) {
    const puppet::ResourceName name{resource.type, resource.title};
    const puppet::ResourceLists lists{means.context.config, agent_name};
    MCO_CHECK(puppet::check_lists(name, lists));
    MCO_CHECK(check_exec(means.context.config, name));
    if (!means.settings.allow_managed || puppet::has_name_list(name.type, lists))
        MCO_CHECK(puppet::check_no_reach(name, resource.parameters));
    if (means.settings.allow_managed)
        return {};
    return puppet::check_unmanaged(resources_file, name);
}

/// Puppet's own list of what it manages, if `apply` may change anything at all.
Expected<std::string> managed_by_puppet(const Means& means, Monotonic deadline) {
    if (means.settings.apply != Applying::everything)
        return fail(Errc::denied, "Nothing is changed by apply here (plugin.puppetral.apply)");
    MCO_TRY(paths, means.paths(deadline));
    return paths->resources;
}

tl::unexpected<Error> denied_for(const ral::Resource& resource, const Error& why) {
    return fail(Errc::denied, resource.reference() + ": " + why.message);
}

}  // namespace

Expected<void> check_create(const Means& means, const ral::Resource& resource, Monotonic deadline) {
    if (means.settings.apply == Applying::nothing)
        return fail(Errc::denied, "Nothing is changed here (plugin.puppetral.apply)");
    MCO_TRY(paths, means.paths(deadline));
    if (const auto allowed = check_one(means, resource, paths->resources); !allowed)
        return denied_for(resource, allowed.error());
    return {};
}

Expected<void> check_apply(const Means& means,
                           const std::vector<ral::Resource>& resources,
                           Monotonic deadline) {
    MCO_TRY(managed, managed_by_puppet(means, deadline));
    for (const ral::Resource& resource : resources)
        if (const auto allowed = check_one(means, resource, managed); !allowed)
            return denied_for(resource, allowed.error());
    return {};
}

std::vector<std::string> refusals(const Means& means,
                                  const std::vector<ral::Resource>& resources,
                                  Monotonic deadline) {
    const auto managed = managed_by_puppet(means, deadline);
    std::vector<std::string> whys;
    for (const ral::Resource& resource : resources) {
        const auto allowed = managed ? check_one(means, resource, *managed)
                                     : Expected<void>(tl::unexpected(managed.error()));
        whys.push_back(allowed ? "" : allowed.error().message);
    }
    return whys;
}

Expected<void> check_preview(const Means& means, const std::vector<ral::Resource>& resources) {
    if (means.settings.apply == Applying::nothing)
        return fail(Errc::denied, "Nothing is compared or applied here (plugin.puppetral.apply)");
    for (const ral::Resource& resource : resources) {
        if (const auto why = ral::why_acting(resource.type); !why.empty())
            return fail(Errc::invalid,
                        fmt::format("{}: Puppet cannot tell what it would do without doing "
                                    "something: {}",
                                    resource.reference(),
                                    why));
        if (!means.settings.show_content &&
            puppet::tells_content(resource.type, resource.parameters))
            return fail(Errc::denied,
                        resource.reference() +
                            ": What it differs in would tell the content of a "
                            "file (plugin.puppetral.show_content)");
    }
    return {};
}

}  // namespace mco::puppetral
