// `mco puppet`: everything about the Puppet agents of nodes (spec 1.10).
#include "agents/puppet/application/rollouts.hpp"
#include "agents/puppet/application/screens.hpp"
#include "cli/agent_call.hpp"
#include "cli/application.hpp"
#include "cli/completion.hpp"
#include "cli/exit_code.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace mco::puppet::application {

namespace {

using cli::AgentCall;
using cli::Candidates;
using cli::Context;
using cli::Form;
using cli::Showing;
using cli::Summarize;

/// What is shown while a report is made.
Showing showing(const Context& context, bool progress) {
    return {context.settings.verbose && !context.settings.for_programs(), progress, true};
}

/// The report, or in another form than text the replies that it is made of.
void print_report(Context& context,
                  const AgentCall& call,
                  const client::Outcome& outcome,
                  const std::string& report) {
    if (context.settings.form == Form::text)
        context.screen.out(report);
    else
        print_results(context, call, outcome);
}

Expected<int> status(Context& context) {
    MCO_TRY(call, check_call(context, "puppet", "status", {}));
    MCO_TRY(outcome, run_call(context, call, showing(context, context.settings.progress)));
    print_report(context, call, outcome, status_screen(outcome.results, context.palette) + '\n');
    print_statistics(context, outcome, "rpc stats", Summarize::yes);
    return cli::exit_code(context.settings, outcome);
}

/// Calls an action and shows the replies as its declaration says.
Expected<int> change(Context& context, const std::string& action, Map inputs, Summarize summarize) {
    MCO_TRY(call, check_call(context, "puppet", action, std::move(inputs)));
    MCO_TRY(outcome, run_call(context, call, showing(context, context.settings.progress)));
    print_results(context, call, outcome);
    print_statistics(context, outcome, "rpc stats", summarize);
    return cli::exit_code(context.settings, outcome);
}

Expected<int> enable(Context& context) {
    return change(context, "enable", {}, Summarize::yes);
}

Expected<int> disable(Context& context) {
    Map inputs;
    if (context.parsed.arguments.size() > 1)
        inputs.set("message", context.parsed.arguments[1]);
    return change(context, "disable", std::move(inputs), Summarize::yes);
}

/// The tri-state `--x`, `--no-x`.
void add_switch(const options::Parsed& parsed, const std::string& name, Map& inputs) {
    if (parsed.has(name))
        inputs.set(name, parsed.is_on(name));
}

Map runonce_inputs(const options::Parsed& parsed) {
    Map inputs;
    if (parsed.has("force"))
        inputs.set("force", true);
    for (const auto* name : {"server", "environment"})
        if (parsed.has(name))
            inputs.set(name, parsed.text_or(name, ""));
    for (const auto* name : {"noop", "use_cached_catalog"})
        add_switch(parsed, name, inputs);
    if (!parsed.has("force"))  // which never waits; --no-splay may stand beside it
        add_switch(parsed, "splay", inputs);
    if (const auto limit = parsed.integer("splaylimit"))
        inputs.set("splaylimit", *limit);
    if (parsed.has("ignoreschedules"))
        inputs.set("ignoreschedules", true);
    std::string tags;
    for (const auto& tag : parsed.all("tag"))
        tags += (tags.empty() ? "" : ",") + tag;
    if (parsed.has("tag"))
        inputs.set("tags", tags);
    return inputs;
}

Expected<int> runonce(Context& context) {
    if (waits_for_runs(context.parsed))
        return runonce_and_wait(context, runonce_inputs(context.parsed));
    return change(context, "runonce", runonce_inputs(context.parsed), Summarize::no);
}

Expected<int> run_all(Context& context) {
    return runall(context, runonce_inputs(context.parsed));
}

/// `name=value`, neither of them empty; the value may hold more equals signs.
Expected<void> add_property(const std::string& word, Map& inputs) {
    const auto equals = word.find('=', 1);
    if (equals == std::string::npos || equals + 1 == word.size())
        return fail(Errc::invalid, "Could not parse argument '" + word + "'");
    inputs.set(word.substr(0, equals), word.substr(equals + 1));
    return {};
}

Expected<int> resource(Context& context) {
    const auto& words = context.parsed.arguments;
    if (words.size() < 2)
        return fail(Errc::invalid, "The resource command needs a type to operate on");
    if (words.size() < 3)
        return fail(Errc::invalid, "The resource command needs a name to operate on");
    Map inputs{{"name", words[2]}, {"type", words[1]}};
    for (std::size_t i = 3; i < words.size(); ++i)
        MCO_CHECK(add_property(words[i], inputs));
    return change(context, "resource", std::move(inputs), Summarize::yes);
}

Expected<int> count(Context& context) {
    MCO_TRY(call, check_call(context, "puppet", "status", {}));
    MCO_TRY(outcome, run_call(context, call, showing(context, false)));
    print_report(context, call, outcome, count_screen(outcome.results, context.palette));
    print_missing(context, outcome.missing);
    return cli::exit_code(context.settings, outcome);
}

Expected<int> summary(Context& context) {
    MCO_TRY(call, check_call(context, "puppet", "last_run_summary", {}));
    MCO_TRY(outcome, run_call(context, call, showing(context, false)));
    print_report(context, call, outcome, summary_screen(outcome.results));
    print_missing(context, outcome.missing);
    return cli::exit_code(context.settings, outcome);
}

struct Subcommand {
    std::string_view name;
    Expected<int> (*run)(Context&);
    std::size_t most_words = 1;  ///< its own name is one of them
};

constexpr std::array<Subcommand, 8> subcommands = {
    Subcommand{"count", count},
    Subcommand{"disable", disable, 2},
    Subcommand{"enable", enable},
    Subcommand{"resource", resource, cli::any_number},
    Subcommand{"runall", run_all, 2},
    Subcommand{"runonce", runonce},
    Subcommand{"status", status},
    Subcommand{"summary", summary}};

Expected<void> check_options(const options::Parsed& parsed) {
    if (parsed.has("force") && parsed.is_on("splay"))
        return fail(Errc::invalid, "Cannot set splay when forcing runs");
    if (parsed.has("force") && parsed.has("splaylimit"))
        return fail(Errc::invalid, "Cannot set splaylimit when forcing runs");
    return {};
}

std::vector<std::string> usages() {
    return {"mco puppet [options] [filters] ACTION",
            "mco puppet disable [REASON]",
            "mco puppet resource TYPE NAME [PROPERTY=VALUE ...]",
            "mco puppet runall CONCURRENCY [--rerun SECONDS] [--canary NODES] ...",
            "mco puppet runonce [--noop] [--tags TAGS] [--environment NAME] [--wait] ...\n"
            "\n"
            "    count    how many nodes are enabled, disabled, running, idle\n"
            "    disable  keep Puppet from running until it is enabled again\n"
            "    enable   let Puppet run again\n"
            "    resource bring one resource into a state, where the node's settings allow it\n"
            "    runall   run every enabled node, no more than CONCURRENCY at once\n"
            "    runonce  start a run on every node\n"
            "    status   what Puppet is doing on every node\n"
            "    summary  how resources and times of the last runs are distributed"};
}

std::vector<options::OptionSpec> own_options() {
    std::vector<options::OptionSpec> specs = {
        {"force", "", {"force"}, "", "Run at once, without splay"},
        {"server", "", {"server"}, "SERVER", "Ask this master, as HOST or HOST:PORT"},
        {"tag",
         "",
         {"tags", "tag"},
         "TAG",
         "Apply only what has one of these tags; may be repeated"},
        {"noop", "", {"noop"}, "", "Only show what would change"},
        {"environment", "", {"environment"}, "ENVIRONMENT", "Use this environment for the run"},
        {"splay", "", {"splay"}, "", "Start within the splay limit, not at once"},
        {"splaylimit", "", {"splaylimit"}, "SECONDS", "How long a start may be put off"},
        {"use_cached_catalog", "", {"use_cached_catalog"}, "", "Apply the catalog of the last run"},
        {"ignoreschedules",
         "",
         {"ignoreschedules"},
         "",
         "Apply resources whatever their schedule says"}};
    for (auto& spec : specs) {
        spec.negatable = spec.id == "noop" || spec.id == "splay" || spec.id == "use_cached_catalog";
        if (spec.id == "splaylimit")
            spec.kind = options::Kind::integer;
    }
    const auto of_runs = rollout_options();
    specs.insert(specs.end(), of_runs.begin(), of_runs.end());
    return specs;
}

/// What may follow `mco puppet`, for completion.
Candidates words(const cli::Completing& line) {
    if (!line.before.arguments.empty())
        return {};
    return {{"count", "How many nodes are enabled, disabled, running, idle"},
            {"disable", "Keeps Puppet from running until it is enabled again"},
            {"enable", "Lets Puppet run again"},
            {"resource", "Brings one resource into a state"},
            {"runall", "Runs every enabled node, some at a time"},
            {"runonce", "Starts a run on every node"},
            {"status", "What Puppet is doing on every node"},
            {"summary", "How resources and times of the last runs are distributed"}};
}

Expected<int> run(Context& context) {
    const auto& words = context.parsed.arguments;
    if (words.empty())
        return fail(Errc::invalid, "Please specify a command.");
    const auto found =
        std::find_if(subcommands.begin(), subcommands.end(), [&](const Subcommand& known) {
            return known.name == words[0];
        });
    if (found == subcommands.end())
        return fail(
            Errc::invalid,
            "Action must be count, enable, disable, resource, runall, runonce, status or summary");
    MCO_CHECK(check_options(context.parsed));
    MCO_CHECK(check_rollout_options(context.parsed, found->name));
    MCO_CHECK(
        cli::refuse_surplus(fmt::format("mco puppet {}", found->name), words, found->most_words));
    return found->run(context);
}

}  // namespace

}  // namespace mco::puppet::application

namespace mco::agents {

cli::Application make_puppet_command() {
    namespace command = puppet::application;
    return {"puppet",
            "Runs, enables, disables and examines Puppet agents",
            {},
            command::usages,
            command::own_options,
            command::run,
            command::words,
            cli::any_number,
            [](const options::Parsed&) { return std::string("puppet"); }};
}

}  // namespace mco::agents
