#include "agents/puppet/run_outcome.hpp"

#include "agents/puppet/printable.hpp"
#include "agents/puppet/run_output.hpp"

#include <algorithm>
#include <array>

namespace mco::puppet {
namespace {

/// More are not read: one failed resource makes up to three of them.
constexpr std::size_t errors_read = 60;
constexpr std::size_t lines_read = 5000;

bool is_of_facter(const LogLine& line) {
    return line.source == "Facter" || line.message.rfind("Facter", 0) == 0;
}

std::string first_line(const std::string& text) {
    return text.substr(0, text.find('\n'));
}

/// Puppet logs the error itself, with a stack trace perhaps, and again for the resource.
bool is_told_again(const LogLine& line, const std::vector<LogLine>& lines) {
    if (line.source != "Puppet")
        return false;
    const std::string what = first_line(line.message);
    return std::any_of(lines.begin(), lines.end(), [&](const LogLine& other) {
        return other.source != "Puppet" && other.message.find(what) != std::string::npos;
    });
}

std::string prefixed(const LogLine& line) {
    return line.source.empty() || line.source == "Puppet" ? line.message
                                                          : line.source + ": " + line.message;
}

std::string level_word(const std::string& level) {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 8> words = {
        {{"debug", "Debug"},
         {"info", "Info"},
         {"notice", "Notice"},
         {"warning", "Warning"},
         {"err", "Error"},
         {"alert", "Alert"},
         {"emerg", "Emergency"},
         {"crit", "Critical"}}};
    const auto found = std::find_if(
        words.begin(), words.end(), [&](const auto& word) { return word.first == level; });
    return std::string(found == words.end() ? std::string_view(level) : found->second);
}

}  // namespace

RunResult result_of(const Report& report, std::string_view text, std::string_view output) {
    RunResult result;
    result.finished = true;
    result.outcome = report.cached_on_failure ? "failed" : report.status;
    result.cached_catalog = report.cached_on_failure;
    result.noop = report.noop.value_or(false);
    result.total = report.total;
    result.changed = report.changed;
    result.failed = report.failed;
    result.out_of_sync = report.out_of_sync;
    result.duration = report.duration.value_or(0);
    result.started_at = report.time;
    result.environment = printable_line(report.environment, error_line_limit);
    result.config_version = printable_line(report.config_version, error_line_limit);
    result.errors = report_errors(text);
    if (result.errors.empty() && result.outcome == "failed")
        result.errors = errors_in(output);
    return result;
}

RunResult result_without_report(std::string_view output) {
    RunResult result;
    result.finished = true;
    const std::string refusal = refusal_in(output);
    result.outcome = refusal.empty() ? "no report" : "skipped";
    result.errors = refusal.empty() ? errors_in(output) : std::vector{refusal};
    return result;
}

std::vector<std::string> report_errors(std::string_view text) {
    auto lines = report_lines(text, Wanted::errors, errors_read);
    std::stable_partition(
        lines.begin(), lines.end(), [](const LogLine& line) { return !is_of_facter(line); });
    std::vector<std::string> errors;
    for (const LogLine& line : lines)
        if (errors.size() < error_count_limit && !is_told_again(line, lines))
            errors.push_back(printable_line(prefixed(line), error_line_limit));
    return errors;
}

std::string report_as_output(std::string_view text) {
    std::string output;
    for (const LogLine& line : report_lines(text, Wanted::everything, lines_read))
        output += level_word(line.level) + ": " + prefixed(line) + "\n";
    return output;
}

}  // namespace mco::puppet
