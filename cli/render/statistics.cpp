#include "cli/render/statistics.hpp"

#include "cli/render/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>

namespace mco::render {

namespace {

using client::Seconds;
using client::Statistics;
using ddl::Summary;

double milliseconds(Seconds seconds) {
    return seconds.count() * 1000;
}

std::string summary_text(const Summary& summary, const Palette& palette) {
    auto text = palette.paint(Colour::bold, "Summary of " + summary.label + ":") + "\n\n";
    if (!summary.failure.empty())
        return text +
               palette.paint(Colour::yellow,
                             "     Could not compute summary - " + summary.failure) +
               "\n\n";
    if (summary.lines.empty())
        return text + palette.paint(Colour::yellow, "     No aggregate summary could be computed") +
               "\n\n";
    for (const auto& line : summary.lines)
        text += "   " + line + '\n';
    return text + '\n';
}

std::string names_report(std::string_view heading,
                         const std::vector<std::string>& names,
                         const Palette& palette) {
    if (names.empty())
        return {};
    return "\n" + palette.paint(Colour::red, heading) + "\n\n" + name_columns(names) + "\n";
}

/// What follows the counters: who is missing and who surprised us.
std::string reports(const Statistics& statistics, const Palette& palette) {
    return "\n" + names_report("No response from:", statistics.silent, palette) +
           names_report("Unexpected response from:", statistics.unexpected, palette);
}

bool one_worked(const std::vector<Summary>& summaries) {
    return std::any_of(
        summaries.begin(), summaries.end(), [](const Summary& s) { return s.failure.empty(); });
}

}  // namespace

std::string summaries_text(const std::vector<Summary>& summaries, const Palette& palette) {
    std::string text;
    for (const auto& summary : summaries)
        text += summary_text(summary, palette);
    return text;
}

std::string statistics_block(const Statistics& statistics,
                             const std::vector<Summary>& summaries,
                             const Palette& palette) {
    const auto discovered = statistics.discovered.size();
    const auto colour = statistics.responses < discovered ? Colour::red : Colour::green;
    return summaries_text(summaries, palette) +
           fmt::format("\nFinished processing {} / {} hosts in {:.2f} ms\n",
                       palette.paint(colour, std::to_string(statistics.responses)),
                       palette.paint(colour, std::to_string(discovered)),
                       milliseconds(statistics.agent_time)) +
           reports(statistics, palette);
}

std::string verbose_statistics_block(const Statistics& statistics,
                                     const std::vector<Summary>& summaries,
                                     std::string_view caption,
                                     const Palette& palette) {
    const auto discovered = statistics.discovered.size();
    const auto colour = statistics.responses < discovered ? Colour::red : Colour::normal;
    const auto number = [&](Colour in, std::size_t n) {
        return palette.paint(in, std::to_string(n));
    };
    std::string text = one_worked(summaries) ? summaries_text(summaries, palette) : "";
    text += '\n' + palette.paint(Colour::yellow, fmt::format("---- {} ----", caption)) + '\n';
    text += fmt::format("           Nodes: {} / {}\n",
                        number(colour, discovered),
                        number(colour, statistics.responses));
    text += fmt::format("     Pass / Fail: {} / {}\n",
                        number(Colour::normal, statistics.passed),
                        number(Colour::normal, statistics.failed));
    text += fmt::format("      Start Time: {}\n", local_time(statistics.started));
    text += fmt::format("  Discovery Time: {:.2f}ms\n", milliseconds(statistics.discovery_time));
    text += fmt::format("      Agent Time: {:.2f}ms\n", milliseconds(statistics.agent_time));
    text += fmt::format("      Total Time: {:.2f}ms\n",
                        milliseconds(statistics.discovery_time + statistics.agent_time));
    return text + reports(statistics, palette);
}

std::string local_time(TimePoint time) {
    const std::time_t seconds =
        std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
    std::tm parts{};
    localtime_r(&seconds, &parts);
    std::array<char, 64> text{};
    return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S %z", &parts)};
}

}  // namespace mco::render
