// What the broker counts, for Prometheus.
#pragma once

#include "broker/counters.hpp"
#include "core/metrics/text.hpp"

#include <vector>

namespace mco::broker {

/// The same figures as in the status file, under the same names, without the prefix `mco_broker`.
std::vector<metrics::Family> to_families(const StatusReport& status);

}  // namespace mco::broker
