// Facts of this node: one merged document, swapped as a whole, never fetched on a request's path
// (design D10).
#pragma once

#include "core/time.hpp"
#include "core/value.hpp"

namespace mco::facts {

/// Names to values; every leaf is a string (protocol §7.3). Immutable once published.
struct Document {
    Map facts;
    TimePoint loaded;       ///< when its sources were last read with success
    bool complete = false;  ///< each of them was, once
};

}  // namespace mco::facts
