#include "system/config_files.hpp"

#include "core/config/keys_catalogue.hpp"
#include "core/config/literals.hpp"
#include "system/files.hpp"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <map>
#include <set>
#include <system_error>

#include <sys/stat.h>
#include <unistd.h>

namespace mco::system {

namespace {

constexpr std::size_t size_limit = 4u << 20;

std::string absolute(const std::string& path) {
    std::error_code error;
    const auto full = std::filesystem::absolute(path, error);
    return error ? path : full.lexically_normal().string();
}

bool is_readable_file(const std::string& path) {
    struct stat status {};

    return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
           ::access(path.c_str(), R_OK) == 0;
}

Expected<std::string> locate(Program program,
                             const std::optional<std::string>& explicit_path,
                             const config::Environment& environment) {
    if (explicit_path)
        return absolute(*explicit_path);
    const auto candidates = config_candidates(program, environment("HOME"));
    const auto found = std::find_if(candidates.begin(), candidates.end(), is_readable_file);
    if (found != candidates.end())
        return *found;
    std::string tried;
    for (const auto& candidate : candidates)
        tried += (tried.empty() ? "" : ", ") + candidate;
    return fail(Errc::not_found,
                "no configuration file can be read (tried " + tried +
                    "); create one of them or name another with --config");
}

/// Where the text of each file of plugin.d is, by its path there: sorted, so that the result does
/// not depend on the file system.
std::map<std::string, std::string> plugin_files(const std::string& config_file,
                                                const std::vector<PluginFile>& instead) {
    namespace fs = std::filesystem;
    std::map<std::string, std::string> files;
    std::error_code error;
    const auto directory = fs::path(config_file).parent_path() / "plugin.d";
    for (fs::directory_iterator entry(directory, error), end; !error && entry != end;
         entry.increment(error)) {
        if (entry->path().extension() == ".cfg")
            files.emplace(entry->path().string(), entry->path().string());
    }
    for (const auto& [name, path] : instead)
        files.insert_or_assign((directory / name).string(), path);
    return files;
}

/// A file of plugin.d that cannot be read is like one with a bad line: better to stop than to run
/// with half the settings.
Expected<std::vector<config::Source>> read_plugin_files(const std::string& config_file,
                                                        const std::vector<PluginFile>& instead) {
    std::vector<config::Source> sources;
    for (const auto& [place, path] : plugin_files(config_file, instead)) {
        MCO_TRY(text, read_file(path, size_limit));
        sources.push_back({place, std::move(text)});
    }
    return sources;
}

bool everybody_may_read(const std::string& path) {
    struct stat status {};

    return ::stat(path.c_str(), &status) == 0 && (status.st_mode & S_IROTH) != 0;
}

void warn_about_open_secrets(LoadedConfig& loaded) {
    std::set<std::string> open;
    for (const auto& [name, setting] : loaded.config.plugin) {
        const auto file = setting.origin.substr(0, setting.origin.rfind(':'));
        if (config::is_secret(name) && everybody_may_read(file) && open.insert(file).second)
            loaded.diagnostics.warnings.push_back(
                setting.origin + ": plugin." + name +
                " is secret, but every user may read this file; use chmod o-r");
    }
}

Expected<void> set_identity(config::Config& config) {
    if (!config.identity.empty())
        return {};
    MCO_TRY(name, host_name());
    if (!config::is_identity(name))
        return fail(Errc::invalid,
                    "the host name '" + name +
                        "' cannot be this node's identity; set identity in " + config.file);
    config.identity = std::move(name);
    return {};
}

}  // namespace

std::vector<std::string> config_candidates(Program program,
                                           const std::optional<std::string>& home) {
    const std::string name = program == Program::server ? "server.cfg" : "client.cfg";
    std::vector<std::string> candidates;
    if (program == Program::client && home && !home->empty())
        candidates.push_back(*home + "/.mcollective");
    candidates.push_back("/etc/puppetlabs/mcollective/" + name);
    candidates.push_back("/etc/mcollective/" + name);
    return candidates;
}

Expected<LoadedConfig> load_config(Program program,
                                   const std::optional<std::string>& explicit_path,
                                   const config::Environment& environment,
                                   const std::vector<PluginFile>& instead) {
    MCO_TRY(path, locate(program, explicit_path, environment));
    MCO_TRY(text, read_file(path, size_limit));
    MCO_TRY(plugin_d, read_plugin_files(path, instead));
    config::Diagnostics diagnostics;
    MCO_TRY(parsed, config::parse({path, std::move(text)}, plugin_d, diagnostics));
    LoadedConfig loaded{std::move(parsed), std::move(diagnostics)};
    MCO_CHECK(set_identity(loaded.config));
    config::apply_environment(loaded.config, environment);
    warn_about_open_secrets(loaded);
    return loaded;
}

config::Environment process_environment() {
    return [](const std::string& name) -> std::optional<std::string> {
        const char* value = std::getenv(name.c_str());
        return value == nullptr ? std::nullopt : std::optional<std::string>(value);
    };
}

Expected<std::string> host_name() {
    char name[HOST_NAME_MAX + 1] = {};
    if (::gethostname(name, sizeof name - 1) != 0)
        return fail(Errc::io, std::string("cannot ask for the host name: ") + std::strerror(errno));
    return std::string(name);
}

}  // namespace mco::system
