// `mco resource`: resources of many nodes, browsed, compared and cloned (resources §6, §7).
#include "agents/resource/application/choices.hpp"
#include "agents/resource/application/commands.hpp"
#include "cli/application.hpp"
#include "cli/completion.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <utility>

namespace mco::resource::application {

namespace {

using cli::Context;

struct Subcommand {
    std::string_view name;
    Expected<int> (*run)(Context&);
    std::size_t most_words;  ///< its own name is one of them
    std::string_view description;
};

constexpr std::array<Subcommand, 9> subcommands = {{
    {"clone", run_clone, 3, "copy a resource from one node to others"},
    {"compare", run_compare, cli::any_number, "show what differs between nodes"},
    {"diff", run_diff, cli::any_number, "show what a wished state would change"},
    {"find", run_find, 3, "show on which nodes a resource is"},
    {"generate", run_generate, 3, "print resources as Puppet code"},
    {"inspect", run_inspect, cli::any_number, "show how alike nodes are, by type"},
    {"list", run_list, 2, "list all resources of a type, with their variants"},
    {"show", run_show, 3, "show the variants of one resource"},
    {"types", run_types, 1, "list the types that nodes know"},
}};

/// What nodes have as a rule, and what to compare starts no Ruby anywhere.
constexpr std::array<std::string_view, 5> usual_types = {"user",
                                                         "group",
                                                         "host",
                                                         "package",
                                                         "service"};

/// Puppet's own types whose resources can be listed.
constexpr std::array<std::string_view, 12> known_types = {"cron",
                                                          "file",
                                                          "group",
                                                          "host",
                                                          "mailalias",
                                                          "mount",
                                                          "package",
                                                          "service",
                                                          "ssh_authorized_key",
                                                          "sshkey",
                                                          "user",
                                                          "yumrepo"};

std::vector<std::string> usages() {
    std::string table = "mco resource [options] [filters] ACTION\n\n";
    for (const auto& [name, run, most, description] : subcommands)
        table += fmt::format("    {:<9} {}\n", name, description);
    table.pop_back();
    return {"mco resource types",
            "mco resource list TYPE [--sort KEY] [--differing] [--match REGEX]",
            "mco resource show|find TYPE TITLE",
            "mco resource compare TYPE [NODE NODE ...]",
            "mco resource inspect [TYPE ...]",
            "mco resource diff TYPE TITLE NAME=VALUE ...",
            "mco resource clone TYPE TITLE --from NODE",
            "mco resource generate TYPE [TITLE] [--from NODE]",
            std::move(table)};
}

/// What may follow, for completion.
cli::Candidates words(const cli::Completing& line) {
    const auto& before = line.before.arguments;
    cli::Candidates candidates;
    if (before.empty()) {
        for (const auto& one : subcommands)
            candidates.push_back({std::string(one.name), std::string(one.description)});
        return candidates;
    }
    const bool types = (before.size() == 1 && before[0] != "types") || before[0] == "inspect";
    if (types)
        return cli::plain({known_types.begin(), known_types.end()});
    return before[0] == "compare" ? cli::plain(line.sources.nodes()) : candidates;
}

Expected<int> run(Context& context) {
    const auto& words = context.parsed.arguments;
    std::vector<std::string_view> names;
    for (const auto& one : subcommands)
        names.push_back(one.name);
    if (words.empty())
        return fail(Errc::invalid,
                    fmt::format("Please specify a command: {}", fmt::join(names, ", ")));
    const auto* const found =
        std::find_if(subcommands.begin(), subcommands.end(), [&](const Subcommand& known) {
            return known.name == words[0];
        });
    if (found == subcommands.end())
        return fail(Errc::invalid, fmt::format("Action must be one of {}", fmt::join(names, ", ")));
    MCO_CHECK(check_options(context.parsed, found->name));
    MCO_CHECK(
        cli::refuse_surplus(fmt::format("mco resource {}", found->name), words, found->most_words));
    return found->run(context);
}

}  // namespace

Expected<std::string> type_word(const Context& context, std::string_view command) {
    const auto& words = context.parsed.arguments;
    if (words.size() < 2)
        return fail(Errc::invalid, fmt::format("The {} command needs a type", command));
    return read_type(words[1]);
}

Expected<std::string> title_word(const Context& context, std::string_view command) {
    const auto& words = context.parsed.arguments;
    if (words.size() < 3)
        return fail(Errc::invalid, fmt::format("The {} command needs a title", command));
    return read_title(words[2]);
}

Expected<std::vector<std::string>> type_words(const Context& context) {
    const auto& words = context.parsed.arguments;
    std::vector<std::string> types;
    for (std::size_t i = 1; i < words.size(); ++i) {
        MCO_TRY(type, read_type(words[i]));
        if (std::find(types.begin(), types.end(), type) == types.end())
            types.push_back(type);
    }
    if (types.empty())
        types.assign(usual_types.begin(), usual_types.end());
    return types;
}

}  // namespace mco::resource::application

namespace mco::agents {

cli::Application make_resource_command() {
    namespace command = resource::application;
    return {"resource",
            "Browses, compares and clones resources",
            {},
            command::usages,
            command::own_options,
            command::run,
            command::words,
            cli::any_number,
            [](const options::Parsed&) { return std::string("puppetral"); }};
}

}  // namespace mco::agents
