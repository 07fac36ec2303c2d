#include "cli/doctor/config_check.hpp"

#include "client/catalogue.hpp"
#include "core/config/keys_catalogue.hpp"
#include "core/config/read.hpp"
#include "core/config/unknown_settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

namespace mco::doctor {

namespace {

const std::string check = "configuration";

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const auto& word : words)
        text += (text.empty() ? "" : ", ") + word;
    return text;
}

/// `FILE:LINE: what` in two.
std::pair<std::string, std::string> split_origin(const std::string& sentence) {
    const auto colon = sentence.find(": ");
    if (colon == std::string::npos)
        return {"", sentence};
    return {sentence.substr(0, colon), sentence.substr(colon + 2)};
}

/// Files of plugin.d that nobody reads because of their name.
Findings ignored_files(const std::string& config_file) {
    namespace fs = std::filesystem;
    Findings findings;
    std::error_code error;
    const auto directory = fs::path(config_file).parent_path() / "plugin.d";
    for (fs::directory_iterator entry(directory, error), end; !error && entry != end;
         entry.increment(error)) {
        const auto path = entry->path().string();
        if (entry->path().extension() == ".cfg" && !config::plugin_name(path))
            findings.push_back(
                warning(check,
                        path,
                        {"is not read, because of its name",
                         "name it after the plug-in, with letters, digits and _ only"}));
    }
    return findings;
}

Finding nothing_found(system::Program program,
                      const std::optional<std::string>& home,
                      const Observer& observer) {
    const auto candidates = system::config_candidates(program, home);
    const std::string option = program == system::Program::server ? "--server-config" : "--config";
    for (const auto& candidate : candidates) {
        const auto file = look_at(candidate);
        if (file.kind != FileFacts::Kind::missing)
            return problem(check,
                           candidate,
                           unusable(file, observer)
                               .value_or(Trouble{"cannot be read", "run this command as root"}));
    }
    return problem(check,
                   "",
                   {"none is there: tried " + joined(candidates),
                    "create one of them (docs/getting-started.md has an example), or name "
                    "another with " +
                        option + " FILE"});
}

bool holds_secrets(const config::Config& config) {
    return std::any_of(config.plugin.begin(), config.plugin.end(), [&](const auto& entry) {
        return config::is_secret(entry.first) && entry.second.origin.starts_with(config.file);
    });
}

Finding judge_file(const config::Config& config, const Observer& observer) {
    const auto file = look_at(config.file);
    return holds_secrets(config) ? judge_secret(check, file, observer)
                                 : judge_public(check, file, observer);
}

Findings check_libdir(const config::Config& config) {
    Findings findings;
    for (const auto& directory : config.libdir) {
        const auto facts = look_at(directory);
        if (facts.kind != FileFacts::Kind::directory)
            findings.push_back(warning("plug-ins",
                                       directory,
                                       {"is in libdir, but there is no such directory",
                                        "correct libdir in " + config.file}));
    }
    const auto agents = client::Catalogue(config.libdir).names(client::plugin_types.front());
    findings.push_back(
        ok("plug-ins",
           "",
           fmt::format("declarations of {} agents ({})",
                       agents.size(),
                       config.libdir.empty() ? "built in only"
                                             : "built in and in " + joined(config.libdir))));
    return findings;
}

}  // namespace

Finding judge_diagnostic(const std::string& sentence) {
    const auto [origin, what] = split_origin(sentence);
    if (what.ends_with("use chmod o-r"))
        return problem(check,
                       origin,
                       {what.substr(0, what.rfind(';')),
                        "chmod 0600 " + origin.substr(0, origin.rfind(':')) +
                            ", and change the secret if others use this machine"});
    return warning(check, origin, {what, "correct or remove this line"});
}

Findings judge_identity(const config::Config& config) {
    Findings findings;
    const auto& name = config.identity;
    if (name == "localhost" || name.starts_with("localhost."))
        findings.push_back(warning(
            "identity", name, {"every machine is called so", "set identity in " + config.file}));
    else
        findings.push_back(ok("identity",
                              name,
                              config.core.count("identity") != 0
                                  ? "set in " + config.core.at("identity").origin
                                  : "the host name"));
    const auto& all = config.collectives;
    if (std::find(all.begin(), all.end(), config.main_collective) == all.end())
        findings.push_back(
            problem("collectives",
                    joined(all),
                    {"main_collective " + config.main_collective + " is none of them",
                     "add it to collectives in " + config.file + ", or set main_collective"}));
    else
        findings.push_back(
            ok("collectives", joined(all), "the main one is " + config.main_collective));
    return findings;
}

Findings judge_settings(const config::Config& config, system::Program program) {
    const std::string about = "settings";
    Findings findings;
    for (const auto& sentence : config::unknown_settings(config)) {
        const auto [origin, what] = split_origin(sentence);
        findings.push_back(warning(about, origin, {what, "correct or remove this line"}));
    }
    const auto side =
        program == system::Program::server ? config::Side::server : config::Side::client;
    std::vector<std::string> ignored;
    for (const auto& [name, origin, why] : config::ignored_settings(config, side))
        ignored.push_back(fmt::format("{} ({}: {})", name, origin, why));
    if (!ignored.empty())
        findings.push_back(warning(about,
                                   config.file,
                                   {"have no effect: " + joined(ignored),
                                    "remove these lines, or see docs/differences.md for what "
                                    "takes their place"}));
    return findings;
}

Findings check_ruby_agents(const config::Config& config) {
    namespace fs = std::filesystem;
    const auto ours = client::Catalogue({}).names(client::plugin_types.front());
    Findings findings;
    for (const auto& directory : config.libdir) {
        std::set<std::string> names;
        std::error_code error;
        for (fs::directory_iterator entry(directory + "/mcollective/agent", error), end;
             !error && entry != end;
             entry.increment(error))
            if (entry->path().extension() == ".rb")
                names.insert(entry->path().stem().string());
        for (const auto& name : ours)
            names.erase(name);
        if (!names.empty())
            findings.push_back(
                warning("plug-ins",
                        directory,
                        {"nobody runs the Ruby agents " + joined({names.begin(), names.end()}) +
                             " here: this daemon has agents of its own only",
                         "keep the original's daemon on this node for them, or write them anew "
                         "(agents/README.md); those that are not needed can be removed"}));
    }
    return findings;
}

Configuration check_configuration(system::Program program,
                                  const std::optional<std::string>& path,
                                  const config::Environment& environment,
                                  const Observer& observer) {
    Configuration result;
    auto loaded = system::load_config(program, path, environment);
    if (!loaded && loaded.error().code == Errc::not_found && !path) {
        result.findings.push_back(nothing_found(program, environment("HOME"), observer));
        return result;
    }
    if (!loaded) {
        const auto file = look_at(path.value_or(""));
        auto trouble = path ? unusable(file, observer) : std::nullopt;
        result.findings.push_back(
            trouble ? problem(check, *path, *std::move(trouble))
                    : problem(check,
                              split_origin(loaded.error().message).first,
                              {split_origin(loaded.error().message).second,
                               "correct this line; nothing starts until it is right"}));
        return result;
    }
    auto& config = loaded->config;
    auto file = judge_file(config, observer);
    const bool open_secret = file.status == Status::problem;
    result.findings.push_back(std::move(file));
    for (const auto& sentence : loaded->diagnostics.warnings) {
        auto finding = judge_diagnostic(sentence);
        const bool known = open_secret && finding.status == Status::problem &&
                           finding.subject.starts_with(config.file + ":");
        if (!known)
            result.findings.push_back(std::move(finding));
    }
    append(result.findings, ignored_files(config.file));
    append(result.findings, judge_settings(config, program));
    append(result.findings, judge_identity(config));
    append(result.findings, check_libdir(config));
    if (program == system::Program::server)
        append(result.findings, check_ruby_agents(config));
    result.config = std::move(config);
    return result;
}

}  // namespace mco::doctor
