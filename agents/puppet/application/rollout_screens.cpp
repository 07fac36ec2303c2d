#include "agents/puppet/application/rollout_screens.hpp"

#include "cli/render/grid.hpp"
#include "cli/render/statistics.hpp"
#include "cli/render/text.hpp"
#include "client/node_ranges.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <vector>

namespace mco::puppet::application {

namespace {

using client::NodeRun;
using client::Phase;
using client::Rollout;
using client::RunReport;
using client::Verdict;
using render::Colour;
using render::one_line;
using render::Palette;
using render::right;

constexpr std::size_t most_errors = 5;
constexpr std::size_t most_names = 10;   // of a line that goes by
constexpr std::size_t most_ranges = 20;  // of a list at the end

/// In the order of the lines at the end: good news, bad news, no news.
constexpr std::array<Verdict, 11> all_verdicts = {Verdict::unchanged,
                                                  Verdict::changed,
                                                  Verdict::failed,
                                                  Verdict::skipped,
                                                  Verdict::no_report,
                                                  Verdict::refused,
                                                  Verdict::disabled,
                                                  Verdict::lost,
                                                  Verdict::not_started,
                                                  Verdict::overdue,
                                                  Verdict::not_run};

/// `no report`: the word for people.
std::string label(Verdict verdict) {
    std::string text(client::name(verdict));
    std::replace(text.begin(), text.end(), '_', ' ');
    return text;
}

std::string counted(std::int64_t count, std::string_view noun) {
    return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string seconds(const RunReport& report) {
    return fmt::format("{:.1f} seconds", report.duration);
}

std::string unchanged_text(const RunReport& report) {
    if (report.noop && report.out_of_sync > 0)
        return fmt::format("would change {} of {} (no-op, {})",
                           report.out_of_sync,
                           counted(report.total, "resource"),
                           seconds(report));
    return fmt::format("nothing to change ({}{}, {})",
                       counted(report.total, "resource"),
                       report.noop ? ", no-op" : "",
                       seconds(report));
}

std::string failed_text(const RunReport& report) {
    if (report.total == 0)
        return "failed: no catalog was applied, after " + seconds(report);
    if (report.cached_catalog)
        return fmt::format(
            "failed: no new catalog; with that of an earlier run {} of {} failed, "
            "{} changed, in {}",
            report.failed,
            counted(report.total, "resource"),
            report.changed,
            seconds(report));
    return fmt::format("failed: {} of {} failed, {} changed, in {}",
                       report.failed,
                       counted(report.total, "resource"),
                       report.changed,
                       seconds(report));
}

/// What is said of a node that ended; empty if it has not.
std::string ended_text(const NodeRun& run) {
    const auto said = one_line(run.message);
    switch (run.verdict) {
        case Verdict::none:
            return {};
        case Verdict::unchanged:
            return unchanged_text(run.report);
        case Verdict::changed:
            return fmt::format("changed {} of {} in {}",
                               run.report.changed,
                               counted(run.report.total, "resource"),
                               seconds(run.report));
        case Verdict::failed:
            return failed_text(run.report);
        case Verdict::skipped:
            return "skipped: Puppet did not run; another run was under way, or it is disabled";
        case Verdict::no_report:
            return "ended without a report: killed, perhaps";
        case Verdict::disabled:
            return said;
        case Verdict::not_run:
            return "not started because the rollout was stopped";
        case Verdict::refused:
        case Verdict::lost:
        case Verdict::not_started:
        case Verdict::overdue:
            break;
    }
    return label(run.verdict) + ": " + said;
}

std::string error_lines(const std::vector<std::string>& errors, const Palette& palette) {
    const auto shown = std::min(errors.size(), most_errors);
    std::string text;
    for (std::size_t i = 0; i < shown; ++i)
        text += "    " + palette.paint(Colour::red, one_line(errors[i])) + '\n';
    if (shown < errors.size())
        text += fmt::format("    … and {} more\n", errors.size() - shown);
    return text;
}

/// `; running: web1, web2 and 3 more`; empty for nobody.
std::string named(std::string_view what, const std::vector<std::string_view>& names) {
    if (names.empty())
        return {};
    const auto end =
        names.begin() + static_cast<std::ptrdiff_t>(std::min(names.size(), most_names));
    auto text = fmt::format("; {}: {}", what, fmt::join(names.begin(), end, ", "));
    if (names.size() > most_names)
        text += fmt::format(" and {} more", names.size() - most_names);
    return text;
}

std::vector<std::string_view> names_in(const Rollout& rollout,
                                       std::initializer_list<Phase> phases) {
    std::vector<std::string_view> names;
    for (const auto& run : rollout.nodes())
        if (std::find(phases.begin(), phases.end(), run.phase) != phases.end())
            names.push_back(run.node);
    return names;
}

Colour colour_of(Verdict verdict) {
    if (client::counts_as_failure(verdict))
        return Colour::red;
    return verdict == Verdict::not_run ? Colour::yellow : Colour::green;
}

std::string counts(const Rollout& rollout, const Palette& palette) {
    constexpr std::size_t width = 16;
    std::string text;
    for (const auto verdict : all_verdicts)
        if (const auto count = rollout.count(verdict); count > 0)
            text += right(label(verdict), width) + ": " +
                    palette.paint(colour_of(verdict), std::to_string(count)) + '\n';
    return text;
}

struct Sums {
    std::int64_t total = 0;
    std::int64_t changed = 0;
    std::int64_t failed = 0;
    std::int64_t would_change = 0;
};

/// A node may tell anything; sums have to be safe from it.
std::int64_t sane(std::int64_t number) {
    return std::clamp<std::int64_t>(number, 0, 1'000'000'000);
}

Sums sums_of(const Rollout& rollout) {
    Sums sums;
    for (const auto& run : rollout.nodes()) {
        const auto& report = run.report;
        sums.total += sane(report.total);
        sums.changed += sane(report.changed);
        sums.failed += sane(report.failed);
        sums.would_change += report.noop ? sane(report.out_of_sync) : 0;
    }
    return sums;
}

std::string resources(const Rollout& rollout) {
    const auto sums = sums_of(rollout);
    if (sums.total == 0)
        return {};
    return fmt::format("\n{} changed, {} failed{} of {}\n",
                       sums.changed,
                       sums.failed,
                       sums.would_change == 0
                           ? ""
                           : fmt::format(", {} would be changed (no-op)", sums.would_change),
                       counted(sums.total, "resource"));
}

/// Who ended like this, under a heading; empty for nobody.
std::string group(const Rollout& rollout, Verdict verdict) {
    std::vector<std::string> names;
    for (const auto& run : rollout.nodes())
        if (run.verdict == verdict)
            names.push_back(run.node);
    if (names.empty())
        return {};
    const auto ranges = client::fold_names(names);
    const auto shown = std::min(ranges.size(), most_ranges);
    auto text = '\n' + label(verdict) + ":\n";
    for (std::size_t i = 0; i < shown; ++i)
        text += "    " + ranges[i] + '\n';
    if (shown < ranges.size())
        text += "    … and others\n";
    return text;
}

/// Who got lost has a line of its own already.
bool is_named_at_the_end(Verdict verdict) {
    return (client::counts_as_failure(verdict) && verdict != Verdict::lost) ||
           verdict == Verdict::not_run;
}

}  // namespace

std::string stamp(TimePoint time) {
    const auto zoned = render::local_time(time);
    return zoned.substr(0, zoned.rfind(' ')) + ": ";
}

std::string run_line(const NodeRun& run, const Palette& palette) {
    const auto said = ended_text(run);
    const bool failed = client::counts_as_failure(run.verdict);
    return run.node + ": " + (failed ? palette.paint(Colour::red, said) : said) + '\n' +
           (failed ? error_lines(run.report.errors, palette) : "");
}

std::string progress_line(const Rollout& rollout) {
    auto text = fmt::format("{} of {} ended", rollout.count(Phase::ended), rollout.nodes().size());
    if (const auto failed = rollout.failures(); failed > 0)
        text += fmt::format(" ({} failed)", failed);
    text += named("running", names_in(rollout, {Phase::asked, Phase::running}));
    text += named("busy", names_in(rollout, {Phase::busy}));
    if (const auto waiting = rollout.count(Phase::waiting); waiting > 0)
        text += fmt::format("; {} waiting", waiting);
    return text;
}

std::string live_text(const Rollout& rollout) {
    auto text = fmt::format("{} of {} done", rollout.count(Phase::ended), rollout.nodes().size());
    const auto add = [&](std::size_t count, std::string_view what) {
        if (count > 0)
            text += fmt::format(", {} {}", count, what);
    };
    const auto running = names_in(rollout, {Phase::asked, Phase::running});
    add(rollout.failures(), "failed");
    add(running.size(), "running");
    add(rollout.count(Phase::busy), "busy");
    add(rollout.count(Phase::waiting), "waiting");
    return running.empty() ? text : fmt::format("{}: {}", text, fmt::join(running, ", "));
}

std::string interrupted_line(const Rollout& rollout) {
    constexpr std::size_t most = 20;
    const auto running = names_in(rollout, {Phase::asked, Phase::running});
    if (running.empty())
        return "Interrupted; no run that was started goes on";
    const auto shown = std::min(running.size(), most);
    auto text = fmt::format(
        "Interrupted; still running on {}: {}",
        counted(static_cast<std::int64_t>(running.size()), "node"),
        fmt::join(running.begin(), running.begin() + static_cast<std::ptrdiff_t>(shown), ", "));
    return running.size() > most ? fmt::format("{} and {} more", text, running.size() - most)
                                 : text;
}

std::string totals(const Rollout& rollout, const Palette& palette) {
    auto text = fmt::format("\nPuppet runs on {}\n\n",
                            counted(static_cast<std::int64_t>(rollout.nodes().size()), "node")) +
                counts(rollout, palette) + resources(rollout);
    for (const auto verdict : all_verdicts)
        if (is_named_at_the_end(verdict))
            text += group(rollout, verdict);
    if (rollout.stopped())
        text +=
            '\n' + palette.paint(Colour::red, "Stopped: " + one_line(rollout.why_stopped())) + '\n';
    return text;
}

}  // namespace mco::puppet::application
