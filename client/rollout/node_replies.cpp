#include "client/rollout/node_replies.hpp"

#include "system/log_text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <utility>

namespace mco::client {

namespace {

constexpr std::size_t most_errors = 10;
constexpr std::size_t longest_text = 1000;  // bytes
constexpr std::size_t longest_name = 80;    // of a run, as the DDL has it

/// A tab is part of many lines, and harmless.
std::string safe_line(std::string_view line) {
    std::string safe;
    for (auto tab = line.find('\t'); tab != std::string_view::npos; tab = line.find('\t')) {
        safe += system::escaped(line.substr(0, tab)) + '\t';
        line.remove_prefix(tab + 1);
    }
    return safe + system::escaped(line);
}

std::string safe_text(std::string_view text) {
    return system::escaped(text.substr(0, longest_text));
}

double real(const Value& data, std::string_view key) {
    const auto* value = data.find(key);
    if (value == nullptr)
        return 0;
    if (const auto* integer = value->integer())
        return static_cast<double>(*integer);
    const auto* number = value->real();
    return number != nullptr && std::isfinite(*number) ? *number : 0;
}

std::int64_t integer(const Value& data, std::string_view key) {
    const auto* value = data.find(key);
    if (value != nullptr && value->integer() != nullptr)
        return *value->integer();
    constexpr double most = 1e15;  // exact in either type
    return static_cast<std::int64_t>(std::clamp(real(data, key), -most, most));
}

bool is_true(const Value& data, std::string_view key) {
    const auto* value = data.find(key);
    return value != nullptr && value->boolean() != nullptr && *value->boolean();
}

std::string text(const Value& data, std::string_view key) {
    const auto* value = data.find(key);
    const auto* text = value != nullptr ? value->text() : nullptr;
    return text != nullptr ? *text : std::string();
}

const Array& list(const Value& data, std::string_view key) {
    static const Array none;
    const auto* value = data.find(key);
    const auto* array = value != nullptr ? value->array() : nullptr;
    return array != nullptr ? *array : none;
}

bool is_run_name(std::string_view name) {
    constexpr std::string_view allowed =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
    return !name.empty() && name.size() <= longest_name &&
           name.find_first_not_of(allowed) == std::string_view::npos;
}

Verdict verdict_of(std::string_view outcome) {
    using Word = std::pair<std::string_view, Verdict>;
    constexpr std::array<Word, 4> words = {Word{"unchanged", Verdict::unchanged},
                                           Word{"changed", Verdict::changed},
                                           Word{"failed", Verdict::failed},
                                           Word{"skipped", Verdict::skipped}};
    for (const auto& [word, verdict] : words)
        if (word == outcome)
            return verdict;
    return Verdict::no_report;
}

std::string_view word_for(Verdict verdict) {
    return verdict == Verdict::no_report ? "no report" : name(verdict);
}

/// The messages of a run's log that tell of failures, each with where it came from.
std::vector<std::string> errors_in(const Array& logs) {
    constexpr std::array<std::string_view, 4> bad = {"err", "alert", "emerg", "crit"};
    std::vector<std::string> errors;
    for (const auto& entry : logs) {
        if (errors.size() == most_errors)
            break;
        if (std::find(bad.begin(), bad.end(), text(entry, "level")) == bad.end())
            continue;
        const auto source = text(entry, "source");
        errors.push_back(safe_text((source.empty() || source == "Puppet" ? "" : source + ": ") +
                                   text(entry, "msg")));
    }
    return errors;
}

}  // namespace

Acceptance read_acceptance(const Value& data) {
    auto run = text(data, "run");
    return {is_run_name(run) ? std::move(run) : std::string(), integer(data, "initiated_at")};
}

std::string said(const Result& reply) {
    const auto summary = reply.status == 0 ? text(reply.data, "summary") : std::string();
    return safe_text(summary.empty() ? reply.message : summary);
}

RunState read_run_result(const Value& data) {
    RunState state;
    auto& report = state.report;
    report.finished = text(data, "state") == "finished";
    report.verdict = report.finished ? verdict_of(text(data, "outcome")) : Verdict::none;
    report.noop = is_true(data, "noop");
    report.cached_catalog = is_true(data, "cached_catalog");
    report.total = integer(data, "total_resources");
    report.changed = integer(data, "changed_resources");
    report.failed = integer(data, "failed_resources");
    report.out_of_sync = integer(data, "out_of_sync_resources");
    report.duration = real(data, "duration");
    report.started_at = real(data, "started_at");
    report.ended_at = real(data, "ended_at");
    for (const auto& error : list(data, "errors"))
        if (error.text() != nullptr && report.errors.size() < most_errors)
            report.errors.push_back(safe_text(*error.text()));
    for (const auto& line : list(data, "output"))
        if (line.text() != nullptr)
            state.lines.push_back(safe_line(*line.text()));
    if (const auto* next = data.find("next"); next != nullptr && next->integer() != nullptr)
        state.next = *next->integer();
    return state;
}

AgentState read_status(const Value& data) {
    const auto* enabled = data.find("enabled");
    return {is_true(data, "applying"),
            enabled == nullptr || enabled->boolean() == nullptr || *enabled->boolean(),
            integer(data, "lastrun")};
}

RunReport read_last_run(const Value& data, bool noop) {
    RunReport report;
    report.finished = true;
    report.noop = noop;
    report.total = integer(data, "total_resources");
    report.changed = std::max<std::int64_t>(0, integer(data, "changed_resources"));
    report.failed = std::max<std::int64_t>(0, integer(data, "failed_resources"));
    report.out_of_sync = std::max<std::int64_t>(0, integer(data, "out_of_sync_resources"));
    report.duration = real(data, "total_time");
    report.ended_at = real(data, "lastrun");
    report.errors = errors_in(list(data, "logs"));
    report.cached_catalog =
        std::any_of(report.errors.begin(), report.errors.end(), [](const std::string& error) {
            return error.starts_with("Could not retrieve catalog");
        });
    if (report.failed > 0 || report.total <= 0 || report.cached_catalog)
        report.verdict = Verdict::failed;
    else
        report.verdict = report.changed > 0 ? Verdict::changed : Verdict::unchanged;
    return report;
}

std::int64_t last_run_end(const Value& data) {
    return integer(data, "lastrun");
}

RunReport no_report(std::string why) {
    RunReport report;
    report.finished = true;
    report.verdict = Verdict::no_report;
    report.errors = {std::move(why)};
    return report;
}

Map run_data(const RunReport& report) {
    Array errors(report.errors.begin(), report.errors.end());
    const Map values{{"state", report.finished ? "finished" : "unknown"},
                     {"outcome", report.finished ? word_for(report.verdict) : ""},
                     {"noop", report.noop},
                     {"cached_catalog", report.cached_catalog},
                     {"total_resources", report.total},
                     {"changed_resources", report.changed},
                     {"failed_resources", report.failed},
                     {"out_of_sync_resources", report.out_of_sync},
                     {"duration", report.duration},
                     {"started_at", report.started_at},
                     {"ended_at", report.ended_at},
                     {"errors", std::move(errors)}};
    Map data;
    for (const auto& [key, value] : values.entries())
        data.set(Symbol{*key.text()}, value);  // as replies have them
    return data;
}

}  // namespace mco::client
