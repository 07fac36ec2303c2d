// The policy files, as the node would read them.
#include "cli/doctor/node_check.hpp"
#include "core/policy/lint.hpp"
#include "core/policy/parse.hpp"
#include "system/policies/policies.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

namespace mco::doctor {

namespace {

const std::string check = "policies";

std::vector<std::string> files_below(const std::string& directory) {
    std::vector<std::string> files;
    std::error_code error;
    namespace fs = std::filesystem;
    for (fs::recursive_directory_iterator entry(directory, error), end; !error && entry != end;
         entry.increment(error)) {
        if (entry.depth() > 0)
            entry.disable_recursion_pending();
        if (entry->path().extension() == ".policy" || entry->path().filename() == "groups")
            files.push_back(entry->path().string());
    }
    std::sort(files.begin(), files.end());
    return files;
}

/// Nothing when the file is as it should be.
Findings check_file(const std::string& path) {
    const auto text = policies::read_guarded(path);
    if (!text)
        return {problem(check,
                        path,
                        {"is refused, so that its agent denies everything: " + text.error().message,
                         "chown root " + path + " and chmod 0644 " + path +
                             "; its directory likewise, with 0755"})};
    Findings findings;
    std::vector<policy::Problem> problems;
    std::vector<policy::Problem> oddities;
    if (path.ends_with("/groups")) {
        static_cast<void>(policy::read_groups(*text, problems));
    } else {
        const auto read = policy::read_policy(*text, path, problems);
        oddities = policy::lint(read, {});
    }
    for (const auto& [line, what] : problems)
        findings.push_back(problem(check,
                                   fmt::format("{}:{}", path, line),
                                   {what + ": its agent denies everything",
                                    "correct the line; mco policy lint " + path + " checks it"}));
    for (const auto& [line, what] : oddities)
        findings.push_back(
            warning(check,
                    fmt::format("{}:{}", path, line),
                    {what, "correct the line; mco policy lint " + path + " checks it"}));
    return findings;
}

bool is_ours(std::string provider) {
    std::erase(provider, '_');
    std::transform(provider.begin(), provider.end(), provider.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return provider == "actionpolicy";
}

}  // namespace

Findings check_policies(const config::Config& config, const Observer& observer) {
    if (!config.rpcauthorization)
        return {ok(check, "", "off (rpcauthorization): every caller may call every action")};
    if (!is_ours(config.rpcauthprovider))
        return {problem(check,
                        config.rpcauthprovider,
                        {"there is no such authorisation provider: the daemon does not start",
                         "set rpcauthprovider = action_policy in " + config.file})};
    const auto settings = policies::read_settings(config);
    Findings findings;
    for (const auto& sentence : settings.warnings)
        findings.push_back(warning(check, "", {sentence, "correct the setting"}));
    const auto directory = look_at(settings.directory);
    if (directory.kind == FileFacts::Kind::hidden ||
        (directory.kind == FileFacts::Kind::directory && !directory.readable)) {
        findings.push_back(skipped(
            check, directory.path, "cannot be seen by " + observer.user + ": run this as root"));
        return findings;
    }
    const auto files = files_below(settings.directory);
    if (files.empty() && !settings.allow_unconfigured)
        findings.push_back(problem(check,
                                   settings.directory,
                                   {"there is no policy, so that every call is denied",
                                    "write one for each agent, AGENT.policy "
                                    "(docs/authorisation.md), such as one line: policy default "
                                    "allow"}));
    for (const auto& file : files)
        append(findings, check_file(file));
    if (findings.empty())
        findings.push_back(
            ok(check, settings.directory, fmt::format("{} files decide", files.size())));
    return findings;
}

}  // namespace mco::doctor
