// What reports know of nodes, as plain data: one shape for scripts, templates and JSON.
#pragma once

#include "client/outcome.hpp"
#include "core/time.hpp"
#include "core/value.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mco::reports {

/// As a script's expressions see a node: its reply to rpcutil's `inventory` as it came, with
/// `identity` and `time`.
Map script_names(const client::Result& result, const Value& time);

/// `identity, version, main_collective, collectives, agents, data_plugins, classes, facts`: lists
/// and facts sorted by name, nested ones included; what the node did not say is empty.
Map node_value(const client::Result& result);

/// node_value() with `statistics`, what `daemon_stats` said.
Map node_with_statistics(const client::Result& statistics, const client::Result& inventory);

/// The members of every collective, both by name, from `collective_info`.
struct Collective {
    std::string name;
    std::vector<std::string> nodes;
};

struct Membership {
    std::vector<Collective> collectives;
    std::size_t nodes = 0;  ///< that answered
};

Membership membership(const std::vector<client::Result>& results);

/// `{"collectives": [{"name", "nodes"}], "total_nodes"}`.
Value membership_value(const Membership& membership);

/// What a report is about.
struct Subject {
    TimePoint time;
    std::string collective;  ///< that was asked
};

enum class FactList { no, yes };

/// What templates are filled with (docs/reports.md): `time, time_utc, collective, nodes, missing,
/// failed, totals`. With `fact_list` every node has all its facts as a list of names and values.
Value report_value(const client::Outcome& inventory, const Subject& subject, FactList fact_list);

}  // namespace mco::reports
