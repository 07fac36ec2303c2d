// `mco package`: packages on many nodes (spec 1.11).
#include "agents/package/application/package_screen.hpp"
#include "cli/agent_call.hpp"
#include "cli/application.hpp"
#include "cli/completion.hpp"
#include "cli/consent.hpp"
#include "cli/exit_code.hpp"
#include "cli/render/node_lines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace mco::package::application {

namespace {

using cli::Context;

struct Action {
    std::string_view name;
    bool takes_package = false;
    bool asks = true;  ///< before it is done on all nodes
    std::string_view help = {};
};

constexpr std::array<Action, 14> actions = {
    Action{"install", true, true, "install a package"},
    Action{"uninstall", true, true, "remove a package, but not its configuration files"},
    Action{"purge", true, true, "remove a package with its configuration files"},
    Action{"update", true, true, "update a package that is installed"},
    Action{"status", true, false, "which version of a package is installed"},
    Action{"search", true, false, "which versions of a package can be had; *, ? and [...] work"},
    Action{"count", false, false, "how many packages are installed"},
    Action{"md5", false, false, "a sum of all that is installed, equal on equal nodes"},
    Action{"checkupdates", false, true, "which packages could be updated"},
    Action{"apt_checkupdates", false, true, "the same, of nodes with apt"},
    Action{"yum_checkupdates", false, true, "the same, of nodes with yum"},
    Action{"refresh", false, true, "let the package manager learn which packages there are"},
    Action{"apt_update", false, true, "the same, of nodes with apt"},
    Action{"yum_clean", false, true, "clean what yum keeps"}};

const Action* find_action(std::string_view name) {
    const auto* const found = std::find_if(
        actions.begin(), actions.end(), [name](const Action& known) { return known.name == name; });
    return found == actions.end() ? nullptr : found;
}

std::string action_names() {
    std::string names;
    for (const auto& action : actions)
        names += (names.empty() ? "" : ", ") + std::string(action.name);
    return names;
}

/// What the words ask for.
struct Wish {
    const Action* action = nullptr;
    std::string package;  ///< empty: the action takes none
};

/// `ACTION PACKAGE` or `PACKAGE ACTION`; a single word for what concerns no package.
Expected<Wish> read_words(const std::vector<std::string>& words) {
    const auto* first = words.empty() ? nullptr : find_action(words[0]);
    if (words.size() == 1 && first != nullptr && !first->takes_package)
        return Wish{first, {}};
    if (words.size() < 2)
        return fail(Errc::invalid,
                    "Please specify an action and a package; the actions are " + action_names());
    if (first != nullptr && !first->takes_package)
        return fail(
            Errc::invalid,
            fmt::format(
                "The action {} takes no package; did you mean -I {}?", first->name, words[1]));
    if (first != nullptr)
        return Wish{first, words[1]};
    const auto* second = find_action(words[1]);
    if (second != nullptr && second->takes_package)
        return Wish{second, words[0]};
    return fail(Errc::invalid, "Action must be one of " + action_names());
}

Expected<Map> inputs_of(const Wish& wish, const options::Parsed& parsed) {
    Map inputs;
    if (wish.action->takes_package)
        inputs.set("package", wish.package);
    if (!parsed.has("version"))
        return inputs;
    if (wish.action->name != "install")
        return fail(Errc::invalid, "--version works with the action install only");
    inputs.set("version", parsed.text_or("version", ""));
    return inputs;
}

std::string question(const Wish& wish) {
    return fmt::format("No filter says which nodes are meant: {}{}{} on all of them? (y/n): ",
                       wish.action->name,
                       wish.package.empty() ? "" : " ",
                       wish.package);
}

void print_lines(Context& context, const Wish& wish, const client::Outcome& outcome) {
    context.screen.out(render::node_lines(outcome.results, [&](const client::Result& result) {
        return node_text(wish.action->name, wish.package, result, context.settings.verbose);
    }));
}

std::vector<std::string> usages() {
    std::string list;
    for (const auto& action : actions)
        list += fmt::format("\n    {:<17}{}", action.name, action.help);
    return {"mco package [options] [filters] ACTION PACKAGE",
            "mco package [options] [filters] PACKAGE ACTION",
            "mco package [options] [filters] install PACKAGE --version VERSION",
            "mco package [options] [filters] count|md5|checkupdates|refresh|...\n" + list};
}

std::vector<options::OptionSpec> own_options() {
    return {{"version", "", {"version"}, "VERSION", "Install this version, be it an older one"}};
}

cli::Candidates words(const cli::Completing& line) {
    cli::Candidates candidates;
    if (line.before.arguments.empty())
        for (const auto& action : actions)
            candidates.push_back({std::string(action.name), std::string(action.help)});
    return candidates;
}

Expected<int> run(Context& context) {
    const auto& words = context.parsed.arguments;
    MCO_TRY(wish, read_words(words));
    MCO_CHECK(cli::refuse_surplus("mco package", words, wish.action->takes_package ? 2 : 1));
    MCO_TRY(inputs, inputs_of(wish, context.parsed));
    MCO_TRY(call,
            check_call(context, "package", std::string(wish.action->name), std::move(inputs)));
    if (wish.action->asks) {
        MCO_TRY(agreed, cli::consents_unfiltered(context, question(wish)));
        if (!agreed)
            return 1;
    }
    const auto& settings = context.settings;
    const cli::Showing showing{
        settings.verbose && !settings.for_programs(), settings.progress, true, wish.action->asks};
    MCO_TRY(outcome, run_call(context, call, showing));
    if (settings.form == cli::Form::text)
        print_lines(context, wish, outcome);
    else
        print_results(context, call, outcome);
    print_statistics(context,
                     outcome,
                     fmt::format("{} Package results", wish.action->name),
                     cli::Summarize::yes);
    return cli::exit_code(settings, outcome);
}

}  // namespace

}  // namespace mco::package::application

namespace mco::agents {

cli::Application make_package_command() {
    namespace command = package::application;
    return {"package",
            "Installs, updates and removes packages, and tells what is installed",
            {},
            command::usages,
            command::own_options,
            command::run,
            command::words,
            cli::any_number,
            [](const options::Parsed&) { return std::string("package"); }};
}

}  // namespace mco::agents
