// Users as Puppet's provider useradd tells them.
#include "core/ral/resource.hpp"
#include "puppet/ral/native_accounts.hpp"
#include "puppet/ral/native_shape.hpp"
#include "puppet/ral/native_types.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <ctime>
#include <filesystem>
#include <set>
#include <system_error>
#include <unordered_map>
#include <utility>

#include <unistd.h>

namespace mco::puppet {
namespace {

/// Where Ruby finds the library by which Puppet 7 and later ask the C library for a user's groups.
bool has_ffi(const std::string& root) {
    const auto has_gem = [&](const char* gems) {
        std::error_code error;
        for (std::filesystem::directory_iterator versions(path_in(root, gems), error), end;
             !error && versions != end;
             versions.increment(error))
            for (std::filesystem::directory_iterator gem(versions->path() / "gems", error);
                 !error && gem != end;
                 gem.increment(error))
                if (gem->path().filename().string().starts_with("ffi-"))
                    return true;
        return false;
    };
    return ::access(path_in(root, "usr/lib/ruby/vendor_ruby/ffi.rb").c_str(), F_OK) == 0 ||
           has_gem("opt/puppetlabs/puppet/lib/ruby/gems") || has_gem("var/lib/gems");
}

/// Which groups list a user as a member, in Puppet's order.
class Memberships {
  public:
    /// `by_number`: Puppet asks the C library, which knows groups by their numbers.
    Memberships(const std::vector<GroupLine>& groups, bool by_number)
        : groups_(groups), by_number_(by_number) {
        for (std::size_t i = 0; i < groups.size(); ++i) {
            if (can_be_looked_up(groups[i].name))
                first_of_.emplace(groups[i].gid, i);
            for (const auto& member : groups[i].members)
                add(member, i);
        }
    }

    Array of(const AccountLine& user) const {
        const std::string title = scrubbed(user.name);
        if (title != user.name)  // by which the C library cannot be asked
            return in_file(title);
        const auto listed = listing_.find(user.name);
        if (listed == listing_.end())
            return {};
        return by_number_ ? by_number(user.gid, listed->second) : in_file(listed->second);
    }

  private:
    void add(const std::string& member, std::size_t index) {
        auto& indexes = listing_[member];
        if (indexes.empty() || indexes.back() != index)
            indexes.push_back(index);
    }

    void add_name(Array& names, std::size_t index) const {
        Value name = scrubbed(groups_[index].name);
        if (std::find(names.begin(), names.end(), name) == names.end())
            names.push_back(std::move(name));
    }

    /// As the groups stand in the file.
    Array in_file(const std::vector<std::size_t>& listing) const {
        Array names;
        for (const auto index : listing)
            add_name(names, index);
        return names;
    }

    /// The same for a name that is no text: scrubbed names are compared.
    Array in_file(const std::string& title) const {
        Array names;
        const auto is_title = [&](const auto& member) { return scrubbed(member) == title; };
        for (std::size_t i = 0; i < groups_.size(); ++i)
            if (std::any_of(groups_[i].members.begin(), groups_[i].members.end(), is_title))
                add_name(names, i);
        return names;
    }

    /// As getgrouplist tells numbers, the primary group's first. A number stands for the first
    /// group that has it, and that counts only if it lists the user itself.
    Array by_number(gid_t primary, const std::vector<std::size_t>& listing) const {
        Array names;
        std::set<gid_t> told;
        const auto tell = [&](gid_t gid) {
            const auto first = first_of_.find(gid);
            if (told.insert(gid).second && first != first_of_.end() &&
                std::find(listing.begin(), listing.end(), first->second) != listing.end())
                add_name(names, first->second);
        };
        tell(primary);
        for (const auto index : listing)
            if (can_be_looked_up(groups_[index].name))
                tell(groups_[index].gid);
        return names;
    }

    const std::vector<GroupLine>& groups_;
    bool by_number_;
    std::unordered_map<gid_t, std::size_t> first_of_;
    std::unordered_map<std::string, std::vector<std::size_t>> listing_;
};

/// `2031-02-03`; empty for a day that no calendar has.
std::string date_of(long days) {
    constexpr long seconds_a_day = 86400;
    long seconds = 0;
    std::tm day{};
    if (__builtin_mul_overflow(days, seconds_a_day, &seconds) || !::gmtime_r(&seconds, &day))
        return {};
    std::array<char, 32> text{};
    return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d", &day)};
}

ral::Resource user_of(const AccountLine& account,
                      const ShadowLine* shadow,
                      const Memberships& memberships) {
    std::string title = scrubbed(account.name);
    if (!can_be_looked_up(account.name))
        return shaped("user", std::move(title), {{"ensure", "absent"}});
    Map parameters{{"ensure", "present"}};
    put_text(parameters, "home", account.home);
    parameters.entries().push_back({"uid", std::int64_t{account.uid}});
    parameters.entries().push_back({"gid", std::int64_t{account.gid}});
    put_text(parameters, "comment", account.comment);
    put_text(parameters, "shell", account.shell);
    if (shadow) {
        put_text(parameters, "password", shadow->password);
        parameters.entries().push_back({"password_min_age", std::int64_t{shadow->min_age}});
        parameters.entries().push_back({"password_max_age", std::int64_t{shadow->max_age}});
        parameters.entries().push_back({"password_warn_days", std::int64_t{shadow->warn_days}});
    }
    if (Array groups = memberships.of(account); !groups.empty())
        parameters.entries().push_back({"groups", std::move(groups)});
    if (shadow && shadow->expiry != -1)
        put_text(parameters, "expiry", date_of(shadow->expiry));
    return shaped("user", std::move(title), std::move(parameters));
}

}  // namespace

Expected<std::vector<ral::Resource>> read_users(const std::string& root) {
    MCO_TRY(accounts, read_passwd(root));
    MCO_TRY(groups, read_group(root));
    MCO_TRY(shadows, read_shadow(root));
    const Memberships memberships(groups, has_ffi(root));
    std::unordered_map<std::string, const ShadowLine*> shadow_of;
    for (const auto& line : shadows)
        if (can_be_looked_up(line.name))
            shadow_of.emplace(line.name, &line);
    std::vector<ral::Resource> users;
    std::set<std::string> seen;
    for (const auto& account : accounts) {
        if (!seen.insert(scrubbed(account.name)).second)
            continue;
        const auto shadow = shadow_of.find(account.name);
        users.push_back(
            user_of(account, shadow == shadow_of.end() ? nullptr : shadow->second, memberships));
    }
    return users;
}

}  // namespace mco::puppet
