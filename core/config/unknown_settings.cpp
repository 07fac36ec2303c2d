#include "core/config/unknown_settings.hpp"

#include "core/config/literals.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

namespace mco::config {

namespace {

/// `CONNECTOR.pool.NUMBER.MEMBER`.
struct PoolMember {
    std::string connector;
    std::optional<std::int64_t> number;  ///< absent: it is none
    std::string member;
};

std::optional<PoolMember> pool_member(std::string_view name) {
    constexpr std::string_view pool = ".pool.";
    const auto at = name.find(pool);
    if (at == std::string_view::npos || name.find('.') != at)
        return std::nullopt;
    const auto rest = name.substr(at + pool.size());
    const auto dot = rest.find('.');
    if (dot == std::string_view::npos)
        return std::nullopt;
    return PoolMember{std::string(name.substr(0, at)),
                      parse_integer(rest.substr(0, dot)),
                      std::string(rest.substr(dot + 1))};
}

bool is_connector(std::string_view name) {
    return find_plugin_key(std::string(name) + ".pool.size") != nullptr;
}

/// Settings of connectors that others have: their names are no plug-ins of anybody's.
bool is_foreign_connector(std::string_view name) {
    constexpr std::array<std::string_view, 3> known = {"nats", "stomp", "redis"};
    return std::find(known.begin(), known.end(), name.substr(0, name.find('.'))) != known.end() &&
           !is_connector(name.substr(0, name.find('.')));
}

std::string members_of_pools() {
    constexpr std::string_view beginning = "@.pool.#.";
    std::string all;
    for (const auto& key : plugin_keys())
        if (key.pattern.starts_with(beginning))
            all += (all.empty() ? "" : ", ") + std::string(key.pattern.substr(beginning.size()));
    return all;
}

std::string unknown(const std::string& name) {
    const auto what = "'plugin." + name + "' is not a setting known here";
    const auto member = pool_member(name);
    if (is_foreign_connector(name) || (member && !is_connector(member->connector)))
        return what + ": there is no connector " + name.substr(0, name.find('.')) +
               "; known are activemq (also for mco-broker) and rabbitmq";
    if (member && !member->number)
        return what + ": members of a pool are numbered from 1 on";
    if (member)
        return what + ": members of a pool have " + members_of_pools();
    return what + "; a plug-in of this site may read it";
}

/// Why the pool does not reach it; empty if it does.
std::string beyond_pool(const Config& config, const std::string& name) {
    const auto member = pool_member(name);
    if (!member || !member->number || !is_connector(member->connector))
        return {};
    const auto size = config.plugin_int(member->connector + ".pool.size", 0);
    if (!size || (*member->number >= 1 && *member->number <= *size))
        return {};
    return "plugin." + name + " is not used: plugin." + member->connector + ".pool.size is " +
           std::to_string(*size);
}

std::string only(Side side) {
    return side == Side::client ? "only clients read it" : "only the daemon reads it";
}

std::optional<std::string> why_ignored(const std::string& name, Side reader) {
    if (!has_effect(name))
        return "nothing here reads it";
    const auto* key = find_plugin_key(name);
    if (key == nullptr || key->side == Side::both || key->side == reader)
        return std::nullopt;
    return only(key->side);
}

}  // namespace

std::vector<std::string> unknown_settings(const Config& config) {
    std::vector<std::string> sentences;
    for (const auto& [name, setting] : config.plugin) {
        const bool known = find_plugin_key(name) != nullptr;
        const auto beyond = known ? beyond_pool(config, name) : std::string();
        if (!known && !suggest_plugin_key(name))
            sentences.push_back(setting.origin + ": " + unknown(name));
        else if (!beyond.empty())
            sentences.push_back(setting.origin + ": " + beyond);
    }
    return sentences;
}

std::vector<IgnoredSetting> ignored_settings(const Config& config, Side reader) {
    std::vector<IgnoredSetting> ignored;
    for (const auto& [name, setting] : config.core) {
        const auto* key = find_core_key(name);
        if (key != nullptr && key->side != Side::both && key->side != reader)
            ignored.push_back({name, setting.origin, only(key->side)});
    }
    for (const auto& [name, setting] : config.plugin)
        if (auto why = why_ignored(name, reader))
            ignored.push_back({"plugin." + name, setting.origin, *std::move(why)});
    return ignored;
}

}  // namespace mco::config
