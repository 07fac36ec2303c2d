// From text to policies and groups. What cannot be understood is never skipped: it refuses the
// whole text, for a rule that was overlooked may be one that denies.
#pragma once

#include "core/error.hpp"
#include "core/policy/policy.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mco::policy {

/// The longest text of a policy or of groups, in bytes.
constexpr std::size_t max_policy_text = 1U << 20U;

/// What is wrong with, or strange about, one line.
struct Problem {
    std::size_t line = 0;
    std::string what;
};

/// Reads a policy to its end. With problems it holds only the lines that were understood and must
/// not be used. `file` is for messages. Any thread.
Policy read_policy(std::string_view text, std::string file, std::vector<Problem>& problems);

/// The same for groups.
Groups read_groups(std::string_view text, std::vector<Problem>& problems);

/// A policy that was understood as a whole. Errors: malformed with FILE:LINE and the reason of the
/// first problem; limit.
Expected<Policy> parse_policy(std::string_view text, const std::string& file);
Expected<Groups> parse_groups(std::string_view text, const std::string& file);

}  // namespace mco::policy
