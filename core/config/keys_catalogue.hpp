// Every setting this project knows: what warnings, `--print-config`, get_config_item and the manual
// pages are made from.
#pragma once

#include "core/config/config.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace mco::config {

/// Who reads a setting.
enum class Side { server, client, both };

/// What a value must look like beyond the type of its member.
enum class Form {
    any,       ///< text as it is, numbers of either sign
    lower,     ///< a plugin's name: kept in lower case
    count,     ///< a number, not negative
    positive,  ///< a number above zero
    commas,    ///< list, separated by commas
    paths,     ///< list of absolute paths, separated by colons; repeating the key adds
    repeated,  ///< list with one member per line of the file
    level,     ///< a log level
    logger,    ///< file, syslog, console
    limiter,   ///< first, random
    ignored    ///< accepted for old files, has no effect
};

/// Where Config keeps the value; none for keys that only live in Config::core.
using Member = std::variant<std::monostate,
                            std::string Config::*,
                            bool Config::*,
                            int Config::*,
                            std::size_t Config::*,
                            double Config::*,
                            std::chrono::seconds Config::*,
                            std::optional<std::chrono::seconds> Config::*,
                            std::vector<std::string> Config::*>;

/// A key of protocol §10.4. Its default is that of Config.
struct CoreKey {
    std::string_view name;
    Side side;
    Form form;
    Member member;
    std::string_view meaning;
};

/// What a plugin setting's text must be.
enum class Kind { text, boolean, integer, real };

/// A key of protocol §10.5 and of the plug-ins, without `plugin.`. In the pattern `*` stands for
/// any one segment, `#` for a number and `@` for activemq or rabbitmq.
struct PluginKey {
    std::string_view pattern;
    Side side;
    Kind kind;
    std::string_view default_value;  ///< as it would be written; empty: none
    std::string_view meaning;
    bool secret = false;
};

/// All core keys, in the order in which they are shown.
std::span<const CoreKey> core_keys();
/// All plugin settings known here; plug-ins of others have more.
std::span<const PluginKey> plugin_keys();

/// Null when there is no such key.
const CoreKey* find_core_key(std::string_view name);
/// The most specific pattern that `name` (without `plugin.`) fits; null when there is none.
const PluginKey* find_plugin_key(std::string_view name);

/// The value of `plugin.NAME` or the default that this catalogue documents; empty when it has none.
std::string plugin_or_default(const Config& config, std::string_view name);

/// False for settings that old files have and nothing here reads: those of plug-ins that are not
/// part of this project, and those that have lost their meaning. `name` without `plugin.`.
bool has_effect(std::string_view name);

/// True for passwords and shared keys, also of plug-ins not known here (by the look of the last
/// segment). `name` without `plugin.`.
bool is_secret(std::string_view name);

/// The known key that `name` may be a misspelling of.
std::optional<std::string> suggest_core_key(std::string_view name);
/// The same for a plugin setting, both without `plugin.`; absent when `name` is known.
std::optional<std::string> suggest_plugin_key(std::string_view name);

}  // namespace mco::config
