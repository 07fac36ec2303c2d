// What is strange in a policy that can be understood: what `mco policy lint` says besides errors.
#pragma once

#include "core/policy/parse.hpp"
#include "core/policy/policy.hpp"

#include <functional>
#include <string>
#include <vector>

namespace mco::policy {

/// What is known besides the policy itself; what is empty is not checked.
struct Vocabulary {
    const Groups* groups = nullptr;
    std::function<bool(const std::string&)> is_action;
    std::function<bool(const std::string&)> is_data_plugin;
};

/// Rules that can never decide, names that do not exist, expressions that others may read
/// differently; sorted by line. Any thread.
std::vector<Problem> lint(const Policy& policy, const Vocabulary& vocabulary);

/// Groups that no policy can name, and members that no caller can be; sorted by line. Any thread.
std::vector<Problem> lint(const Groups& groups);

}  // namespace mco::policy
