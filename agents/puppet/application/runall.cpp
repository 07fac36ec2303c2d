// `mco puppet runall` (spec 5.1.5).
#include "agents/puppet/application/rollout_screens.hpp"
#include "agents/puppet/application/rollouts.hpp"
#include "agents/puppet/application/run_screen.hpp"
#include "agents/puppet/application/runs.hpp"
#include "cli/consent.hpp"
#include "core/text/ruby.hpp"
#include "system/log_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <utility>

namespace mco::puppet::application {

namespace {

using cli::Context;
using std::chrono::seconds;
using Names = std::vector<std::string>;

/// How many nodes at once: a whole number above zero.
Expected<std::size_t> read_concurrency(const options::Parsed& parsed) {
    if (parsed.arguments.size() < 2)
        return fail(Errc::invalid, "The runall command needs a concurrency limit");
    const std::string_view word = parsed.arguments[1];
    const auto digits = word.starts_with('+') ? word.substr(1) : word;
    std::int64_t number = 0;
    const auto* const end = digits.data() + digits.size();
    const auto [rest, error] = std::from_chars(digits.data(), end, number);
    if (error == std::errc::invalid_argument || rest != end)
        return fail(
            Errc::invalid,
            fmt::format("The concurrency for the runall command has to be a whole number, not '{}'",
                        word));
    if (error == std::errc() && number <= 0)
        return fail(Errc::invalid,
                    "The concurrency for the runall command has to be greater than 0");
    constexpr std::int64_t most = 1'000'000;
    return static_cast<std::size_t>(error == std::errc() ? std::min(number, most) : most);
}

/// `a, b, c and 4 more`.
std::string listed(const Names& names) {
    constexpr std::size_t most = 20;
    const auto shown = std::min(names.size(), most);
    auto text = fmt::format(
        "{}", fmt::join(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(shown), ", "));
    return names.size() > most ? fmt::format("{} and {} more", text, names.size() - most) : text;
}

std::string counted(std::size_t count, std::string_view kind = "") {
    return fmt::format("{} {}node{}", count, kind, count == 1 ? "" : "s");
}

/// The node with the reason, if it gave one.
std::string disabled_node(const client::Result& result) {
    const auto* why = result.data.find("disable_message");
    if (why == nullptr || why->text() == nullptr || why->text()->empty())
        return result.sender;
    return fmt::format("{} ('{}')", result.sender, system::escaped(*why->text()));
}

/// Who is to be run: those who could not tell their state are, too, and will say why not.
struct Found {
    client::Outcome states;  ///< of `status`
    Names enabled;           ///< in discovery order
    Names disabled;          ///< with their reasons
};

Expected<Found> find_enabled(Context& context) {
    MCO_TRY(call, check_call(context, "puppet", "status", {}));
    MCO_TRY(states, run_call(context, call, quietly(context)));
    if (states.statistics.interrupted)
        return fail(Errc::unavailable, "");
    Found found{std::move(states), {}, {}};
    std::set<std::string_view> enabled;
    for (const auto& result : found.states.results)
        if (result.status != 0 || client::read_status(result.data).enabled)
            enabled.insert(result.sender);
        else
            found.disabled.push_back(disabled_node(result));
    for (const auto& node : found.states.statistics.discovered)
        if (enabled.contains(node))
            found.enabled.push_back(node);
    return found;
}

void tell_who_is_left_out(Context& context, RunScreen& screen, const Found& found) {
    if (!found.disabled.empty())
        screen.say(fmt::format("Left out {}: {}",
                               counted(found.disabled.size(), "disabled "),
                               listed(found.disabled)));
    const auto& silent = found.states.statistics.silent;
    if (!silent.empty())  // who they are, and why, is told at once
        screen.say("No answer from " + counted(silent.size()));
    print_missing(context, found.states.missing);
}

/// Nodes on which a run was started, or may have been.
std::size_t initiated(const client::Rollout& rollout) {
    const auto& nodes = rollout.nodes();
    return static_cast<std::size_t>(
        std::count_if(nodes.begin(), nodes.end(), [](const client::NodeRun& run) {
            const bool refused = run.verdict == client::Verdict::refused ||
                                 run.verdict == client::Verdict::disabled ||
                                 run.verdict == client::Verdict::not_run;
            return !refused && run.phase != client::Phase::waiting &&
                   run.phase != client::Phase::busy;
        }));
}

/// One pass over all nodes. Returns the exit code. Errors: those of the calls; an interrupt before
/// the first run is one without a message.
Expected<int> run_pass(Context& context,
                       client::Session& session,
                       const Runs& runs,
                       bool first_pass) {
    RunScreen screen(context, session, RunLines::stamped);
    screen.say(fmt::format("Running all nodes with a concurrency of {}", runs.plan.concurrency));
    screen.say("Discovering enabled Puppet nodes to manage");
    if (!context.settings.selects.empty())  // the nodes tell whether they are enabled when asked
        screen.say("Modifying user-specified filter: and'ing with 'puppet().enabled=true'");
    MCO_TRY(found, find_enabled(context));
    screen.say("Found " + counted(found.enabled.size(), "enabled "));
    tell_who_is_left_out(context, screen, found);
    if (first_pass)
        MCO_CHECK(cli::ask_consent(context, runs.call, found.enabled));
    client::Conductor conductor(order_of(context, runs, found.enabled), screen);
    for (const auto& state : found.states.results)
        if (state.status == 0)
            conductor.know(state.sender, state.data, session.now());
    MCO_TRY(ended, session.converse(runs.call.request.collective, "puppet", conductor));
    screen.finish();
    const auto& rollout = conductor.rollout();
    const bool interrupted = ended == client::Ended::interrupted;
    if (interrupted)
        screen.say(interrupted_line(rollout));
    else
        screen.say(fmt::format("Iteration complete. Initiated a Puppet run on {} nodes.",
                               initiated(rollout)));
    const client::Targets targets{found.enabled, false, found.states.statistics.discovery_time};
    const auto outcome =
        outcome_of(context, session, runs, rollout, targets, screen.take_results());
    print_end(context, session, runs, rollout, outcome);
    if (interrupted)
        return 1;
    return everybody_ran_well(rollout) && found.states.statistics.silent.empty() ? 0 : 2;
}

/// Sleeps for what is left of the minimum time. Errors: an interrupt is one without a message.
Expected<void> rest(client::Session& session,
                    RunScreen& screen,
                    seconds minimum,
                    client::Seconds taken) {
    const auto left = minimum - taken;
    if (left <= client::Seconds{0}) {
        screen.say(
            fmt::format("Running all nodes took {:.0f} seconds, at least the {} of a pass; "
                        "starting again at once",
                        taken.count(),
                        minimum.count()));
        return {};
    }
    screen.say(
        fmt::format("Running all nodes took {:.0f} seconds; sleeping for {:.0f} seconds, as "
                    "a pass takes at least {}",
                    taken.count(),
                    left.count(),
                    minimum.count()));
    if (session.pause(std::chrono::ceil<std::chrono::milliseconds>(left)))
        return {};
    return fail(Errc::unavailable,
                session.interrupted() ? "" : "The connection to the broker is gone");
}

Expected<int> run_for_ever(Context& context,
                           client::Session& session,
                           const Runs& runs,
                           seconds minimum) {
    RunScreen screen(context, session, RunLines::stamped);
    screen.say(fmt::format(
        "Running all nodes again and again, at least {} seconds from one start to the next",
        minimum.count()));
    for (bool first = true;; first = false) {
        const auto begin = session.now();
        const auto code = run_pass(context, session, runs, first);
        if (session.interrupted() || (!code && code.error().code == Errc::denied))
            return code;
        if (!code)
            screen.say("Running nodes failed: " + code.error().message);
        MCO_CHECK(rest(session, screen, minimum, session.now() - begin));
    }
}

}  // namespace

Expected<int> runall(Context& context, Map inputs) {
    MCO_TRY(concurrency, read_concurrency(context.parsed));
    inputs.set("force", true);
    MCO_TRY(runs, prepare_runs(context, std::move(inputs)));
    runs.plan.concurrency = concurrency;
    runs.plan.wait_for_busy = true;
    MCO_TRY(session, context.link.session());
    if (const auto minimum = context.parsed.integer("rerun"))
        return run_for_ever(context, *session, runs, seconds(*minimum));
    return run_pass(context, *session, runs, true);
}

}  // namespace mco::puppet::application
