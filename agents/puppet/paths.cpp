#include "agents/puppet/paths.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <map>

namespace mco::puppet {
namespace {

/// Settings that decide where the files are; only these words of the command are handed on.
constexpr std::array<std::string_view, 15> location_settings = {"config",
                                                                "confdir",
                                                                "codedir",
                                                                "vardir",
                                                                "rundir",
                                                                "logdir",
                                                                "ssldir",
                                                                "statedir",
                                                                "publicdir",
                                                                "lastrunfile",
                                                                "lastrunreport",
                                                                "resourcefile",
                                                                "agent_catalog_run_lockfile",
                                                                "agent_disabled_lockfile",
                                                                "pidfile"};

bool is_location(std::string_view name) {
    return std::find(location_settings.begin(), location_settings.end(), name) !=
           location_settings.end();
}

/// The `--name value` and `--name=value` words about locations, in order.
std::vector<std::string> location_words(const std::vector<std::string>& words) {
    std::vector<std::string> kept;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string& word = words[i];
        if (word.substr(0, 2) != "--")
            continue;
        const std::size_t equals = word.find('=');
        if (!is_location(std::string_view(word).substr(
                2, equals == std::string::npos ? equals : equals - 2)))
            continue;
        kept.push_back(word);
        if (equals == std::string::npos && i + 1 < words.size())
            kept.push_back(words[++i]);
    }
    return kept;
}

std::map<std::string, std::string, std::less<>> parse_lines(std::string_view output) {
    std::map<std::string, std::string, std::less<>> values;
    while (!output.empty()) {
        const std::size_t end = std::min(output.find('\n'), output.size());
        const std::string_view line = output.substr(0, end);
        const std::size_t separator = line.find(" = ");
        if (separator != std::string_view::npos)
            values.emplace(line.substr(0, separator), line.substr(separator + 3));
        output.remove_prefix(std::min(end + 1, output.size()));
    }
    return values;
}

std::string last_line(const std::string& text) {
    const std::size_t end = text.find_last_not_of('\n');
    if (end == std::string::npos)
        return "no message";
    const std::size_t begin = text.rfind('\n', end);
    return text.substr(begin == std::string::npos ? 0 : begin + 1,
                       end - (begin == std::string::npos ? 0 : begin + 1) + 1);
}

}  // namespace

std::vector<std::string> settings_query(const Settings& settings) {
    std::vector<std::string> query = settings.puppet();
    for (const char* word : {"config",
                             "print",
                             "rundir",
                             "agent_catalog_run_lockfile",
                             "agent_disabled_lockfile",
                             "lastrunfile",
                             "lastrunreport",
                             "resourcefile",
                             "config",
                             "--section"})
        query.emplace_back(word);
    query.emplace_back(settings.masterless() ? "user" : "agent");
    const std::vector<std::string> locations = location_words(settings.command);
    query.insert(query.end(), locations.begin(), locations.end());
    if (!settings.config.empty() &&
        std::find(locations.begin(), locations.end(), "--config") == locations.end()) {
        query.emplace_back("--config");
        query.push_back(settings.config);
    }
    return query;
}

Expected<Paths> parse_paths(std::string_view output, const Settings& settings) {
    const auto values = parse_lines(output);
    Paths paths;
    std::string rundir;
    const std::pair<std::string_view, std::string*> wanted[] = {
        {"rundir", &rundir},
        {"agent_catalog_run_lockfile", &paths.run_lock},
        {"agent_disabled_lockfile", &paths.disabled_lock},
        {"lastrunfile", &paths.last_run_file},
        {"lastrunreport", &paths.last_run_report},
        {"resourcefile", &paths.resources},
        {"config", &paths.config},
    };
    for (const auto& [name, target] : wanted) {
        const auto found = values.find(name);
        if (found == values.end())
            return fail(Errc::unavailable, "Puppet did not tell its setting " + std::string(name));
        *target = found->second;
    }
    if (!settings.masterless())
        paths.pidfile = rundir + "/agent.pid";
    return paths;
}

Expected<std::shared_ptr<const Paths>> PathFinder::paths() {
    const std::lock_guard lock(mutex_);
    if (known_ && system::stamp(known_->config) == config_stamp_)
        return known_;
    system::Command command;
    command.argv = settings_query(settings_);
    command.environment = settings_.environment;
    command.timeout = std::chrono::seconds(18);
    MCO_TRY(finished, runner_.run(command));
    if (finished.exit_code != 0)
        return fail(Errc::unavailable,
                    "Puppet could not be asked for its settings: " + last_line(finished.err));
    MCO_TRY(found, parse_paths(finished.out, settings_));
    config_stamp_ = system::stamp(found.config);
    known_ = std::make_shared<const Paths>(std::move(found));
    return known_;
}

void PathFinder::forget() {
    const std::lock_guard lock(mutex_);
    known_.reset();
}

}  // namespace mco::puppet
