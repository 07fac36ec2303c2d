#include "agents/puppetral/foresight.hpp"

#include "core/text/ruby.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>

namespace mco::puppetral {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds longest_policy_query(10'000);

std::string text_parameter(const ral::Resource& resource, std::string_view name) {
    const Value* const value = resource.parameters.find(name);
    return value ? text::to_s(*value) : std::string();
}

/// What is to be removed, or is described without being there, needs nothing.
bool is_wanted(const ral::Resource& resource) {
    const std::string ensure = text_parameter(resource, "ensure");
    return ensure != "absent" && ensure != "purged" && ensure != "false";
}

bool brings(const std::vector<ral::Resource>& all,
            std::string_view type,
            const std::string& title) {
    return std::any_of(all.begin(), all.end(), [&](const ral::Resource& resource) {
        return resource.type == type && resource.title == title && is_wanted(resource);
    });
}

bool is_number(const std::string& text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
}

bool is_group(const ral::GroupNames& groups, const std::string& name) {
    return std::any_of(groups.begin(), groups.end(), [&](const auto& group) {
        return is_number(name) ? std::to_string(group.first) == name : group.second == name;
    });
}

/// A number that another resource of the same request gives its group.
bool brings_gid(const std::vector<ral::Resource>& all, const std::string& gid) {
    return std::any_of(all.begin(), all.end(), [&](const ral::Resource& resource) {
        return resource.type == "group" && text_parameter(resource, "gid") == gid;
    });
}

std::string missing_groups(const ral::Resource& user,
                           const ral::GroupNames& groups,
                           const std::vector<ral::Resource>& all) {
    std::vector<std::string> wanted;
    if (const Value* const list = user.parameters.find("groups"); list && list->array())
        for (const Value& name : *list->array())
            wanted.push_back(text::to_s(name));
    else if (list)
        wanted.push_back(text::to_s(*list));
    if (std::string gid = text_parameter(user, "gid"); !gid.empty())
        wanted.push_back(std::move(gid));
    std::string missing;
    for (const std::string& name : wanted)
        if (!is_group(groups, name) && !brings(all, "group", name) && !brings_gid(all, name))
            missing += (missing.empty() ? "" : ", ") + name;
    return missing.empty() ? "" : "there is no group " + missing;
}

std::string taken_uid(const Means& means, const ral::Resource& user, Monotonic deadline) {
    const std::string uid = text_parameter(user, "uid");
    if (uid.empty() || text_parameter(user, "allowdupe") == "true")
        return "";
    const auto users = means.ral.search("user", "", deadline);
    if (!users)
        return "";
    for (const ral::Resource& other : users->resources)
        if (other.title != user.title && text_parameter(other, "uid") == uid)
            return fmt::format("uid {} is taken by {}", uid, other.title);
    return "";
}

std::string against_user(const Means& means,
                         const ral::Resource& user,
                         const std::vector<ral::Resource>& all,
                         Monotonic deadline) {
    const auto groups = means.ral.group_names();
    const std::string missing = groups ? missing_groups(user, *groups, all) : "";
    return missing.empty() ? taken_uid(means, user, deadline) : missing;
}

std::string against_group(const Means& means, const ral::Resource& group) {
    const std::string gid = text_parameter(group, "gid");
    const auto groups = means.ral.group_names();
    if (!groups || gid.empty() || text_parameter(group, "allowdupe") == "true")
        return "";
    for (const auto& [number, name] : *groups)
        if (std::to_string(number) == gid && name != group.title)
            return fmt::format("gid {} is taken by {}", gid, name);
    return "";
}

/// Of apt only: what other providers offer is asked in the network.
bool is_of_apt(const ral::Resource& package) {
    const std::string provider = text_parameter(package, "provider");
    return provider.empty() || provider == "apt";
}

/// What `apt-cache policy` says of it; absent without apt.
std::optional<std::string> policy_of(const Means& means,
                                     const std::string& name,
                                     Monotonic deadline) {
    system::Command command;
    command.argv = {"apt-cache", "policy", "--", name};
    command.environment["LC_ALL"] = "C.UTF-8";  // we read what it says
    command.timeout = std::clamp(
        std::chrono::duration_cast<milliseconds>(deadline - means.context.clock.monotonic()),
        milliseconds(1),
        longest_policy_query);
    const auto finished = means.context.runner.run(command);
    if (!finished || finished->exit_code != 0)
        return std::nullopt;
    return finished->out;
}

std::string against_package(const Means& means, const ral::Resource& package, Monotonic deadline) {
    constexpr std::string_view states[] = {"", "present", "installed", "latest", "true", "held"};
    const auto policy =
        is_of_apt(package) ? policy_of(means, package.title, deadline) : std::nullopt;
    if (!policy)
        return "";
    if (policy->find("Candidate: ") == std::string::npos ||
        policy->find("Candidate: (none)") != std::string::npos)
        return fmt::format("no package {} can be had", package.title);
    const std::string version = text_parameter(package, "ensure");
    const bool any = std::find(std::begin(states), std::end(states), version) != std::end(states);
    if (!any && policy->find(' ' + version + ' ') == std::string::npos)
        return fmt::format("version {} of {} cannot be had", version, package.title);
    return "";
}

std::string against_file(const ral::Resource& file, const std::vector<ral::Resource>& all) {
    const std::string parent = std::filesystem::path(file.title).parent_path().string();
    std::error_code error;
    const auto found = std::filesystem::status(parent, error);
    if (parent.empty() || std::filesystem::is_directory(found) || brings(all, "file", parent))
        return "";
    return fmt::format("there is no directory {}", parent);
}

}  // namespace

std::string would_fail(const Means& means,
                       const ral::Resource& resource,
                       const std::vector<ral::Resource>& all,
                       Monotonic deadline) {
    if (!is_wanted(resource))
        return "";
    if (resource.type == "user")
        return against_user(means, resource, all, deadline);
    if (resource.type == "group")
        return against_group(means, resource);
    if (resource.type == "package")
        return against_package(means, resource, deadline);
    if (resource.type == "file")
        return against_file(resource, all);
    return "";
}

}  // namespace mco::puppetral
