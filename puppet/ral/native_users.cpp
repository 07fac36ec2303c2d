// Users as Puppet's provider useradd tells them.
#include "core/ral/resource.hpp"
#include "puppet/ral/native_accounts.hpp"
#include "puppet/ral/native_memberships.hpp"
#include "puppet/ral/native_shape.hpp"
#include "puppet/ral/native_types.hpp"

#include <array>
#include <cstdint>
#include <ctime>
#include <set>
#include <unordered_map>
#include <utility>

namespace mco::puppet {
namespace {

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
    const Memberships memberships(groups, asks_c_library(root));
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
