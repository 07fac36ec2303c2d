// A run as the JSON text that the book keeps of it.
#pragma once

#include "agents/puppet/runs.hpp"
#include "core/error.hpp"

#include <string>

namespace mco::puppet {

std::string to_json(const Run& run);

/// The name is not part of the text. Errors: malformed.
Expected<Run> run_from_json(const std::string& text, const std::string& name);

}  // namespace mco::puppet
