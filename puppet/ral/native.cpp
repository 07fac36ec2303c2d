#include "puppet/ral/native.hpp"

#include "puppet/ral/native_accounts.hpp"
#include "puppet/ral/native_shape.hpp"
#include "puppet/ral/native_types.hpp"

#include <algorithm>
#include <utility>

namespace mco::puppet {
namespace {

Expected<std::vector<ral::Resource>> read_any(std::string_view type,
                                              const std::string& root,
                                              const Systemctl& systemctl) {
    if (type == "user")
        return read_users(root);
    if (type == "group")
        return read_groups(root);
    if (type == "host")
        return read_hosts(root);
    if (type == "package")
        return read_packages(root);
    if (type == "service")
        return read_services(systemctl);
    return fail(Errc::invalid, "the type " + std::string(type) + " is not read without Puppet");
}

/// The names of those that have lost bytes.
std::string scrubbed_parts(const ral::Resource& resource) {
    std::string parts = ral::is_scrubbed(resource.title) ? "its name" : "";
    for (const auto& [name, value] : resource.parameters.entries())
        if (ral::is_scrubbed(value))
            (parts += parts.empty() ? "" : ", ") += *name.text();
    return parts;
}

}  // namespace

NativeReading::NativeReading(bool enabled,
                             system::Runner& runner,
                             const system::Clock& clock,
                             std::string root)
    : enabled_(enabled), runner_(runner), clock_(clock), root_(std::move(root)) {}

bool NativeReading::can_read(std::string_view type, const PluginFolders& folders) const {
    return enabled_ && reads_as_puppet(type, folders, root_);
}

Expected<std::vector<ral::Resource>> NativeReading::read(std::string_view type,
                                                         Monotonic deadline) const {
    auto resources = read_any(type, root_, {runner_, clock_, deadline});
    if (resources)
        std::sort(resources->begin(), resources->end(), [](const auto& left, const auto& right) {
            return left.title < right.title;
        });
    return resources;
}

Expected<std::optional<ral::Resource>> NativeReading::read(std::string_view type,
                                                           std::string_view title,
                                                           Monotonic deadline) const {
    if (type == "service")
        return read_service({runner_, clock_, deadline}, std::string(title));
    MCO_TRY(resources, read(type, deadline));
    const auto found = std::find_if(resources.begin(), resources.end(), [&](const auto& resource) {
        return resource.title == title;
    });
    return found == resources.end() ? std::nullopt : std::optional(std::move(*found));
}

Expected<ral::GroupNames> NativeReading::group_names() const {
    MCO_TRY(groups, read_group(root_));
    ral::GroupNames names;
    for (const auto& group : groups)
        if (can_be_looked_up(group.name))
            names.emplace(group.gid, scrubbed(group.name));
    return names;
}

std::vector<std::string> scrubbed_warnings(const std::vector<ral::Resource>& resources) {
    std::vector<std::string> warnings;
    for (const auto& resource : resources)
        if (const auto parts = scrubbed_parts(resource); !parts.empty())
            warnings.push_back(resource.reference() + ": not UTF-8: " + parts);
    return warnings;
}

}  // namespace mco::puppet
