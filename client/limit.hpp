// How many of the nodes are asked, and how many at a time (client specification §2.5, protocol
// §9.6, §9.7).
#pragma once

#include "core/error.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mco::client {

/// A number of nodes, or a share of those that were found.
struct Amount {
    std::size_t number = 0;
    bool percent = false;

    bool operator==(const Amount&) const = default;
};

/// `N` or `N%`; anything else: nothing. Numbers beyond a million count as a million.
std::optional<Amount> parse_amount(std::string_view text);

enum class Pick { first, random };

struct Limit {
    Amount amount;
    Pick pick = Pick::first;
    std::optional<std::uint32_t> seed;  ///< of the random pick; absent: another one every time
};

/// How many nodes discovery has to find at most: known beforehand only for the first N.
std::optional<std::size_t> enough(const std::optional<Limit>& limit);

/// The nodes that are left: the first ones in the order given, or a random choice. With a seed the
/// choice is that of the original: sorted by name, drawn with Ruby's generator. A share is rounded
/// down, but is at least one node.
std::vector<std::string> pick_nodes(std::vector<std::string> nodes, const Limit& limit);

struct Batch {
    Amount size;  ///< 0: all at once
    std::chrono::milliseconds sleep{1000};
};

/// The nodes in consecutive groups, all but the last of them of the same size; a share is rounded
/// up. No node: no group.
std::vector<std::vector<std::string>> batches(const std::vector<std::string>& nodes,
                                              const Amount& size);

}  // namespace mco::client
