// `mco rpc`: any action of any agent (spec 1.1).
#include "cli/agent_call.hpp"
#include "cli/applications/table.hpp"
#include "cli/exit_code.hpp"
#include "core/config/literals.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>

namespace mco::cli {

namespace {

using Words = std::vector<std::string>;

/// What was asked for, before the DDL was looked at.
struct Wanted {
    std::string agent;
    std::string action;
    Map inputs;  ///< as typed
};

/// `KEY=VALUE` up to the first line end; both must be there.
std::optional<std::pair<std::string, std::string>> split_input(std::string_view word) {
    word = word.substr(0, word.find('\n'));
    const auto equals = word.find('=', 1);
    if (equals == std::string_view::npos || equals + 1 == word.size())
        return std::nullopt;
    return std::pair(std::string(word.substr(0, equals)), std::string(word.substr(equals + 1)));
}

/// For a word that is no KEY=VALUE.
std::string hint(const std::string& word) {
    return config::is_identity(word) ? "; did you mean -I " + word + "?" : "";
}

/// What is said without the usual failure line.
Expected<std::optional<Wanted>> say(Context& context, const std::string& text) {
    context.screen.err(text + '\n');
    return std::optional<Wanted>();
}

/// Nothing: it has been said what is wrong.
Expected<std::optional<Wanted>> read_words(Context& context) {
    const auto& parsed = context.parsed;
    Wanted wanted{parsed.text_or("agent", ""), parsed.text_or("action", ""), {}};
    Words inputs = parsed.all("argument");
    for (const auto& word : inputs)
        if (!split_input(word))
            return say(context,
                       fmt::format("Validation of arguments failed: Could not parse --arg {} "
                                   "should be of the form key=val",
                                   word));
    const auto& words = parsed.arguments;
    if (parsed.has("agent") && parsed.has("action")) {
        MCO_CHECK(refuse_surplus("mco rpc --agent AGENT --action ACTION", words, 0));
    } else {
        if (words.size() < 2)
            return say(context, "No agent, action and arguments specified");
        wanted.agent = words[0];
        wanted.action = words[1];
        inputs.insert(inputs.end(), words.begin() + 2, words.end());
    }
    for (const auto& word : inputs) {
        auto input = split_input(word);
        if (!input)
            return say(context, "Could not parse --arg " + word + hint(word));
        wanted.inputs.set(std::move(input->first), std::move(input->second));
    }
    return std::optional(std::move(wanted));
}

/// The replies go elsewhere, or nobody gives any.
Expected<int> send_unattended(Context& context, AgentCall call) {
    const auto reply_to = context.settings.reply_to.value_or("");
    call.request.process_results = !reply_to.empty();
    MCO_TRY(id, run_unattended(context, call, reply_to));
    context.screen.out(fmt::format(
        "Request sent with id: {}{}\n", id, reply_to.empty() ? "" : " replies to " + reply_to));
    return 0;
}

}  // namespace

std::vector<std::string> rpc_usages() {
    return {"mco rpc [options] [filters] --agent AGENT --action ACTION [--argument KEY=VALUE ...]",
            "mco rpc [options] [filters] AGENT ACTION [KEY=VALUE ...]"};
}

std::string rpc_agent(const options::Parsed& parsed) {
    const auto& words = parsed.arguments;
    return parsed.text_or("agent", words.empty() ? "" : words.front());
}

std::vector<options::OptionSpec> rpc_options() {
    return {{"no-results",
             "",
             {"no-results", "nr"},
             "",
             "Do not wait for replies; nodes do not give any"},
            {"agent", "a", {"agent"}, "AGENT", "The agent to call"},
            {"action", "", {"action"}, "ACTION", "The action of the agent"},
            {"argument",
             "",
             {"arg", "argument"},
             "KEY=VALUE",
             "An input of the action; may be repeated"}};
}

Expected<int> run_rpc(Context& context) {
    MCO_TRY(wanted, read_words(context));
    if (!wanted)
        return 1;
    MCO_TRY(ddl, context.estate.catalogue.find(client::plugin_types.front(), wanted->agent));
    MCO_TRY(inputs,
            client::convert_inputs(
                *ddl, wanted->action, wanted->inputs, context.settings.allow_undeclared));
    MCO_TRY(call, check_call(context, wanted->agent, wanted->action, std::move(inputs)));
    if (context.settings.reply_to || context.parsed.has("no-results"))
        return send_unattended(context, std::move(call));
    MCO_TRY(outcome,
            run_call(context,
                     call,
                     {.notice = !context.settings.for_programs(),
                      .progress = context.settings.progress,
                      .replies = true}));
    print_results(context, call, outcome);
    if (outcome.statistics.discovered.empty())
        print_missing(context, outcome.missing);
    else
        print_statistics(context,
                         outcome,
                         fmt::format("{}#{} call stats", wanted->agent, wanted->action),
                         Summarize::yes);
    return exit_code(context.settings, outcome);
}

}  // namespace mco::cli
