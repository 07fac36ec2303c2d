#include "cli/applications/table.hpp"

#include "cli/commands.hpp"
#include "core/config/literals.hpp"
#include "core/options/help.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace mco::cli {

namespace {

/// Every node has it.
std::string agent_of_every_node(const options::Parsed&) {
    return "rpcutil";
}

constexpr OptionGroups all;
constexpr OptionGroups none{false, false, false};

// A new subcommand is a file, its name in CMakeLists.txt and a row; that of an agent stands in the
// agent's folder.
constexpr std::array<Application, 11> table = {{
    {"completion",
     "Lists what the completion of shells asks for",
     none,
     nullptr,
     completion_options,
     run_completion,
     nullptr,
     any_number},
    {"describe_filter",
     "Explains filters in words",
     {false, true, false},
     describe_filter_usages,
     nullptr,
     run_describe_filter},
    {"doctor",
     "Checks the set-up of this machine and says what to do",
     none,
     doctor_usages,
     doctor_options,
     run_doctor,
     node_word,
     1},
    {"facts",
     "Counts the values of a fact",
     all,
     facts_usages,
     nullptr,
     run_facts,
     nullptr,
     1,
     agent_of_every_node},
    {"find",
     "Lists the nodes that match filters",
     all,
     nullptr,
     nullptr,
     run_find,
     nullptr,
     0,
     agent_of_every_node},
    {"help",
     "Lists the commands and explains them",
     all,
     help_usages,
     nullptr,
     run_help,
     help_words,
     1},
    {"inventory",
     "Reports on nodes and collectives",
     all,
     inventory_usages,
     inventory_options,
     run_inventory,
     node_word,
     1},
    {"ping",
     "Shows which nodes answer, and how fast",
     all,
     nullptr,
     ping_options,
     run_ping,
     nullptr,
     0,
     agent_of_every_node},
    {"plugin",
     "Shows the documentation of plug-ins",
     none,
     plugin_usages,
     plugin_options,
     run_plugin,
     plugin_words,
     2},
    {"policy",
     "Explains and checks the policies that authorise calls",
     {true, false, true},
     policy_usages,
     policy_options,
     run_policy,
     policy_words,
     any_number},
    {"rpc",
     "Calls an action of any agent",
     all,
     rpc_usages,
     rpc_options,
     run_rpc,
     rpc_words,
     any_number,
     rpc_agent},
}};

/// An application may have an option of its own under a name that is shared.
bool is_replaced(const options::OptionSpec& shared, const std::vector<options::OptionSpec>& own) {
    return std::any_of(own.begin(), own.end(), [&](const options::OptionSpec& one) {
        return one.longs == shared.longs;
    });
}

}  // namespace

std::span<const Application> builtin_applications() {
    return table;
}

Expected<void> refuse_surplus(std::string_view command,
                              const std::vector<std::string>& words,
                              std::size_t most) {
    if (words.size() <= most)
        return {};
    const auto& word = words[most];
    const auto hint = config::is_identity(word) ? "; did you mean -I " + word + "?" : "";
    return fail(Errc::invalid,
                fmt::format("'{}' does not take the word '{}'{}", command, word, hint));
}

std::vector<options::OptionSpec> all_options(const Application& application) {
    auto specs =
        application.options != nullptr ? application.options() : std::vector<options::OptionSpec>();
    auto shared = shared_options(application.groups);
    std::erase_if(shared, [&](const options::OptionSpec& one) { return is_replaced(one, specs); });
    if (specs.empty())  // then there are no application options that the shared ones could follow
        for (auto& spec : shared)
            if (spec.group == options::OptionSpec{}.group)
                spec.group.clear();
    specs.insert(specs.end(), shared.begin(), shared.end());
    return specs;
}

std::string help_screen(const Application& application) {
    const auto usages =
        application.usages != nullptr ? application.usages() : std::vector<std::string>();
    return options::help_text({std::string(application.description),
                               usages,
                               "The Marionette Collective " + std::string(version())},
                              all_options(application));
}

std::string_view version() {
    return MCO_VERSION;
}

}  // namespace mco::cli
