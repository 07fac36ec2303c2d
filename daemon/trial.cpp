#include "daemon/trial.hpp"

#include "core/config/keys_catalogue.hpp"
#include "daemon/audit.hpp"
#include "facts/classes.hpp"
#include "facts/sources.hpp"
#include "system/openable.hpp"
#include "system/policies/policies.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <utility>

namespace mco::daemon {
namespace {

using system::Parents;

std::vector<std::string> split(std::string_view text, std::string_view separators) {
    std::vector<std::string> parts;
    while (!text.empty()) {
        const auto end = std::min(text.find_first_of(separators), text.size());
        if (end > 0)
            parts.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return parts;
}

class Trials {
  public:
    Trials(const config::Config& config, const std::optional<std::string>& pidfile)
        : config_(config), pidfile_(pidfile) {}

    Trial run() {
        pid_file();
        log();
        audit();
        facts();
        classes();
        policies();
        accepted();
        puppet();
        return std::move(trial_);
    }

  private:
    void warn_of(const Expected<void>& tried, std::string_view consequence) {
        if (!tried)
            trial_.warnings.push_back(fmt::format("{}: {}", consequence, tried.error().message));
    }

    /// A file that is there may be stale, or that of a daemon that runs: its start decides.
    void pid_file() {
        if (!pidfile_)
            return;
        const auto above = std::filesystem::path(*pidfile_).parent_path().string();
        const auto tried =
            system::can_keep_files_in(above.empty() ? "." : above, Parents::must_exist);
        if (!tried)
            trial_.problems.push_back("The pid file (--pidfile) cannot be made: " +
                                      tried.error().message);
    }

    void log() {
        if (config_.logger_type == "file" && !config_.logfile.empty())
            warn_of(system::can_append(config_.logfile), "There would be no log (logfile)");
    }

    void audit() {
        const auto settings = audit_settings(config_);
        if (!settings || !*settings)
            return;
        auto tried = system::can_append((*settings)->path);
        if (std::filesystem::is_symlink(std::filesystem::symlink_status((*settings)->path)))
            tried =
                fail(Errc::io, (*settings)->path + " is a symbolic link, which is not followed");
        if ((*settings)->on_failure != AuditSettings::OnFailure::refuse)
            return warn_of(tried, "Calls are not audited (plugin.rpcaudit.logfile)");
        if (!tried)
            trial_.problems.push_back((*settings)->path + ": " + tried.error().message +
                                      "; with plugin.rpcaudit.on_failure = refuse nothing could be "
                                      "done, so the daemon does not start");
    }

    void facts() {
        for (const auto& source : split(config_.factsource, ", ")) {
            if (source != "yaml" && source != "json")
                continue;  // a command, which is run later
            auto files = split(config_.plugin_string(source, ""), ":");
            for (const auto& file : files)
                warn_of(system::can_read(file), "Facts are missing (plugin." + source + ")");
            std::erase_if(files, [](const auto& file) { return !system::can_read(file); });
            for (const auto& problem : facts::FileSource(std::move(files)).read().problems)
                trial_.warnings.push_back("Facts are missing (plugin." + source + "): " + problem);
        }
    }

    /// Puppet writes the file with its first run.
    void classes() {
        const auto read = facts::read_classes(config_.classesfile);
        if (!read && read.error().code != Errc::not_found)
            trial_.warnings.push_back("Classes are missing (classesfile): " + read.error().message);
    }

    void policies() {
        if (!config_.rpcauthorization)
            return;
        const auto settings = policies::read_settings(config_);
        const auto readable = system::can_read(settings.directory);
        const auto files = readable ? policy_files(settings.directory) : std::vector<std::string>();
        for (const auto& file : files)
            warn_of(read(file), "Calls would be denied");
        if (settings.allow_unconfigured || !files.empty())
            return;
        warn_of(
            readable ? fail(Errc::not_found, "there is none in " + settings.directory) : readable,
            "Every call would be denied for want of policies");
    }

    static std::vector<std::string> policy_files(const std::string& directory) {
        std::vector<std::string> files;
        std::error_code error;
        for (std::filesystem::directory_iterator entry(directory, error), end;
             !error && entry != end;
             entry.increment(error))
            if (entry->path().extension() == ".policy" || entry->path().filename() == "groups")
                files.push_back(entry->path().string());
        std::sort(files.begin(), files.end());
        return files;
    }

    static Expected<void> read(const std::string& policy) {
        MCO_TRY(text, policies::read_guarded(policy));
        return {};
    }

    void accepted() {
        const auto path = config_.plugin_string(
            "daemon.accepted", "/var/lib/mcollective/accepted-" + config_.identity);
        if (path != "0")
            warn_of(system::can_append(path, Parents::are_made),
                    "Requests could be repeated after a restart (plugin.daemon.accepted)");
    }

    void puppet() {
        const auto active = config_.plugin_bool("puppet.activate_agent", config_.activate_agents);
        if (active && !*active)
            return;
        warn_of(system::can_keep_files_in(config::plugin_or_default(config_, "puppet.runs"),
                                          Parents::are_made),
                "Nobody could ask how Puppet runs end (plugin.puppet.runs)");
        const auto cache = config::plugin_or_default(config_, "puppet.paths_cache");
        if (cache != "0")
            warn_of(system::can_append(cache, Parents::are_made),
                    "Puppet is asked for its files after every start (plugin.puppet.paths_cache)");
    }

    const config::Config& config_;
    const std::optional<std::string>& pidfile_;
    Trial trial_;
};

}  // namespace

Trial try_files(const config::Config& config, const std::optional<std::string>& pidfile) {
    return Trials(config, pidfile).run();
}

}  // namespace mco::daemon
