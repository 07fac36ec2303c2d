// What Puppet wrote about its last run: summary, log lines, managed resources (client and agents
// §5.1.3).
#pragma once

#include "core/error.hpp"
#include "core/value.hpp"

#include <cstdint>
#include <string>

namespace mco::puppet {

/// last_run_summary.yaml, with every section present and the counters of `resources` at 0 where the
/// file has none; so it is for a file that does not exist. Errors: malformed (with the position),
/// limit, io.
Expected<Map> read_summary(const std::string& file);

/// Seconds since the epoch of the end of that run; 0 when there was none.
std::int64_t last_run(const Map& summary);

/// That run ended without a catalog that could have been applied.
bool had_no_catalog(const Map& summary);

/// The log lines of last_run_report.yaml as {time_utc, time, level, source, msg}, 100,000 at most;
/// none if there is no such file. Errors: limit, io, malformed (no report, or in a layout that is
/// not known).
Expected<Array> read_logs(const std::string& file);

/// How many lines of resources.txt there are of each type, by capitalised type; none if there is no
/// such file.
Expected<Map> read_type_distribution(const std::string& file);

}  // namespace mco::puppet
