#include "cli/applications/inventory_reports.hpp"

#include "cli/agent_call.hpp"
#include "cli/render/printable.hpp"
#include "cli/render/statistics.hpp"
#include "cli/reports/graph.hpp"
#include "cli/reports/node.hpp"
#include "cli/reports/output.hpp"
#include "cli/reports/script.hpp"
#include "cli/reports/template_files.hpp"
#include "system/clock.hpp"
#include "system/files.hpp"

#include <fmt/format.h>

#include <utility>
#include <variant>

namespace mco::cli {

namespace {

/// Standard output, or the file of `--output`.
class Destination {
  public:
    Destination(Context& context, std::string file)
        : screen_(context.screen), file_(std::move(file)) {}

    static Destination chosen(Context& context) {
        return {context, context.parsed.text_or("output", "-")};
    }

    bool is_file() const { return file_ != "-"; }

    const std::string& file() const { return file_; }

    Expected<void> check() const {
        return is_file() ? reports::check_writable(file_) : Expected<void>();
    }

    Expected<void> write(std::string_view text) const {
        if (is_file())
            return reports::write_report(file_, text);
        screen_.out(text);
        return {};
    }

  private:
    Screen& screen_;
    const std::string file_;
};

/// Interrupts are errors without a message.
Expected<void> check_complete(const client::Outcome& outcome) {
    if (outcome.statistics.interrupted)
        return fail(Errc::timed_out, "");
    return {};
}

void tell_failures(Context& context, const client::Outcome& outcome) {
    for (const auto& result : outcome.results)
        if (result.status != 0)
            context.screen.err(fmt::format("Failed to retrieve inventory for {}: {}\n",
                                           result.sender,
                                           render::printable(result.message)));
}

/// Carries out a script; the text grows while it does.
class ScriptRun {
  public:
    ScriptRun(Context& context, const reports::Script& script)
        : context_(context),
          script_(script),
          time_(render::local_time(system::RealClock().now())) {}

    Expected<void> run() {
        for (const auto& step : script_.steps)
            MCO_CHECK(std::visit([this](const auto& kind) { return carry_out(kind); }, step));
        return {};
    }

    const std::string& text() const { return text_; }

  private:
    Expected<void> carry_out(const reports::PrintedText& statement) {
        return add(reports::print(statement, {{"time", time_}}), "");
    }

    Expected<void> carry_out(const reports::PrintedInventory& report) {
        return for_each_node([&](const Map& names) { return reports::print(report, names); });
    }

    Expected<void> carry_out(const reports::FormattedInventory& report) {
        reports::Pages pages(report);
        return for_each_node([&](const Map& names) { return pages.add(names); });
    }

    template <class Print>
    Expected<void> for_each_node(Print print) {
        MCO_TRY(outcome, ask_nodes(context_, "inventory"));
        MCO_CHECK(check_complete(outcome));
        tell_failures(context_, outcome);
        for (const auto& result : outcome.results)
            if (result.status == 0)
                MCO_CHECK(add(print(reports::script_names(result, time_)), result.sender));
        return {};
    }

    Expected<void> add(const Expected<std::string>& more, const std::string& node) {
        if (!more)
            return fail(more.error().code,
                        script_.file + ':' + more.error().message +
                            (node.empty() ? "" : " (of node " + node + ')'));
        text_ += *more;
        return {};
    }

    Context& context_;
    const reports::Script& script_;
    const std::string time_;
    std::string text_;
};

}  // namespace

Expected<client::Outcome> ask_nodes(Context& context, const std::string& action) {
    const auto& settings = context.settings;
    MCO_TRY(call, check_call(context, "rpcutil", action, {}));
    return run_call(context, call, {settings.verbose && !settings.for_programs(), false});
}

Expected<int> run_script(Context& context, const std::string& file) {
    const auto text = system::read_file(file);
    if (!text && text.error().code == Errc::not_found)
        return fail(Errc::not_found, "Could not find script to run: " + file);
    MCO_CHECK(text);
    MCO_TRY(script, reports::parse_script(*text, file));
    const auto destination = Destination::chosen(context);
    MCO_CHECK(destination.check());
    ScriptRun run(context, script);
    const auto done = run.run();
    if (done || !destination.is_file())
        MCO_CHECK(destination.write(run.text()));
    MCO_CHECK(done);
    return 0;
}

Expected<int> fill_report(Context& context, const std::string& file) {
    MCO_TRY(templates, reports::load_templates(file));
    const auto destination = Destination::chosen(context);
    MCO_CHECK(destination.check());
    const reports::Subject subject{system::RealClock().now(), context.settings.collective};
    MCO_TRY(outcome, ask_nodes(context, "inventory"));
    MCO_CHECK(check_complete(outcome));
    tell_failures(context, outcome);
    const auto fact_list =
        reports::mentions(templates, "fact_list") ? reports::FactList::yes : reports::FactList::no;
    MCO_CHECK(destination.write(reports::fill(
        templates, reports::report_value(outcome, subject, fact_list), reports::escape_of(file))));
    return 0;
}

Expected<int> draw_graph(Context& context, const std::string& file) {
    const Destination destination(context, file);
    MCO_CHECK(destination.check());
    if (destination.is_file())
        context.screen.out("Retrieving collective info....\n");
    MCO_TRY(outcome, ask_nodes(context, "collective_info"));
    MCO_CHECK(check_complete(outcome));
    const auto membership = reports::membership(outcome.results);
    MCO_CHECK(destination.write(reports::graph(membership)));
    if (destination.is_file())
        context.screen.out(
            fmt::format("Graph of {} nodes has been written to {}\n", membership.nodes, file));
    return 0;
}

}  // namespace mco::cli
