// Structured facts as JSON text.
#pragma once

#include "core/value.hpp"

#include <string>

namespace mco::agents {

/// Compact JSON in the order of the maps; bytes that are not UTF-8 are replaced. Patterns become
/// their sources.
std::string json_text(const Value& value);

}  // namespace mco::agents
