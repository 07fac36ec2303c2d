// `mco service`: one service on many nodes (spec 1.12).
#include "agents/service/application/service_screen.hpp"
#include "cli/agent_call.hpp"
#include "cli/application.hpp"
#include "cli/completion.hpp"
#include "cli/consent.hpp"
#include "cli/exit_code.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace mco::services::application {

namespace {

using cli::Candidates;
using cli::Context;

struct Known {
    std::string_view name;
    std::string_view meaning;
};

constexpr std::array<Known, 4> actions = {Known{"restart", "Stops the service and starts it"},
                                          Known{"start", "Starts the service"},
                                          Known{"status", "Tells whether the service runs"},
                                          Known{"stop", "Stops the service"}};

bool is_action(const std::string& word) {
    return std::any_of(
        actions.begin(), actions.end(), [&](const Known& action) { return action.name == word; });
}

struct Wanted {
    std::string service;
    std::string action;
};

/// Both orders are usual; an action that stands first is one.
Expected<Wanted> read_words(const std::vector<std::string>& words) {
    if (words.size() < 2)
        return fail(Errc::invalid, "Please specify service name and action");
    if (is_action(words[0]))
        return Wanted{words[1], words[0]};
    if (is_action(words[1]))
        return Wanted{words[0], words[1]};
    return fail(Errc::invalid, "Action has to be one of start, stop, restart or status");
}

/// The lines, or in another form than text the replies that they are made of.
void print_lines(Context& context,
                 const cli::AgentCall& call,
                 const client::Outcome& outcome,
                 const std::string& action) {
    if (context.settings.form == cli::Form::text)
        context.screen.out(service_lines(outcome.results, action, context.settings.verbose));
    else
        print_results(context, call, outcome);
}

Expected<int> run(Context& context) {
    MCO_TRY(wanted, read_words(context.parsed.arguments));
    MCO_TRY(call, check_call(context, "service", wanted.action, {{"service", wanted.service}}));
    cli::Showing showing{context.settings.verbose && !context.settings.for_programs(),
                         context.settings.progress,
                         true};
    if (wanted.action != "status") {
        MCO_TRY(agreed,
                cli::consents_unfiltered(
                    context, "Do you really want to operate on services unfiltered? (y/n): "));
        if (!agreed)
            return 1;
        showing.consented = true;
    }
    MCO_TRY(outcome, run_call(context, call, showing));
    print_lines(context, call, outcome, wanted.action);
    print_statistics(context, outcome, wanted.action + " Service results", cli::Summarize::yes);
    return cli::exit_code(context.settings, outcome);
}

std::vector<std::string> usages() {
    return {"mco service [options] [filters] SERVICE ACTION",
            "mco service [options] [filters] ACTION SERVICE\n"
            "\n"
            "    restart  stop the service and start it\n"
            "    start    start the service\n"
            "    status   tell whether the service runs\n"
            "    stop     stop the service"};
}

/// What may come next on the line; names of services are known to the nodes alone.
Candidates words(const cli::Completing& line) {
    const auto& before = line.before.arguments;
    if (before.size() > 1 || (before.size() == 1 && is_action(before.front())))
        return {};
    Candidates candidates;
    for (const auto& action : actions)
        candidates.push_back({std::string(action.name), std::string(action.meaning)});
    return candidates;
}

}  // namespace

}  // namespace mco::services::application

namespace mco::agents {

cli::Application make_service_command() {
    namespace command = services::application;
    return {"service",
            "Starts, stops and examines a service",
            {},
            command::usages,
            nullptr,
            command::run,
            command::words,
            2,  // SERVICE ACTION
            [](const options::Parsed&) { return std::string("service"); }};
}

}  // namespace mco::agents
