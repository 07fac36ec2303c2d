#include "broker/rights.hpp"

#include "broker/meaning.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace mco::broker {

namespace {

constexpr std::array<std::pair<std::string_view, Role>, 4> role_names = {
    {{"none", Role::none}, {"node", Role::node}, {"client", Role::client}, {"any", Role::any}}};

bool serves(const Rights& rights, std::string_view collective) {
    return rights.collectives.empty() ||
           std::find(rights.collectives.begin(), rights.collectives.end(), collective) !=
               rights.collectives.end();
}

bool may_be(const Rights& rights, std::string_view identity) {
    return rights.identity.empty() || glob_matches(rights.identity, identity, Star::any);
}

bool permitted(const Rights& rights, Permission::Verb verb, std::string_view destination) {
    return std::any_of(
        rights.permissions.begin(), rights.permissions.end(), [&](const Permission& permission) {
            return permission.verb == verb &&
                   glob_matches(permission.pattern, destination, Star::one_segment);
        });
}

bool node_may_read(const Rights& rights, const Meaning& meaning, const Selector* selector) {
    if (meaning.purpose == Purpose::agent || meaning.purpose == Purpose::registration)
        return true;
    return meaning.purpose == Purpose::nodes && selector != nullptr &&
           selector->header == "mc_identity" && may_be(rights, selector->value);
}

bool client_may_read(const Rights& rights, const Meaning& meaning, const Selector* selector) {
    return meaning.purpose == Purpose::reply && selector == nullptr &&
           may_be(rights, identity_of_reader(meaning.reader));
}

}  // namespace

std::optional<Role> parse_role(std::string_view text) {
    for (const auto& [role_name, role] : role_names)
        if (role_name == text)
            return role;
    return std::nullopt;
}

std::string_view name(Role role) {
    for (const auto& [role_name, known] : role_names)
        if (known == role)
            return role_name;
    return {};
}

bool Rights::may_publish(std::string_view destination) const {
    if (role == Role::any || permitted(*this, Permission::Verb::publish, destination))
        return true;
    const Meaning meaning = meaning_of(destination);
    if (!serves(*this, meaning.collective))
        return false;
    switch (meaning.purpose) {
        case Purpose::reply:
            return role == Role::node;
        case Purpose::registration:
            return role == Role::node || role == Role::client;
        case Purpose::agent:
        case Purpose::nodes:
            return role == Role::client;
        case Purpose::other:
            break;
    }
    return false;
}

std::optional<Sharing> Rights::may_subscribe(std::string_view destination,
                                             const Selector* selector) const {
    if (role == Role::any || permitted(*this, Permission::Verb::subscribe, destination))
        return Sharing::shared;
    const Meaning meaning = meaning_of(destination);
    if (!serves(*this, meaning.collective))
        return std::nullopt;
    if (role == Role::node && node_may_read(*this, meaning, selector))
        return Sharing::shared;
    if (role == Role::client && client_may_read(*this, meaning, selector))
        return Sharing::exclusive;
    return std::nullopt;
}

}  // namespace mco::broker
