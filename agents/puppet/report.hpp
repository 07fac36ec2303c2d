// last_run_report.yaml as Puppet 3 to 8 and OpenVox write it. Reports of large nodes are megabytes
// of resource states that would take seconds to parse, so the sections are found by their place in
// the first column and only what is wanted is given to the YAML parser.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mco::puppet {

struct LogLine {
    std::string level;    ///< notice, err, …
    std::string source;   ///< the resource it is about, or Puppet
    std::string message;  ///< possibly of several lines
    std::string time;     ///< as it is written
};

struct Report {
    std::int64_t time = 0;           ///< when the run began, in seconds since the epoch
    double begun = 0;                ///< the same with its fraction
    std::string status;              ///< failed, changed or unchanged
    std::optional<bool> noop;        ///< absent in old formats
    bool cached_on_failure = false;  ///< no new catalog could be had, so the last one was applied
    std::string environment;
    std::string config_version;
    std::int64_t total = 0, changed = 0, failed = 0, out_of_sync = 0;  ///< resources
    std::optional<double> duration;                                    ///< seconds
};

/// Absent if the text is no report, or not a whole one.
std::optional<Report> parse_report(std::string_view text);

/// The text of a report, without its resource states where everything that matters stands before
/// them or at the end, and in today's layout. Empty if it cannot be read, or is larger than 64 MiB.
std::string read_report(const std::string& file);

/// The first `limit` log lines of level err and above, or of all levels.
enum class Wanted { errors, everything };
std::vector<LogLine> report_lines(std::string_view text, Wanted wanted, std::size_t limit);

/// The lines of one top-level key, the key's own included; empty if there is no such key.
std::string_view report_section(std::string_view text, std::string_view key);

/// Seconds since the epoch of an ISO 8601 time such as 2026-11-20T08:58:58.234+00:00; 0 if it is
/// none.
std::int64_t epoch(const std::string& text);

}  // namespace mco::puppet
