#include "puppet/settings.hpp"

#include "system/process.hpp"

#include <algorithm>

namespace mco::puppet {

std::size_t Settings::mode_word() const {
    const auto found = std::find_if(
        command.begin() + (command.empty() ? 0 : 1), command.end(), [](const std::string& word) {
            return word == "agent" || word == "apply";
        });
    return static_cast<std::size_t>(found - command.begin());
}

bool Settings::masterless() const {
    const std::size_t mode = mode_word();
    return mode < command.size() && command[mode] == "apply";
}

std::vector<std::string> Settings::puppet() const {
    const std::size_t mode = mode_word();
    if (mode == command.size())
        return {"puppet"};
    return {command.begin(), command.begin() + static_cast<std::ptrdiff_t>(mode)};
}

Expected<Settings> read_settings(const config::Config& config, const std::string& path) {
    Settings settings;
    settings.command_line = config.plugin_string("puppet.command", settings.command_line);
    MCO_TRY(words, system::split_words(settings.command_line));
    if (words.empty())
        return fail(Errc::invalid, "plugin.puppet.command is empty");
    settings.command = std::move(words);
    settings.config = config.plugin_string("puppet.config", "");
    MCO_TRY(splay, config.plugin_bool("puppet.splay", settings.splay));
    MCO_TRY(splaylimit, config.plugin_int("puppet.splaylimit", settings.splaylimit));
    MCO_TRY(signal_daemon, config.plugin_bool("puppet.signal_daemon", settings.signal_daemon));
    MCO_TRY(override_allowed,
            config.plugin_bool("puppet.allow_server_override", settings.allow_server_override));
    MCO_TRY(managed_allowed,
            config.plugin_bool("puppet.resource_allow_managed_resources",
                               settings.allow_managed_resources));
    settings.allow_managed_resources = managed_allowed;
    settings.splay = splay;
    settings.splaylimit = splaylimit;
    settings.signal_daemon = signal_daemon;
    settings.allow_server_override = override_allowed;
    settings.runs = config.plugin_string("puppet.runs", settings.runs);
    settings.paths_cache = config.plugin_string("puppet.paths_cache", settings.paths_cache);
    if (settings.paths_cache == "0")
        settings.paths_cache.clear();
    if (settings.command.front() == "puppet")
        settings.environment["PATH"] =
            path.empty() ? "/opt/puppetlabs/bin" : path + ":/opt/puppetlabs/bin";
    return settings;
}

}  // namespace mco::puppet
