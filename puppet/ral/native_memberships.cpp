#include "puppet/ral/native_memberships.hpp"

#include "puppet/ral/native_shape.hpp"
#include "puppet/ral/native_types.hpp"

#include <algorithm>
#include <filesystem>
#include <set>
#include <string_view>
#include <system_error>
#include <utility>

namespace mco::puppet {
namespace {

using Path = std::filesystem::path;

/// Whether something in the folder fits; false where it cannot be read.
template <class Fits>
bool any_in(const Path& folder, Fits fits) {
    std::error_code error;
    for (std::filesystem::directory_iterator entries(folder, error), end; !error && entries != end;
         entries.increment(error))
        if (fits(entries->path()))
            return true;
    return false;
}

/// `gems` has a folder for each version of Ruby.
bool has_ffi(const Path& gems) {
    return any_in(gems, [](const Path& version) {
        return any_in(version / "gems",
                      [](const Path& gem) { return gem.filename().string().starts_with("ffi-"); });
    });
}

}  // namespace

bool asks_c_library(const std::string& root) {
    for (const char* gems : {"opt/puppetlabs/puppet/lib/ruby/gems",
                             "usr/share/rubygems-integration",
                             "var/lib/gems",
                             "usr/local/lib/ruby/gems",
                             "usr/lib/ruby/gems"})
        if (has_ffi(path_in(root, gems)))
            return true;
    return any_in(path_in(root, "usr/lib"), [](const Path& folder) {
        return folder.filename().string().find("-linux-") != std::string::npos &&
               has_ffi(folder / "rubygems-integration");
    });
}

Memberships::Memberships(const std::vector<GroupLine>& groups, bool by_number)
    : groups_(groups), by_number_(by_number) {
    for (std::size_t i = 0; i < groups.size(); ++i) {
        if (can_be_looked_up(groups[i].name))
            first_of_.emplace(groups[i].gid, i);
        for (const auto& member : groups[i].members) {
            auto& listing = listing_[member];
            if (listing.empty() || listing.back() != i)
                listing.push_back(i);
        }
    }
}

Array Memberships::of(const AccountLine& user) const {
    const std::string title = scrubbed(user.name);
    if (title != user.name)  // by which the C library cannot be asked
        return in_file(title);
    const auto listed = listing_.find(user.name);
    if (listed == listing_.end())
        return {};
    return by_number_ ? by_number(user.gid, listed->second) : in_file(listed->second);
}

void Memberships::add_name(Array& names, std::size_t index) const {
    Value name = scrubbed(groups_[index].name);
    if (std::find(names.begin(), names.end(), name) == names.end())
        names.push_back(std::move(name));
}

/// As the groups stand in the file.
Array Memberships::in_file(const Listing& listing) const {
    Array names;
    for (const auto index : listing)
        add_name(names, index);
    return names;
}

/// The same for a name that is no text: scrubbed names are compared.
Array Memberships::in_file(const std::string& title) const {
    Array names;
    const auto is_title = [&](const auto& member) { return scrubbed(member) == title; };
    for (std::size_t i = 0; i < groups_.size(); ++i)
        if (std::any_of(groups_[i].members.begin(), groups_[i].members.end(), is_title))
            add_name(names, i);
    return names;
}

/// As getgrouplist tells numbers, the primary group's first. A number stands for the first group
/// that has it, and that counts only if it lists the user itself. Where a number has no group,
/// Puppet reads the file after all.
Array Memberships::by_number(gid_t primary, const Listing& listing) const {
    Array names;
    std::set<gid_t> told;
    const auto tell = [&](std::size_t index) {
        if (told.insert(groups_[index].gid).second &&
            std::find(listing.begin(), listing.end(), index) != listing.end())
            add_name(names, index);
    };
    const auto own = first_of_.find(primary);
    if (own == first_of_.end())
        return in_file(listing);
    tell(own->second);
    for (const auto index : listing)
        if (can_be_looked_up(groups_[index].name))
            tell(first_of_.at(groups_[index].gid));
    return names;
}

}  // namespace mco::puppet
