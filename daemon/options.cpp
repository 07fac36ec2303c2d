#include "daemon/options.hpp"

#include "core/config/read.hpp"
#include "core/options/help.hpp"
#include "core/options/parser.hpp"

#include <filesystem>
#include <string_view>
#include <utility>

namespace mco::daemon {
namespace {

std::vector<options::OptionSpec> specs() {
    const std::string group = "Options";
    return {
        {"config", "c", {"config"}, "FILE", "The configuration file to read", group},
        {"pidfile", "p", {"pidfile"}, "FILE", "Write the process id to this file", group},
        {"status-file",
         "",
         {"status-file"},
         "FILE",
         "Write counters and state to this file as JSON",
         group},
        {"daemonize",
         "",
         {"daemonize"},
         "",
         "Run in the background, or not, whatever is configured",
         group,
         options::Kind::text,
         true},
        {"check-config",
         "",
         {"check-config"},
         "",
         "Check the settings and what the daemon would open, then exit",
         group},
        {"print-config",
         "",
         {"print-config"},
         "",
         "Show all settings with their origins, then exit",
         group},
        {"plugin-file",
         "",
         {"plugin-file"},
         "NAME=FILE",
         "Take FILE for plugin.d/NAME.cfg in these two",
         group},
        {"check-policy",
         "",
         {"check-policy"},
         "",
         "Check policy files, which may be called NAME only later, then exit",
         group},
        {"version", "", {"version"}, "", "Show the version", group},
        {"help", "h", {"help"}, "", "Show this screen", group},
    };
}

Options::Task task_of(const options::Parsed& parsed) {
    const std::pair<const char*, Options::Task> tasks[] = {
        {"help", Options::Task::show_help},
        {"version", Options::Task::show_version},
        {"check-policy", Options::Task::check_policy},
        {"check-config", Options::Task::check_config},
        {"print-config", Options::Task::print_config}};
    for (const auto& [id, task] : tasks)
        if (parsed.has(id))
            return task;
    return Options::Task::serve;
}

/// Files that are to be in plugin.d, by the names they will have there.
Expected<std::vector<system::PluginFile>> plugin_files(const options::Parsed& parsed,
                                                       Options::Task task) {
    constexpr std::string_view suffix = ".cfg";
    std::vector<system::PluginFile> files;
    for (const auto& word : parsed.all("plugin-file")) {
        const auto equals = word.find('=');
        if (equals == std::string::npos || equals == 0 || equals + 1 == word.size())
            return fail(Errc::invalid, "--plugin-file wants NAME=FILE, not " + word);
        auto name = word.substr(0, equals);
        if (!name.ends_with(suffix))
            name += suffix;
        if (!config::plugin_name(name) || name.find('/') != std::string::npos)
            return fail(Errc::invalid,
                        "no file of plugin.d is called " + name +
                            ": its name is letters, digits and _ followed by .cfg");
        files.push_back({std::move(name), word.substr(equals + 1)});
    }
    if (!files.empty() && task != Options::Task::check_config &&
        task != Options::Task::print_config)
        return fail(Errc::invalid, "--plugin-file goes with --check-config or --print-config");
    return files;
}

Expected<std::vector<std::string>> policy_candidates(options::Parsed& parsed, Options::Task task) {
    const bool asked = task == Options::Task::check_policy;
    if (!asked && !parsed.arguments.empty())
        return fail(Errc::invalid, "unexpected argument: " + parsed.arguments.front());
    if (asked && parsed.arguments.empty())
        return fail(Errc::invalid, "--check-policy wants files: [NAME=]FILE...");
    return std::move(parsed.arguments);
}

}  // namespace

Expected<Options> parse_options(const std::vector<std::string>& words) {
    MCO_TRY(parsed, options::parse(specs(), {words}));
    Options result;
    result.task = task_of(parsed);
    MCO_TRY(files, plugin_files(parsed, result.task));
    MCO_TRY(candidates, policy_candidates(parsed, result.task));
    result.plugin_files = std::move(files);
    result.policies = std::move(candidates);
    if (const auto* config = parsed.last("config"))
        result.config = config->text;
    if (const auto* pidfile = parsed.last("pidfile"))
        result.pidfile = pidfile->text;
    if (const auto* status_file = parsed.last("status-file"))
        result.status_file = std::filesystem::absolute(status_file->text).string();
    if (const auto* daemonize = parsed.last("daemonize"))
        result.daemonize = daemonize->on;
    return result;
}

std::string help_screen(const std::string& version) {
    return options::help_text(
        {"The node daemon of the Marionette Collective",
         {"mcollectived [--config FILE] [--pidfile FILE] [--status-file FILE] "
          "[--daemonize | --no-daemonize]",
          "mcollectived --check-config | --print-config [--config FILE] [--plugin-file NAME=FILE]",
          "mcollectived --check-policy [NAME=]FILE..."},
         "mcollectived " + version},
        specs());
}

}  // namespace mco::daemon
