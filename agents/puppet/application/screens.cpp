#include "agents/puppet/application/screens.hpp"

#include "cli/render/spark.hpp"
#include "cli/render/text.hpp"
#include "core/text/ruby.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <string_view>
#include <utility>

namespace mco::puppet::application {

namespace {

using client::Result;
using render::Colour;
using render::Palette;
using render::right;

std::size_t count_of(const std::vector<Result>& results,
                     std::string_view output,
                     const Value& wanted) {
    return static_cast<std::size_t>(
        std::count_if(results.begin(), results.end(), [&](const Result& result) {
            const auto* value = result.status == 0 ? result.data.find(output) : nullptr;
            return value != nullptr && *value == wanted;
        }));
}

std::string shortened(double number) {
    if (number >= 1'000'000)
        return fmt::format("{:.1f}m", number / 1'000'000);
    if (number >= 1'000)
        return fmt::format("{:.1f}k", number / 1'000);
    return fmt::format("{:.1f}", number);
}

/// The numbers that successful nodes gave for `output`.
std::vector<double> numbers(const std::vector<Result>& results, std::string_view output) {
    std::vector<double> all;
    for (const auto& result : results) {
        const auto* value = result.status == 0 ? result.data.find(output) : nullptr;
        if (value == nullptr)
            continue;
        if (const auto* integer = value->integer())
            all.push_back(static_cast<double>(*integer));
        else if (const auto* real = value->real())
            all.push_back(*real);
    }
    return all;
}

std::string distribution(const std::vector<double>& values) {
    if (values.empty())
        return {};
    const auto [least, most] = std::minmax_element(values.begin(), values.end());
    const auto mean =
        std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
    return fmt::format("{}  min: {:<6} avg: {:<6} max: {:<6}",
                       render::spark_of_values(values),
                       shortened(*least),
                       shortened(mean),
                       shortened(*most));
}

/// Who has completed no run, or one that is to come: their ages are none.
struct StrangeRuns {
    std::vector<std::string> never;
    std::vector<std::string> future;
};

StrangeRuns strange_runs(const std::vector<Result>& results) {
    StrangeRuns strange;
    for (const auto& result : results) {
        const auto* last = result.status == 0 ? result.data.find("lastrun") : nullptr;
        const auto* age = result.data.find("since_lastrun");
        if (last != nullptr && *last == Value(0))
            strange.never.push_back(result.sender);
        else if (last != nullptr && age != nullptr && age->integer() != nullptr &&
                 *age->integer() < 0)
            strange.future.push_back(result.sender);
    }
    return strange;
}

std::vector<Result> without(const std::vector<Result>& results, const StrangeRuns& strange) {
    std::vector<Result> rest;
    for (const auto& result : results)
        if (std::find(strange.never.begin(), strange.never.end(), result.sender) ==
                strange.never.end() &&
            std::find(strange.future.begin(), strange.future.end(), result.sender) ==
                strange.future.end())
            rest.push_back(result);
    return rest;
}

std::string named(std::string_view what, const std::vector<std::string>& nodes) {
    return nodes.empty() ? "" : fmt::format("{}: {}\n", what, fmt::join(nodes, ", "));
}

/// Who could not tell, and why not.
std::string reasons(const std::vector<Result>& results) {
    std::string text;
    for (const auto& result : results)
        if (result.status != 0)
            text += fmt::format("   {}: {}\n", result.sender, result.message);
    return text;
}

}  // namespace

std::string status_screen(const std::vector<Result>& results, const Palette& palette) {
    std::size_t width = 0;
    for (const auto& result : results)
        width = std::max(width, render::length(result.sender) + 3);
    std::string text;
    for (const auto& result : results) {
        const auto* message = result.data.find("message");
        const auto words = message != nullptr ? text::to_s(*message) : std::string();
        text += right(result.sender, width) + ": " +
                (result.status == 0 ? words : palette.paint(Colour::red, result.message)) + '\n';
    }
    return text;
}

std::string count_screen(const std::vector<Result>& results, const Palette& palette) {
    const auto passed = std::count_if(
        results.begin(), results.end(), [](const Result& result) { return result.status == 0; });
    const auto of = [&](std::string_view output, const Value& value) {
        return count_of(results, output, value);
    };
    auto text =
        fmt::format("Total Puppet nodes: {}\n\n", passed) +
        fmt::format("          Nodes currently enabled: {}\n", of("enabled", true)) +
        fmt::format("         Nodes currently disabled: {}\n\n", of("enabled", false)) +
        fmt::format("Nodes currently doing puppet runs: {}\n", of("applying", true)) +
        fmt::format("          Nodes currently stopped: {}\n\n", of("applying", false)) +
        fmt::format("       Nodes with daemons started: {}\n", of("daemon_present", true)) +
        fmt::format("    Nodes without daemons started: {}\n", of("daemon_present", false)) +
        fmt::format("       Daemons started but idling: {}\n\n", of("idling", true));
    const auto failed = results.size() - static_cast<std::size_t>(passed);
    if (failed > 0)
        text += palette.paint(Colour::red,
                              fmt::format("Failed to retrieve status of {} {}",
                                          failed,
                                          failed == 1 ? "node" : "nodes")) +
                '\n' + reasons(results);
    return text;
}

std::string summary_screen(const std::vector<Result>& results) {
    using Row = std::pair<std::string_view, std::string_view>;
    constexpr std::array<Row, 8> rows = {
        Row{"Total resources", "total_resources"},
        Row{"Out Of Sync resources", "out_of_sync_resources"},
        Row{"Failed resources", "failed_resources"},
        Row{"Changed resources", "changed_resources"},
        Row{"Corrected resources", "corrected_resources"},
        Row{"Config Retrieval time (seconds)", "config_retrieval_time"},
        Row{"Total run-time (seconds)", "total_time"},
        Row{"Time since last run (seconds)", "since_lastrun"}};
    const auto passed = std::count_if(
        results.begin(), results.end(), [](const Result& result) { return result.status == 0; });
    auto text = fmt::format("Summary statistics for {} nodes:\n\n", passed);
    const auto strange = strange_runs(results);
    const auto usual = without(results, strange);
    for (const auto& [label, output] : rows)
        text += right(label, 33) + ": " +
                distribution(numbers(output == "since_lastrun" ? usual : results, output)) + '\n';
    if (usual.size() < results.size())
        text += '\n' + named("Never completed a run", strange.never) +
                named("Completed one in the future, by their clocks", strange.future);
    if (static_cast<std::size_t>(passed) < results.size())
        text += "\nNot among them:\n" + reasons(results);
    return text + '\n';
}

}  // namespace mco::puppet::application
