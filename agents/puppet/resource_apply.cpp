#include "agents/puppet/resource_apply.hpp"

#include "agents/puppet/last_run.hpp"
#include "system/files.hpp"
#include "system/private_directory.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

namespace mco::puppet {
namespace {

constexpr std::size_t report_limit = 8u << 20;
constexpr std::chrono::milliseconds grace(1'000);
constexpr std::chrono::milliseconds least_time(1'000);

/// Where a masterless node's own types are; nodes with a server have them in libdir.
constexpr std::array<std::string_view, 4> module_settings = {"modulepath",
                                                             "basemodulepath",
                                                             "environmentpath",
                                                             "environment"};

std::string report_in(const std::string& directory) {
    return directory + "/last_run_report.yaml";
}

void add_location(std::vector<std::string>& argv, const char* option, const std::string& value) {
    if (value.empty())
        return;
    argv.emplace_back(option);
    argv.push_back(value);
}

void append(std::vector<std::string>& argv, const std::vector<std::string>& words) {
    argv.insert(argv.end(), words.begin(), words.end());
}

/// What Puppet says when it gives a catalog back: its error lines, without those that facts print.
std::string complaint(std::string_view errors) {
    constexpr std::string_view mark = "Error: ";
    constexpr std::string_view no_run = "Could not run: ";
    std::string found;
    while (!errors.empty()) {
        const std::size_t end = std::min(errors.find('\n'), errors.size());
        std::string_view line = errors.substr(0, end);
        errors.remove_prefix(std::min(end + 1, errors.size()));
        if (line.substr(0, mark.size()) != mark)
            continue;
        line.remove_prefix(mark.size());
        if (line.substr(0, 8) == "Facter: ")
            continue;
        if (line.substr(0, no_run.size()) == no_run)
            line.remove_prefix(no_run.size());
        found += (found.empty() ? "" : "\n") + std::string(line);
    }
    return found.empty() ? "Puppet ended without a report" : found;
}

bool says(const YAML::Node& status, const char* key) {
    const YAML::Node value = status[key];
    return value.IsDefined() && value.IsScalar() && value.Scalar() == "true";
}

std::string text_of(const YAML::Node& status, const char* key) {
    const YAML::Node value = status[key];
    return value.IsDefined() && value.IsScalar() ? value.Scalar() : std::string();
}

struct Status {
    bool failed = false;
    bool changed = false;
};

/// The state of our resource; absent if Puppet never came to it. Others, such as the files in a
/// directory that is managed with them, are not asked about.
Expected<std::optional<Status>> status_of(const std::string& report,
                                          const std::string& file,
                                          const ResourceName& name) {
    try {
        const YAML::Node statuses = YAML::Load(report)["resource_statuses"];
        if (!statuses.IsDefined() || !statuses.IsMap())
            return std::optional<Status>();
        for (const auto& entry : statuses) {
            const YAML::Node& status = entry.second;
            if (status.IsMap() && text_of(status, "title") == name.title &&
                lower_case(text_of(status, "resource_type")) == name.type)
                return std::optional<Status>(
                    {says(status, "failed") || says(status, "failed_to_restart"),
                     says(status, "changed")});
        }
        return std::optional<Status>();
    } catch (const YAML::Exception& error) {
        return fail(Errc::malformed, file + ": " + error.what());
    }
}

/// The messages, without the one about the catalog as a whole.
std::string joined(const Array& logs) {
    std::string text;
    for (const Value& line : logs) {
        const Value* const message = line.find("msg");
        const Value* const source = line.find("source");
        if (!message || !message->text())
            continue;
        const bool of_the_run = source && source->text() && *source->text() == "Puppet";
        if (of_the_run && message->text()->rfind("Applied catalog in ", 0) == 0)
            continue;
        text += (text.empty() ? "" : "\n") + *message->text();
    }
    return text;
}

}  // namespace

std::vector<std::string> apply_command(const Settings& settings,
                                       const Paths& paths,
                                       const std::string& directory) {
    std::vector<std::string> argv = settings.puppet();
    append(argv, {"apply", "--catalog", "-"});
    add_location(argv, "--config", paths.config);
    add_location(argv, "--vardir", paths.vardir);
    add_location(argv, "--libdir", paths.libdir);
    append(argv, location_words(settings));
    if (settings.masterless())
        append(argv,
               option_words(settings.command, {module_settings.begin(), module_settings.end()}));
    else  // the server's environments need not exist here
        append(argv,
               {"--environmentpath", directory + "/environments", "--environment", "production"});
    for (const auto& [option, file] : {std::pair("--statedir", "state"),
                                       std::pair("--statefile", "state.yaml"),
                                       std::pair("--lastrunfile", "last_run_summary.yaml"),
                                       std::pair("--classfile", "classes.txt"),
                                       std::pair("--resourcefile", "resources.txt"),
                                       std::pair("--agent_catalog_run_lockfile", "run.lock"),
                                       std::pair("--agent_disabled_lockfile", "disabled.lock")})
        append(argv, {option, directory + "/" + file});
    append(argv,
           {"--lastrunreport",
            report_in(directory),
            "--report",
            "--reports=none",
            "--node_terminus=plain",
            "--facts_terminus=memory",  // none are needed: providers ask Facter for single ones
            "--prerun_command=",
            "--postrun_command=",
            "--no-use_cached_catalog",
            "--no-strict_environment_mode",
            "--logdest=console",
            "--log_level=notice",
            "--color=false"});
    return argv;
}

Expected<Applied> read_outcome(const std::string& report_file,
                               const ResourceName& name,
                               const std::string& errors) {
    const auto report = system::read_file(report_file, report_limit);
    if (!report && report.error().code != Errc::not_found)
        return tl::unexpected(report.error());
    if (!report)
        return Applied{true, false, complaint(errors)};
    MCO_TRY(logs, read_logs(report_file));
    MCO_TRY(status, status_of(*report, report_file, name));
    std::string result = joined(logs);
    if (result.empty())
        result = "no output produced";
    return Applied{!status || status->failed, status && status->changed, std::move(result)};
}

Expected<Applied> apply_catalog(const Settings& settings,
                                const Paths& paths,
                                const ResourceName& name,
                                const std::string& catalog,
                                std::chrono::milliseconds limit,
                                system::Runner& runner) {
    if (limit < grace + least_time)
        return fail(Errc::timed_out, "There is no time left to run Puppet");
    MCO_TRY(directory, system::PrivateDirectory::make("mco-puppet"));
    system::Command command;
    command.argv = apply_command(settings, paths, directory.path());
    command.environment = settings.environment;
    command.environment["LC_ALL"] = "C.UTF-8";  // we read what it says
    command.input = catalog;
    command.timeout = limit - grace;
    command.grace = grace;
    MCO_TRY(finished, runner.run(command));
    return read_outcome(report_in(directory.path()), name, finished.err);
}

}  // namespace mco::puppet
