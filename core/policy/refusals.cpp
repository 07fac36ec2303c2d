#include "core/policy/refusals.hpp"

#include <algorithm>
#include <string>

namespace mco::policy {

std::optional<Problem> misplaced_action(const Policy& filters) {
    for (const auto& rule : filters.rules)
        for (const auto& word : rule.actions)
            if (!is_filter_subject(word))
                return Problem{rule.line, "'" + word + "' is neither fact:NAME nor data:PLUGIN"};
    return std::nullopt;
}

std::vector<Problem> refusals(std::string_view text, std::string_view name) {
    const auto last = name.substr(name.rfind('/') + 1);
    std::vector<Problem> problems;
    if (last == "groups") {
        read_groups(text, problems);
        return problems;
    }
    const auto policy = read_policy(text, std::string(name), problems);
    if (const auto misplaced = last == "filter.policy" ? misplaced_action(policy) : std::nullopt)
        problems.push_back(*misplaced);
    std::stable_sort(problems.begin(), problems.end(), [](const Problem& a, const Problem& b) {
        return a.line < b.line;
    });
    return problems;
}

}  // namespace mco::policy
