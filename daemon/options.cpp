#include "daemon/options.hpp"

#include "core/options/help.hpp"
#include "core/options/parser.hpp"

#include <filesystem>

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
        {"version", "", {"version"}, "", "Show the version", group},
        {"help", "h", {"help"}, "", "Show this screen", group},
    };
}

}  // namespace

Expected<Options> parse_options(const std::vector<std::string>& words) {
    MCO_TRY(parsed, options::parse(specs(), {words}));
    if (!parsed.arguments.empty())
        return fail(Errc::invalid, "unexpected argument: " + parsed.arguments.front());
    Options result;
    if (const auto* config = parsed.last("config"))
        result.config = config->text;
    if (const auto* pidfile = parsed.last("pidfile"))
        result.pidfile = pidfile->text;
    if (const auto* status_file = parsed.last("status-file"))
        result.status_file = std::filesystem::absolute(status_file->text).string();
    if (const auto* daemonize = parsed.last("daemonize"))
        result.daemonize = daemonize->on;
    const std::pair<const char*, Options::Task> tasks[] = {
        {"print-config", Options::Task::print_config},
        {"check-config", Options::Task::check_config},
        {"version", Options::Task::show_version},
        {"help", Options::Task::show_help}};
    for (const auto& [id, task] : tasks)
        if (parsed.has(id))
            result.task = task;
    return result;
}

std::string help_screen(const std::string& version) {
    return options::help_text(
        {"The node daemon of the Marionette Collective",
         {"mcollectived [--config FILE] [--pidfile FILE] [--status-file FILE] "
          "[--daemonize | --no-daemonize]",
          "mcollectived --check-config | --print-config [--config FILE]"},
         "mcollectived " + version},
        specs());
}

}  // namespace mco::daemon
