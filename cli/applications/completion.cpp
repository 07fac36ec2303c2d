// `mco completion`: what the shells' completion asks for (spec 1.8). It must be quick, and quiet
// about everything that somebody who only pressed a key cannot mend.
#include "cli/completion.hpp"

#include "cli/applications/table.hpp"
#include "cli/commands.hpp"

#include <algorithm>
#include <array>

namespace mco::cli {

namespace {

/// Said on standard error without the usual failure line.
int give_up(Context& context, const std::string& why) {
    context.screen.err(why + '\n');
    return 1;
}

/// Candidates stand on one line each, whatever a declaration says about them.
std::string on_one_line(std::string text) {
    std::replace_if(
        text.begin(), text.end(), [](unsigned char c) { return c < ' ' || c == 127; }, ' ');
    return text;
}

/// Nothing was learnt, so nothing is written: the copy of the memory is only read.
std::vector<std::string> known_nodes(const Context& context) {
    auto memory = context.estate.memory;
    return memory.memory().names();
}

Sources sources_of(const Context& context) {
    return {context.commands, context.estate.catalogue, context.estate.config, [&context] {
                return known_nodes(context);
            }};
}

/// `NAME`, or `NAME:DESCRIPTION` with -v.
int list(Context& context, Candidates candidates) {
    std::sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
        return a.text < b.text;
    });
    std::string text;
    for (const auto& one : candidates)
        text +=
            on_one_line(context.settings.verbose ? one.text + ':' + one.description : one.text) +
            '\n';
    context.screen.out(text);
    return 0;
}

int list_agents(Context& context) {
    const auto& type = *client::plugin_type("agent");
    auto agents = plugin_names(context.estate.catalogue, type);
    // Only descriptions need the declaration.
    if (context.settings.verbose)
        std::erase_if(agents, [&](const Candidate& agent) {
            return !context.estate.catalogue.find(type, agent.text);
        });
    return list(context, std::move(agents));
}

int list_actions(Context& context) {
    const auto agent = context.parsed.text_or("agent", "");
    if (!context.parsed.has("agent"))
        return give_up(context, "Please specify an agent to list actions for");
    return list(context, action_names(context.estate.catalogue, agent));
}

int list_inputs(Context& context) {
    if (!context.parsed.has("agent") || !context.parsed.has("action"))
        return give_up(context, "Please specify an action and agent to list inputs for");
    auto inputs = input_words(context.estate.catalogue,
                              context.parsed.text_or("agent", ""),
                              context.parsed.text_or("action", ""),
                              "");
    for (auto& input : inputs)
        input.text.pop_back();  // the equals sign
    return list(context, std::move(inputs));
}

int list_applications(Context& context) {
    return list(context, application_names(context.commands));
}

int list_options(Context& context) {
    if (!context.parsed.has("application"))
        return give_up(context, "Please specify an application to list options for");
    const auto* application = context.commands.find(context.parsed.text_or("application", ""));
    return list(context,
                application == nullptr ? Candidates() : option_names(all_options(*application)));
}

int list_nodes(Context& context) {
    std::string text;
    for (const auto& name : known_nodes(context))
        text += on_one_line(name) + '\n';
    context.screen.out(text);
    return 0;
}

/// For the shells' functions: a candidate a line, its description behind a tab.
int complete_line(Context& context) {
    std::string text;
    for (const auto& one : complete(sources_of(context), context.parsed.arguments)) {
        text += on_one_line(one.text);
        if (!one.description.empty())
            text += '\t' + on_one_line(one.description);
        text += '\n';
    }
    context.screen.out(text);
    return 0;
}

struct List {
    std::string_view option;
    int (*print)(Context& context);
};

constexpr std::array<List, 7> lists = {{{"complete", complete_line},
                                        {"list-actions", list_actions},
                                        {"list-agents", list_agents},
                                        {"list-applications", list_applications},
                                        {"list-inputs", list_inputs},
                                        {"list-nodes", list_nodes},
                                        {"list-options", list_options}}};

}  // namespace

std::vector<options::OptionSpec> completion_options() {
    return {{"list-agents", "", {"list-agents"}, "", "List the agents"},
            {"list-actions", "", {"list-actions"}, "", "List the actions of an agent"},
            {"list-inputs", "", {"list-inputs"}, "", "List the inputs of an action"},
            {"list-applications", "", {"list-applications"}, "", "List the commands"},
            {"list-options", "", {"list-options"}, "", "List the options of a command"},
            {"list-nodes", "", {"list-nodes"}, "", "List the nodes that answered lately"},
            {"complete",
             "",
             {"complete"},
             "",
             "List what may become of the last of the words after --"},
            {"agent", "", {"agent"}, "AGENT", "The agent that is meant"},
            {"action", "", {"action"}, "ACTION", "The action that is meant"},
            {"application", "", {"application"}, "COMMAND", "The command that is meant"}};
}

Expected<int> run_completion(Context& context) {
    const List* chosen = nullptr;
    for (const auto& one : lists) {
        if (!context.parsed.has(one.option))
            continue;
        if (chosen != nullptr)
            return give_up(context,
                           "Please choose only one of "
                           "--list-[agents|actions|inputs|applications]");
        chosen = &one;
    }
    if (chosen == nullptr)
        return give_up(context, "Please choose either --list-[agents|actions|inputs|applications]");
    return chosen->print(context);
}

}  // namespace mco::cli
