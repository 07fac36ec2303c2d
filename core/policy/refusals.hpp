// Why a node would use nothing of a file in its folder `policies`: the whole file, for a rule that
// was overlooked may be one that denies.
#pragma once

#include "core/policy/parse.hpp"
#include "core/policy/policy.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace mco::policy {

/// The first word of filter.policy that names an action: its rule would never decide, and nobody
/// would notice. Any thread.
std::optional<Problem> misplaced_action(const Policy& filters);

/// Everything for which the daemon would refuse `text` in a file of that name, sorted by line; what
/// is only strange (lint.hpp) is not among it. `name` may have folders before it: `groups` is the
/// groups file, `filter.policy` speaks of facts and data plug-ins, every other one is the policy of
/// an agent. Any thread.
std::vector<Problem> refusals(std::string_view text, std::string_view name);

}  // namespace mco::policy
