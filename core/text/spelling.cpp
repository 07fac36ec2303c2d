#include "core/text/spelling.hpp"

#include <algorithm>

namespace mco::text {

namespace {

std::size_t least(const std::vector<std::size_t>& row) {
    return *std::min_element(row.begin(), row.end());
}

}  // namespace

std::size_t edit_distance(std::string_view from, std::string_view to, std::size_t limit) {
    const auto gap = from.size() > to.size() ? from.size() - to.size() : to.size() - from.size();
    if (gap > limit)
        return limit + 1;
    std::vector<std::size_t> before, last(to.size() + 1), row(to.size() + 1);
    for (std::size_t j = 0; j <= to.size(); ++j)
        last[j] = j;
    for (std::size_t i = 1; i <= from.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= to.size(); ++j) {
            const std::size_t replaced = last[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
            const bool swapped =
                i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1];
            if (swapped)
                row[j] = std::min(row[j], before[j - 2] + 1);
        }
        // A swap reaches back two rows, so both must be beyond the limit before we may give up.
        if (least(row) > limit && least(last) > limit)
            return limit + 1;
        before.swap(last);
        last.swap(row);
        row.resize(to.size() + 1);
    }
    return std::min(last[to.size()], limit + 1);
}

std::optional<std::string> nearest(std::string_view word,
                                   const std::vector<std::string>& candidates,
                                   std::size_t limit) {
    const std::string* best = nullptr;
    std::size_t best_distance = limit + 1;
    for (const auto& candidate : candidates) {
        if (best_distance == 0)
            break;
        const auto distance = edit_distance(word, candidate, best_distance - 1);
        if (distance < best_distance) {
            best_distance = distance;
            best = &candidate;
        }
    }
    return best == nullptr ? std::nullopt : std::optional(*best);
}

std::size_t plausible_edits(std::size_t length) {
    return length < 3 ? 0 : length < 6 ? 1 : 2;
}

}  // namespace mco::text
