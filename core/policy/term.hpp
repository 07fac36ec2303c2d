// Whether a fact or a class is as a policy wants it. Internal to core/policy.
#pragma once

#include "core/error.hpp"
#include "core/policy/decide.hpp"
#include "core/policy/policy.hpp"

#include <string>

namespace mco::policy {

/// Numbers are compared as numbers, everything else as text; an absent fact satisfies nothing, a
/// list any comparison that one of its elements does, a map one that a key does. Errors: a pattern
/// that gives up.
Expected<bool> holds(const Term& term, const Subject& subject);

/// What the node has, as a sentence: `cpus is 16`, `there is no class apache`.
std::string seen(const Term& term, const Subject& subject);

}  // namespace mco::policy
