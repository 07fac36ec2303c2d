#include "agents/puppet/application/run_screen.hpp"

#include "agents/puppet/application/rollout_screens.hpp"
#include "cli/render/printable.hpp"
#include "client/json.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>

namespace mco::puppet::application {

namespace {

using cli::Form;

constexpr std::chrono::seconds between_progress(1);

/// What is said of a node in the forms for programs; its data tell the details.
std::string message_of(const client::NodeRun& run) {
    switch (run.verdict) {
        case client::Verdict::unchanged:
        case client::Verdict::changed:
            return "OK";
        case client::Verdict::failed:
            if (run.report.cached_catalog)
                return "The run failed: no new catalog, that of an earlier run was applied";
            return run.report.total > 0 ? fmt::format("The run failed: {} of {} resources",
                                                      run.report.failed,
                                                      run.report.total)
                                        : "The run failed: no catalog was applied";
        case client::Verdict::skipped:
            return "Puppet did not run";
        case client::Verdict::no_report:
            return "The run ended without a report";
        default:
            return run.message;
    }
}

/// Absent for nodes that are missing: who did not answer, or was not asked.
std::optional<client::Result> result_of(const client::NodeRun& run, const Map& data) {
    if (run.verdict == client::Verdict::lost || run.verdict == client::Verdict::not_run)
        return std::nullopt;
    return client::Result{run.node, counts_as_failure(run.verdict) ? 1 : 0, message_of(run), data};
}

}  // namespace

std::string RunScreen::stamp() const {
    return lines_ == RunLines::stamped ? application::stamp(session_.wall_clock()) : std::string();
}

/// What is printed takes the place of the live line, which comes back below it.
void RunScreen::print(std::string_view text) {
    finish();
    context_.screen.out(text);
}

void RunScreen::finish() {
    const auto blank = live_.clear();
    if (blank.empty())
        return;
    context_.screen.out(blank);
    context_.screen.out("\r");
}

void RunScreen::say(std::string_view text) {
    if (is_text())
        print(fmt::format("{}{}\n", stamp(), text));
}

void RunScreen::on_scheduled(const std::string& node, const std::string& said) {
    if (lines_ == RunLines::stamped)
        say(fmt::format("{} schedule status: {}", node, render::printable(said)));
}

void RunScreen::on_output(const std::string& node, const std::string& line) {
    if (is_text())
        print(fmt::format("{}: {}\n", node, render::printable(line)));
}

void RunScreen::on_end(const client::NodeRun& run, const Map& data) {
    moved_ = true;
    // Many may not have been run: the totals name them.
    if (is_text() && run.verdict != client::Verdict::not_run)
        print(stamp() + run_line(run, context_.palette));
    auto result = result_of(run, data);
    if (!result)
        return;
    if (context_.settings.form == Form::jsonl)
        context_.screen.out(
            client::json_line(client::reply_object(*result, {"puppet", "runonce"})));
    results_.push_back(*std::move(result));
}

void RunScreen::on_progress(const client::Rollout& rollout, Monotonic now) {
    show_wave(rollout);
    if (is_live())
        return context_.screen.out(live_.draw(live_text(rollout)));
    if (lines_ == RunLines::plain || !moved_ || now - progressed_ < between_progress)
        return;
    moved_ = false;
    progressed_ = now;
    say(progress_line(rollout));
}

void RunScreen::show_wave(const client::Rollout& rollout) {
    const auto all = rollout.nodes().size();
    const bool single = rollout.wave() == 1 && rollout.wave_end() == all;
    if (wave_ == rollout.wave() || single || rollout.stopped())
        return;
    wave_ = rollout.wave();
    say(fmt::format("Wave {}: {} of {} nodes may run", wave_, rollout.wave_end(), all));
}

}  // namespace mco::puppet::application
