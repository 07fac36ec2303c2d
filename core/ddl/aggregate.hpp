// What the replies of a call add up to (protocol §11.7, client specification §3): computed on the
// client, from plain data.
#pragma once

#include "core/ddl/ddl.hpp"

#include <string>
#include <vector>

namespace mco::ddl {

/// One block of the summary of a call.
struct Summary {
    std::string output;  ///< name of the output
    std::string label;   ///< what to call it: its display_as, or its name if the aggregate failed
    /// The result, ready to be indented; none if no value was counted.
    std::vector<std::string> lines;
    /// Why there is no result, as a phrase for the user; empty if it worked.
    std::string failure;

    bool operator==(const Summary&) const = default;
};

/// The aggregates of `action` over the data of all replies, failed ones too, in the order of
/// arrival; null stands for a reply without data. Sorted by output, what failed at the end. A value
/// that an aggregate cannot use ends that aggregate only. Known functions: summary, sum, average,
/// boolean_summary, nagios_states, nettest_mma, process_summary; others fail. Any thread.
std::vector<Summary> summarize(const Action& action, const std::vector<const Map*>& replies);

}  // namespace mco::ddl
