// Facts as nodes compare them: all leaves are text (protocol §7.3). Internal to client/sources.
#pragma once

#include "core/value.hpp"

namespace mco::client {

/// The same structure, with numbers and booleans written out and nil as empty text.
Value with_text_leaves(const Value& value);

}  // namespace mco::client
