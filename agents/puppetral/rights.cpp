#include "agents/puppetral/rights.hpp"

#include "puppet/resource_parameters.hpp"
#include "puppet/resource_rules.hpp"

#include <string>
#include <utility>

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

}  // namespace

Expected<void> check_change(const Means& means,
                            const std::vector<ral::Resource>& resources,
                            Monotonic deadline) {
    MCO_TRY(paths, means.paths(deadline));
    for (const ral::Resource& resource : resources)
        if (const auto allowed = check_one(means, resource, paths->resources); !allowed)
            return fail(Errc::denied, resource.reference() + ": " + allowed.error().message);
    return {};
}

Expected<void> check_preview(const Means& means, const std::vector<ral::Resource>& resources) {
    if (means.settings.apply == Applying::nothing)
        return fail(Errc::denied, "Nothing is compared or applied here (plugin.puppetral.apply)");
    for (const ral::Resource& resource : resources) {
        if (puppet::acts_in_noop(resource.type))
            return fail(Errc::invalid,
                        resource.reference() +
                            ": Puppet cannot tell what it would do without doing something");
        if (!means.settings.show_content &&
            puppet::tells_content(resource.type, resource.parameters))
            return fail(Errc::denied,
                        resource.reference() + ": What it differs in would tell the content of a "
                                               "file (plugin.puppetral.show_content)");
    }
    return {};
}

}  // namespace mco::puppetral
