// The columns of a policy's line. Internal to core/policy.
#pragma once

#include "core/error.hpp"

#include <string_view>
#include <vector>

namespace mco::policy {

/// Without blanks at both ends; what a carriage return leaves there is blank, too.
std::string_view trimmed(std::string_view text);

/// Split at runs of spaces and tabs.
std::vector<std::string_view> words(std::string_view text);

/// Split at tabs if there is one, else at runs of two or more spaces if there is one, else into
/// single words when these are four or five. None of them is empty. Errors (malformed): anything
/// else.
Expected<std::vector<std::string_view>> columns(std::string_view line);

}  // namespace mco::policy
