#include "cli/agent_call.hpp"

#include "cli/consent.hpp"
#include "cli/render/grouped.hpp"
#include "cli/render/missing.hpp"
#include "cli/render/printable.hpp"
#include "cli/render/progress.hpp"
#include "cli/render/results.hpp"
#include "cli/render/statistics.hpp"
#include "cli/render/table.hpp"
#include "client/json.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

namespace mco::cli {

namespace {

/// A bar is for eyes; into pipes it is only drawn where scripts have always had to skip it.
bool draws_bar(const Context& context, const Showing& showing) {
    return showing.progress &&
           (context.settings.form == Form::text || context.terminal.interactive);
}

/// Draws what the original draws while a call runs (spec 0.5).
class ScreenStatus final : public client::Status {
  public:
    ScreenStatus(Context& context, const Showing& showing, client::Called called)
        : screen_(context.screen),
          log_(context.estate.log),
          showing_(showing),
          bar_(context.terminal.columns, context.palette),
          called_(called) {
        showing_.progress = draws_bar(context, showing);
        showing_.replies = showing.replies && context.settings.form == Form::jsonl;
    }

    void discovering(std::string_view method, std::chrono::seconds limit) override {
        if (!showing_.notice)
            return;
        const auto time =
            limit.count() > 0 ? fmt::format(" for {} second(s)", limit.count()) : std::string();
        screen_.err(fmt::format("Discovering hosts using the {} method{} .... ", method, time));
    }

    void discovered(std::size_t nodes) override {
        if (showing_.notice)
            screen_.err(fmt::format("{}\n", nodes));
    }

    void nobody_found() override {
        screen_.err("\nNo request sent, we did not discover any nodes.");
    }

    void waiting_for(std::size_t nodes) override {
        nodes_ = nodes;
        if (showing_.progress)
            screen_.out('\n' + bar_.draw(0, nodes_));
    }

    void answered(const client::Result& result, std::size_t answers, Monotonic::duration) override {
        if (showing_.replies)
            screen_.out(client::json_line(client::reply_object(result, called_)));
        if (showing_.progress)
            screen_.out(bar_.draw(answers, nodes_));
    }

    void gave_up_on(const std::vector<std::string>& nodes) override {
        // Who is missing is told at the end, with the reason.
        log_.info("Could not receive all responses. Did not receive responses from {}",
                  fmt::join(nodes, ", "));
    }

    void finished(bool batched) override {
        if (showing_.progress)
            screen_.out(batched ? "\n" : "\n\n");
    }

  private:
    Screen& screen_;
    system::Log& log_;
    Showing showing_;
    render::ProgressBar bar_;
    client::Called called_;
    std::size_t nodes_ = 0;
};

client::Called called(const AgentCall& call) {
    return {call.request.agent, call.request.action};
}

client::Caller caller(Context& context) {
    return {context.estate,
            context.settings,
            context.link,
            [&input = context.input]() -> std::istream& { return input.stream(); }};
}

/// Names that are written into standard input are a method, too, unless there are others.
client::DiscoveryChoice wished(const Context& context, const Showing& showing = {}) {
    const auto& choice = context.settings.discovery;
    if (!choice.chosen && !showing.asks_later && !client::named_nodes(context.settings.filter) &&
        context.input.is_piped())
        return {"stdin", {"auto"}, true, true};
    return choice;
}

/// Of a node and a request one reply counts.
void warn_of_repeated(Context& context, const std::vector<std::string>& nodes) {
    constexpr std::size_t most = 10;
    const auto end = nodes.begin() + static_cast<std::ptrdiff_t>(std::min(nodes.size(), most));
    if (!nodes.empty())
        context.screen.err(
            fmt::format("\nIgnored {} answer(s) of nodes that had answered already: {}{}\n",
                        nodes.size(),
                        fmt::join(nodes.begin(), end, ", "),
                        nodes.size() > most ? ", …" : ""));
}

/// The outcome in the order that was asked for; what was dropped on the way is said.
Expected<client::Outcome> finish(Context& context, Expected<client::Outcome> outcome) {
    if (!outcome)
        return outcome;
    MCO_TRY(session, context.link.session());
    warn_of_unproven(context, *session);
    warn_of_repeated(context, outcome->statistics.repeated);
    if (!context.settings.for_programs())
        render::make_printable(*outcome);
    if (context.settings.sort)
        std::stable_sort(outcome->results.begin(),
                         outcome->results.end(),
                         [](const auto& a, const auto& b) { return a.sender < b.sender; });
    return outcome;
}

Expected<void> refuse_reply_to(const Settings& settings) {
    if (settings.reply_to)
        return fail(Errc::invalid, "--reply-to works with 'mco rpc' only");
    return {};
}

}  // namespace

Expected<AgentCall> check_call(Context& context,
                               const std::string& agent,
                               const std::string& action,
                               Map inputs) {
    return client::check_call(
        context.estate.catalogue, context.settings, agent, action, std::move(inputs));
}

Expected<client::Outcome> run_call(Context& context,
                                   const AgentCall& call,
                                   const Showing& showing) {
    MCO_CHECK(refuse_reply_to(context.settings));
    ScreenStatus status(context, showing, called(call));
    const auto calling = caller(context);
    const auto choice = wished(context);
    if (showing.consented || !may_need_consent(context, call))
        return finish(context, client::call_nodes(calling, call, choice, status));
    MCO_TRY(targets, client::search(calling, call.request.filter, choice, status));
    MCO_CHECK(ask_consent(context, call, targets.nodes));
    return finish(context,
                  client::call_found(calling, call, choice.method, std::move(targets), status));
}

Expected<client::Outcome> run_call_on(Context& context,
                                      const AgentCall& call,
                                      const std::string& node) {
    MCO_CHECK(refuse_reply_to(context.settings));
    ScreenStatus status(context, {}, called(call));
    return finish(context, client::call_node(caller(context), call, node, status));
}

Expected<std::string> run_unattended(Context& context,
                                     const AgentCall& call,
                                     const std::string& reply_to) {
    ScreenStatus status(context, {}, called(call));
    if (may_need_consent(context, call)) {
        MCO_TRY(targets, find_nodes(context, call.request.agent, {}));
        MCO_CHECK(ask_consent(context, call, targets.nodes));
    }
    return client::call_unattended(caller(context), call, reply_to, status);
}

Expected<std::optional<std::vector<std::string>>> listed_nodes(Context& context) {
    const auto choice = wished(context);
    if (!choice.chosen || choice.method == "mc")
        return std::optional<std::vector<std::string>>();
    ScreenStatus status(context, {}, {});
    const auto& filter = context.settings.filter;
    MCO_TRY(method, client::choose_method(context.estate, choice, filter));
    MCO_TRY(targets, client::search(caller(context), filter, method, status));
    return std::optional(std::move(targets.nodes));
}

Expected<client::Targets> find_nodes(Context& context,
                                     const std::string& agent,
                                     const Showing& showing) {
    const auto filter = client::with_agent(context.settings.filter, agent);
    ScreenStatus status(context, showing, {});
    MCO_TRY(choice, client::choose_method(context.estate, wished(context, showing), filter));
    return client::search(caller(context), filter, choice, status);
}

void print_results(Context& context, const AgentCall& call, const client::Outcome& outcome) {
    const auto& settings = context.settings;
    const render::ResultStyle style{
        context.palette, settings.verbose, context.terminal.pretty_width, context.terminal.columns};
    // Who asks for a form of ours wants to see everybody: only the option hides somebody then.
    const auto display = settings.display.value_or(
        settings.form == Form::text ? call.action->display : ddl::Display::always);
    switch (settings.form) {
        case Form::json:
            return context.screen.out(
                client::result_json(outcome, called(call), context.terminal.interactive));
        case Form::jsonl:
            return context.screen.out(client::closing_lines(outcome, called(call)));
        case Form::table:
            return context.screen.out(
                render::result_table(outcome.results,
                                     *call.action,
                                     display,
                                     {context.palette, context.terminal.columns}));
        case Form::grouped:
            return context.screen.out(
                render::grouped_results(outcome.results, *call.action, display, style));
        case Form::text:
            break;
    }
    context.screen.out(render::result_block(outcome.results, *call.action, display, style));
}

void print_statistics(Context& context,
                      const client::Outcome& outcome,
                      std::string_view caption,
                      Summarize summarize) {
    if (context.settings.for_programs())
        return;
    const auto blocks =
        summarize == Summarize::yes ? outcome.summaries : std::vector<ddl::Summary>();
    context.screen.out(
        context.settings.verbose
            ? render::verbose_statistics_block(outcome.statistics, blocks, caption, context.palette)
            : render::statistics_block(outcome.statistics, blocks, context.palette));
    print_missing(context, outcome.missing);
}

void print_missing(Context& context, const std::vector<client::Missing>& missing) {
    if (!context.settings.for_programs())
        context.screen.err(render::missing_nodes(missing, context.error_palette));
}

void warn_of_unproven(Context& context, const client::Session& session) {
    if (session.unproven() > 0)
        context.screen.err(
            fmt::format("\nIgnored {} answer(s) because nobody could prove who sent them: {}\n",
                        session.unproven(),
                        session.why_unproven()));
}

}  // namespace mco::cli
