// The resources of one type on many nodes: titles, the variants of each, and who has which
// (resources §5).
#pragma once

#include "client/resources/number_set.hpp"
#include "core/ral/listing.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace mco::client {

/// A node by its place among those that were asked.
using NodeNumber = std::uint32_t;

/// What one node has of the type, or several nodes that have the same.
using ListingNumber = std::uint32_t;

/// One way in which a resource exists.
struct Variant {
    std::string_view parameters;    ///< JSON of the canonical parameters
    std::vector<NodeNumber> nodes;  ///< ascending
};

/// A title, and what its variants come to.
struct TitleFigures {
    std::string_view title;
    std::size_t nodes = 0;        ///< that have it
    std::size_t variants = 0;     ///< among them
    std::size_t most_common = 0;  ///< nodes with the most common variant

    /// 1 when all who have it have the same.
    double similarity() const {
        return nodes == 0 ? 1 : static_cast<double>(most_common) / static_cast<double>(nodes);
    }
};

/// Takes listings in, line by line as they arrive: each different line is kept once, with a bit for
/// each listing that has it. Two lines are the same if and only if their texts are, so nobody can
/// make one pass for another. Memory: variants × (text + listings / 8). One thread.
class Variants {
  public:
    /// One that is empty, and that nobody has: as long as it is not given to nodes, what is in it
    /// does not count.
    ListingNumber new_listing();

    /// The next line of a listing, in ascending order of titles; one that is not is passed over, so
    /// that a node has one variant of a title.
    void add(ListingNumber listing, const ral::Entry& entry);

    /// The nodes that have it; each node has one listing.
    void give(ListingNumber listing, std::vector<NodeNumber> nodes);

    /// Sorted by title; those that somebody has. The texts live as long as the table.
    std::vector<TitleFigures> titles() const;

    /// The most common first, among equals that of the first node. Empty for a title that nobody
    /// has.
    std::vector<Variant> of(std::string_view title) const;

    /// What the table takes of memory, about: for all different lines, also those of listings that
    /// nobody has, with what keeps them; short lines take more for that than for themselves.
    std::size_t bytes() const { return bytes_; }

  private:
    struct Line {
        std::string text;
        std::uint32_t parameters;  // how long they are: they end before the last bracket
        NumberSet listings;
    };

    struct Listing {
        std::vector<NodeNumber> nodes;
        std::string last;  // title; empty: none yet, or complete
        bool any = false;
    };

    bool continues(Listing& listing, const std::string& title) const;
    std::uint32_t number_of(const ral::Entry& entry);
    std::size_t nodes_with(const Line& line) const;

    std::deque<Line> lines_;
    std::unordered_map<std::string_view, std::uint32_t> by_text_;  // views of the lines
    std::unordered_map<std::string, std::vector<std::uint32_t>> by_title_;
    std::vector<Listing> listings_;
    std::size_t bytes_ = 0;
};

}  // namespace mco::client
