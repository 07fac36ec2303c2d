#include "puppet/paths.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <exception>
#include <utility>

#include <unistd.h>

namespace mco::puppet {
namespace {

/// Settings that decide where the files are.
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

/// Where else a command of the site's own finds modules.
constexpr std::array<std::string_view, 2> module_settings = {"modulepath", "basemodulepath"};

std::string last_line(const std::string& text) {
    const std::size_t end = text.find_last_not_of('\n');
    if (end == std::string::npos)
        return "no message";
    const std::size_t begin = text.rfind('\n', end);
    return text.substr(begin == std::string::npos ? 0 : begin + 1,
                       end - (begin == std::string::npos ? 0 : begin + 1) + 1);
}

std::string setting(const Answer& answer, std::string_view name) {
    const auto found = answer.find(name);
    return found == answer.end() ? std::string() : found->second;
}

/// The parts of a list of paths that are absolute.
std::vector<std::string> path_list(std::string_view list) {
    std::vector<std::string> parts;
    while (!list.empty()) {
        const std::size_t end = std::min(list.find(':'), list.size());
        if (list.front() == '/')
            parts.emplace_back(list.substr(0, end));
        list.remove_prefix(std::min(end + 1, list.size()));
    }
    return parts;
}

/// An environment of another name than the configured one is what Puppet falls back to.
std::vector<std::string> module_folders(const Answer& answer, const Settings& settings) {
    std::vector<std::string> folders;
    const auto add = [&folders](const std::vector<std::string>& more) {
        for (const std::string& folder : more)
            if (std::find(folders.begin(), folders.end(), folder) == folders.end())
                folders.push_back(folder);
    };
    for (const std::string& word :
         option_words(settings.command, {module_settings.begin(), module_settings.end()}))
        add(path_list(std::string_view(word).substr(word.find('=') + 1)));
    add(path_list(setting(answer, "basemodulepath")));
    for (const std::string& path : path_list(setting(answer, "environmentpath")))
        for (const std::string& environment :
             {setting(answer, "environment"), std::string("production")})
            if (!environment.empty())
                add({path + "/" + environment + "/modules"});
    add(path_list(setting(answer, "vendormoduledir")));
    return folders;
}

}  // namespace

std::vector<std::string> option_words(const std::vector<std::string>& command,
                                      const std::vector<std::string_view>& names) {
    std::vector<std::string> kept;
    for (std::size_t i = 0; i < command.size(); ++i) {
        const std::string& word = command[i];
        if (word.substr(0, 2) != "--")
            continue;
        const std::size_t equals = word.find('=');
        const auto name =
            std::string_view(word).substr(2, equals == std::string::npos ? equals : equals - 2);
        if (std::find(names.begin(), names.end(), name) == names.end())
            continue;
        kept.push_back(word);
        if (equals == std::string::npos && i + 1 < command.size())
            kept.push_back(command[++i]);
    }
    return kept;
}

std::vector<std::string> location_words(const Settings& settings) {
    std::vector<std::string> words =
        option_words(settings.command, {location_settings.begin(), location_settings.end()});
    const bool names_config = !option_words(settings.command, {"config"}).empty();
    if (!settings.config.empty() && !names_config) {
        words.emplace_back("--config");
        words.push_back(settings.config);
    }
    return words;
}

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
                             "vardir",
                             "libdir",
                             "serverport",
                             "basemodulepath",
                             "environmentpath",
                             "environment",
                             "vendormoduledir",
                             "--section"})
        query.emplace_back(word);
    query.emplace_back(settings.masterless() ? "user" : "agent");
    const std::vector<std::string> locations = location_words(settings);
    query.insert(query.end(), locations.begin(), locations.end());
    return query;
}

Answer parse_answer(std::string_view output) {
    Answer values;
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

Expected<Paths> read_paths(const Answer& answer, const Settings& settings) {
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
        const auto found = answer.find(name);
        if (found == answer.end())
            return fail(Errc::unavailable, "Puppet did not tell its setting " + std::string(name));
        *target = found->second;
    }
    paths.vardir = setting(answer, "vardir");
    paths.libdir = setting(answer, "libdir");
    paths.modules = module_folders(answer, settings);
    // what it does not know it prints empty
    paths.has_serverport = !setting(answer, "serverport").empty();
    if (!settings.masterless())
        paths.pidfile = rundir + "/agent.pid";
    return paths;
}

Expected<std::shared_ptr<const Paths>> PathFinder::paths(std::chrono::milliseconds patience) {
    std::unique_lock lock(mutex_);
    if (!asked_.wait_for(lock, patience, [this] { return !asking_; }))
        return fail(Errc::timed_out, "Puppet is still being asked for its settings");
    if (known_ && is_current(*known_))
        return known_->paths;
    asking_ = true;
    const std::uint64_t forgotten = forgotten_;
    lock.unlock();
    Expected<Known> found = fail(Errc::unavailable, "Puppet could not be asked for its settings");
    try {
        found = find_out();
    } catch (const std::exception& error) {  // or everybody would wait for this for ever
        found = fail(Errc::unavailable, error.what());
    }
    lock.lock();
    asking_ = false;
    asked_.notify_all();
    if (!found)
        return tl::unexpected(found.error());
    if (forgotten == forgotten_)
        known_ = *found;
    else
        drop_file();
    return found->paths;
}

void PathFinder::forget() {
    const std::lock_guard lock(mutex_);
    known_.reset();
    ++forgotten_;
    drop_file();
}

void PathFinder::drop_file() const {
    if (!settings_.paths_cache.empty())
        (void)::unlink(settings_.paths_cache.c_str());
}

std::optional<Program> PathFinder::program() const {
    const auto path = settings_.environment.find("PATH");
    const char* const ours = std::getenv("PATH");
    return find_program(settings_.puppet().front(),
                        path != settings_.environment.end() ? path->second
                        : ours                              ? ours
                                                            : "");
}

bool PathFinder::is_current(const Known& known) const {
    return system::stamp(known.paths->config) == known.config && program() == known.program;
}

Expected<PathFinder::Known> PathFinder::find_out() const {
    const auto program = this->program();
    if (program && !settings_.paths_cache.empty()) {
        const auto remembered =
            read_answer(settings_.paths_cache, settings_query(settings_), *program);
        if (auto known =
                remembered ? known_from(*remembered, program) : tl::unexpected(remembered.error()))
            return known;
    }
    MCO_TRY(answer, ask());
    MCO_TRY(known, known_from(answer, program));
    remember(answer, known);
    return known;
}

Expected<Answer> PathFinder::ask() const {
    system::Command command;
    command.argv = settings_query(settings_);
    command.environment = settings_.environment;
    command.timeout = std::chrono::seconds(18);
    MCO_TRY(finished, runner_.run(command));
    if (finished.exit_code != 0)
        return fail(Errc::unavailable,
                    "Puppet could not be asked for its settings: " + last_line(finished.err));
    return parse_answer(finished.out);
}

Expected<PathFinder::Known> PathFinder::known_from(const Answer& answer,
                                                   std::optional<Program> program) const {
    MCO_TRY(paths, read_paths(answer, settings_));
    const auto config = system::stamp(paths.config);
    return Known{std::make_shared<const Paths>(std::move(paths)), std::move(program), config};
}

void PathFinder::remember(const Answer& answer, const Known& known) const {
    if (settings_.paths_cache.empty() || !known.program)
        return;
    const auto written = write_answer(
        settings_.paths_cache, {settings_query(settings_), *known.program, known.config}, answer);
    if (!written)
        log_.info("puppet: its paths are not remembered across restarts: {}",
                  written.error().message);
}

}  // namespace mco::puppet
