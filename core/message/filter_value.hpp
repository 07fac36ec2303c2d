// A filter as it stands inside a message, in both directions (protocol §7.1).
#pragma once

#include "core/error.hpp"
#include "core/filter/filter.hpp"
#include "core/value.hpp"

namespace mco::message {

/// How the members of a fact test are spelt: symbols for Ruby peers, strings in JSON.
enum class FactKeys { symbols, strings };

/// The five canonical keys in the original's order.
Map filter_to_value(const filter::Filter& filter, FactKeys keys);

/// Reads the five keys, `puppet_class` as an alias, entries that are strings or symbols and, as an
/// identity, a regular expression object, which becomes `/source/`. A map that is neither empty nor
/// has exactly the five keys sets `other_keys`. Errors: malformed, naming the key.
Expected<filter::Filter> filter_from_value(const Value& value);

}  // namespace mco::message
