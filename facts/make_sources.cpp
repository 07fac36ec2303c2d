#include "core/config/literals.hpp"
#include "facts/sources.hpp"

#include <algorithm>
#include <string_view>

namespace mco::facts {

namespace {

constexpr const char* clean_path =
    "/opt/puppetlabs/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
constexpr std::size_t output_limit = 16u << 20;
constexpr int low_priority = 10;
constexpr long default_timeout = 60;  // seconds
constexpr long longest_timeout = 3600;

std::vector<std::string> split(const std::string& text, char separator) {
    std::vector<std::string> parts;
    std::size_t start = 0;
    while (start <= text.size()) {
        const auto end = std::min(text.find(separator, start), text.size());
        const auto part = config::trimmed(std::string_view(text).substr(start, end - start));
        if (!part.empty())
            parts.emplace_back(part);
        start = end + 1;
    }
    return parts;
}

Expected<std::unique_ptr<Source>> make_files(const config::Config& config,
                                             const std::string& setting) {
    auto paths = split(config.plugin_string(setting, ""), ':');
    if (paths.empty())
        return fail(Errc::invalid,
                    "factsource " + setting + " needs plugin." + setting +
                        " with the files to read, in " + config.file);
    return std::make_unique<FileSource>(std::move(paths));
}

Expected<system::Command> make_command(const config::Config& config,
                                       const std::string& name,
                                       std::string_view fallback) {
    system::Command command;
    MCO_TRY(words, system::split_words(config.plugin_string(name + ".command", fallback)));
    if (words.empty())
        return fail(Errc::invalid, "plugin." + name + ".command is empty");
    MCO_TRY(timeout, config.plugin_int(name + ".timeout", default_timeout));
    if (timeout < 1 || timeout > longest_timeout)
        return fail(Errc::invalid,
                    "plugin." + name + ".timeout must be between 1 and 3600 seconds");
    command.argv = std::move(words);
    command.timeout = std::chrono::seconds(timeout);
    command.environment["PATH"] = clean_path;
    command.output_limit = output_limit;
    command.nice = low_priority;
    return command;
}

Expected<std::unique_ptr<Source>> make_facter(const config::Config& config,
                                              system::Runner& runner) {
    MCO_TRY(command, make_command(config, "facter", "facter --json"));
    MCO_TRY(with_puppet, config.plugin_bool("facter.puppet", false));
    if (with_puppet)
        command.argv.emplace_back("--puppet");
    if (const auto* directories = config.plugin_setting("facter.facterlib"))
        command.environment["FACTERLIB"] = *directories;
    return std::make_unique<CommandSource>(std::move(command), false, runner);
}

Expected<std::unique_ptr<Source>> make_ohai(const config::Config& config, system::Runner& runner) {
    MCO_TRY(command, make_command(config, "ohai", "ohai"));
    return std::make_unique<CommandSource>(std::move(command), true, runner);
}

Expected<std::unique_ptr<Source>> make_source(const std::string& name,
                                              const config::Config& config,
                                              system::Runner& runner) {
    if (name == "yaml" || name == "json")
        return make_files(config, name);
    if (name == "facter")
        return make_facter(config, runner);
    if (name == "ohai" || name == "opscodeohai")
        return make_ohai(config, runner);
    return fail(Errc::invalid, "factsource must be yaml, json, facter or ohai, not '" + name + "'");
}

}  // namespace

std::vector<std::string> fact_paths(const config::Config& config) {
    std::vector<std::string> paths;
    for (const auto& name : split(config.factsource, ','))
        if (name == "yaml" || name == "json")
            for (auto& path : split(config.plugin_string(name, ""), ':'))
                paths.push_back(std::move(path));
    return paths;
}

Expected<std::vector<std::unique_ptr<Source>>> make_sources(const config::Config& config,
                                                            system::Runner& runner) {
    std::vector<std::unique_ptr<Source>> sources;
    for (const auto& name : split(config.factsource, ',')) {
        MCO_TRY(source, make_source(name, config, runner));
        sources.push_back(std::move(source));
    }
    return sources;
}

}  // namespace mco::facts
