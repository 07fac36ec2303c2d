// Whether nodes could use the patterns of a filter: whoever sends one that none can use meets
// silence.
#pragma once

#include "core/error.hpp"
#include "core/filter/filter.hpp"

#include <string>
#include <string_view>

namespace mco::filter {

/// A class, agent or identity entry (protocol §7.2). Errors: those of Pattern::compile(). Any
/// thread.
Expected<void> check_name(const std::string& entry);

/// The same for the pattern that a data plug-in's value is held against.
Expected<void> check_pattern(std::string_view pattern);

/// The same for a fact comparison (protocol §7.3).
Expected<void> check_fact(const FactTest& test);

}  // namespace mco::filter
