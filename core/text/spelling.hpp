// "Did you mean": the distance between two words and the nearest of several.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mco::text {

/// How many insertions, deletions, replacements and swaps of neighbours lead from one word to the
/// other; `limit + 1` stands for everything above `limit`. Bytes are compared as they are.
std::size_t edit_distance(std::string_view from, std::string_view to, std::size_t limit);

/// The first of the candidates nearest to `word`, at most `limit` edits away; absent when there is
/// none.
std::optional<std::string> nearest(std::string_view word,
                                   const std::vector<std::string>& candidates,
                                   std::size_t limit);

/// How many edits a misspelling of a word of this length plausibly has: none below 3 characters, 2
/// at most.
std::size_t plausible_edits(std::size_t length);

}  // namespace mco::text
