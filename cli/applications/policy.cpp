// `mco policy`: says which rule of a policy decides, and what is strange in one.
#include "cli/applications/policy.hpp"

#include "cli/applications/table.hpp"
#include "cli/render/policy.hpp"
#include "system/config_files.hpp"
#include "system/files.hpp"
#include "system/log_sinks.hpp"
#include "system/policies/policies.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <utility>

namespace mco::cli {

namespace {

constexpr int denied_code = 2;

/// The node's configuration: the one that was named, else the usual one if there is one.
Expected<std::optional<config::Config>> server_config(const Context& context) {
    const auto* named = context.parsed.last("server-config");
    std::optional<std::string> path;
    if (named != nullptr)
        path = named->text;
    const auto beside =
        std::filesystem::path(context.estate.config.file).parent_path() / "server.cfg";
    if (!path && !context.estate.config.file.empty() && system::stamp(beside.string()))
        path = beside.string();
    auto loaded = system::load_config(system::Program::server, path, system::process_environment());
    if (loaded)
        return std::optional(std::move(loaded->config));
    if (named == nullptr && context.parsed.has("policies"))
        return std::optional<config::Config>();
    return fail(loaded.error().code,
                loaded.error().message +
                    " (--server-config names another one, --policies where the policies are)");
}

Expected<message::Trusted> read_trusted(const options::Parsed& parsed) {
    message::Trusted trusted;
    for (const auto& text : parsed.all("trusted")) {
        const auto equals = text.find('=');
        if (equals == 0 || equals == std::string::npos)
            return fail(Errc::invalid, "--trusted " + text + " should be NAME=VALUE");
        trusted.emplace_back(text.substr(0, equals), text.substr(equals + 1));
    }
    return trusted;
}

std::string_view because(const policies::Ruling& ruling) {
    using Because = policies::Ruling::Because;
    if (ruling.because != Because::decided)
        return ruling.because == Because::refused ? "refused" : "unconfigured";
    switch (ruling.decision.ground) {
        case policy::Ground::rule:
            return "rule";
        case policy::Ground::default_line:
            return "default";
        case policy::Ground::no_rule:
            return "no_rule";
        case policy::Ground::cannot_decide:
            return "cannot_decide";
    }
    return {};
}

/// The question as it stands on the command line.
struct Asked {
    std::string caller;
    std::string agent;
    std::string action;
    std::string node;  // empty: this machine
};

Expected<Asked> read_question(const std::vector<std::string>& words) {
    if (words.size() < 4 || words.size() > 5)
        return fail(Errc::invalid,
                    "Say who calls what: mco policy explain CALLER AGENT ACTION [NODE]");
    if (words[1].find('=') == std::string::npos)
        return fail(Errc::invalid, "'" + words[1] + "' is no caller id such as cert=alice");
    return Asked{words[1], words[2], words[3], words.size() == 5 ? words[4] : std::string()};
}

policies::Settings policy_settings(const options::Parsed& parsed, const config::Config* server) {
    auto settings = server != nullptr ? policies::read_settings(*server) : policies::Settings();
    settings.directory = parsed.text_or("policies", settings.directory);
    return settings;
}

std::string collective_of(const Context& context, const config::Config* server) {
    const auto& main =
        server != nullptr ? server->main_collective : context.estate.config.main_collective;
    return context.parsed.text_or("collective", main);
}

/// The files are checked as the node does, but what it would log is already part of the answer.
render::Explained explained(Asked asked,
                            std::string collective,
                            const message::Trusted& trusted,
                            const PolicyNode& node,
                            const policies::Settings& settings) {
    system::Log silent(std::make_unique<system::NullSink>(), system::Level::fatal);
    const policies::PolicyFiles files(settings, silent);
    render::Explained result;
    const auto ruling = files.decide({asked.agent, collective},
                                     {asked.caller, trusted, asked.action},
                                     {node.facts, node.classes, node.data},
                                     &result.rules);
    result.caller = std::move(asked.caller);
    result.agent = std::move(asked.agent);
    result.action = std::move(asked.action);
    result.node = std::move(asked.node);
    result.collective = std::move(collective);
    result.folder = std::filesystem::absolute(settings.directory).lexically_normal().string();
    result.allowed = ruling.allowed;
    result.because = because(ruling);
    result.file = ruling.file;
    result.line = ruling.decision.line;
    result.rule = ruling.rule;
    return result;
}

Expected<int> explain(Context& context) {
    MCO_TRY(asked, read_question(context.parsed.arguments));
    MCO_TRY(trusted, read_trusted(context.parsed));
    MCO_TRY(loaded, server_config(context));
    const auto* server = loaded ? &*loaded : nullptr;
    const auto settings = policy_settings(context.parsed, server);
    for (const auto& warning : settings.warnings)
        context.estate.log.warn("{}", warning);
    auto node =
        asked.node.empty() ? local_node(context.parsed, server) : ask_node(context, asked.node);
    if (!node)
        return tl::unexpected(node.error());
    const auto result =
        explained(std::move(asked), collective_of(context, server), trusted, *node, settings);
    context.screen.out(context.settings.for_programs()
                           ? render::explanation_json(result)
                           : render::explanation_text(result, context.palette));
    return result.allowed ? 0 : denied_code;
}

}  // namespace

std::vector<std::string> policy_usages() {
    return {"mco policy lint FILE...", "mco policy explain CALLER AGENT ACTION [NODE] [options]"};
}

std::vector<options::OptionSpec> policy_options() {
    return {
        {"collective", "", {"collective"}, "NAME", "The collective that the request is sent in"},
        {"trusted",
         "",
         {"trusted"},
         "NAME=VALUE",
         "An extension of the caller's certificate; may be repeated"},
        {"policies", "", {"policies"}, "DIR", "Where the policies are"},
        {"server-config", "", {"server-config"}, "FILE", "The node's configuration file"},
        {"facts", "", {"facts"}, "FILE", "Facts of the node, YAML or JSON; may be repeated"},
        {"classes", "", {"classes"}, "FILE", "Classes of the node, one a line"}};
}

Expected<int> run_policy(Context& context) {
    const auto& words = context.parsed.arguments;
    if (words.empty())
        return fail(Errc::invalid, "Say what to do: lint or explain");
    if (words[0] == "explain")
        return explain(context);
    if (words[0] != "lint")
        return fail(Errc::invalid, "Unknown action " + words[0] + ": there are lint and explain");
    if (words.size() == 1)
        return fail(Errc::invalid, "Name the policies to look at: mco policy lint FILE...");
    return lint_policies(context, {words.begin() + 1, words.end()});
}

}  // namespace mco::cli
