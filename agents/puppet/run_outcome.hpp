// What came of a run, judged from its report and what it printed. Pure.
#pragma once

#include "agents/puppet/report.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mco::puppet {

/// The outputs of the action run_result, without the lines.
struct RunResult {
    bool finished = false;
    std::string outcome;  ///< unchanged, changed, failed, skipped, no report; empty until finished
    bool noop = false;
    bool cached_catalog = false;  ///< no new one could be had: failed, though the old one may apply
    std::int64_t total = 0, changed = 0, failed = 0, out_of_sync = 0;  ///< resources
    double duration = 0;                                               ///< seconds
    std::int64_t started_at = 0, ended_at = 0;  ///< seconds since the epoch; 0: not (yet)
    std::string environment;
    std::string config_version;
    std::vector<std::string> errors;  ///< at most ten, one line each
};

/// The result of a run that wrote this report. `text` is its YAML, `output` what the run printed.
RunResult result_of(const Report& report, std::string_view text, std::string_view output);

/// The result of a run that ended without a report.
RunResult result_without_report(std::string_view output);

/// The first errors of a report, as `SOURCE: MESSAGE`. What Puppet says again with the resource's
/// name is told once; errors of Facter, which spoil no run, come last.
std::vector<std::string> report_errors(std::string_view text);

/// The log lines of a report as Puppet would have printed them.
std::string report_as_output(std::string_view text);

}  // namespace mco::puppet
