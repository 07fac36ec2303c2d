// What is known of the resources of several types on many nodes, and the figures that it comes to
// (resources §5).
#pragma once

#include "client/resources/variants.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mco::client {

/// A node from which something could not be learned. It is never taken for one that has nothing.
struct NodeFailure {
    NodeNumber node = 0;
    std::string why;
};

/// Sums over titles; they can be added over types.
struct Figures {
    std::size_t titles = 0;       ///< different ones
    std::size_t total = 0;        ///< nodes that have a title, over all titles
    std::size_t differing = 0;    ///< titles with more than one variant
    std::size_t most_common = 0;  ///< nodes with the most common variant, over all titles
    std::size_t possible = 0;     ///< titles × nodes

    /// The share of those who have a title that have its most common variant; 1 where nothing
    /// differs.
    double similarity() const;
    /// The share of the nodes that have a title, over all titles: what similarity says nothing of.
    double coverage() const;

    Figures& operator+=(const Figures& other);
    bool operator==(const Figures&) const = default;
};

/// One type on all nodes.
struct TypeComparison {
    std::string type;
    Variants variants;
    std::vector<NodeNumber> answered;   ///< who told all of it, ascending when it is complete
    std::vector<NodeFailure> failed;    ///< who could not, by number
    std::vector<NodeFailure> warnings;  ///< what those who told could not read
    std::vector<NodeNumber> unknown;    ///< who has no such type: see excuse_unknown_types()

    Figures figures() const;
    Figures figures(const std::vector<TitleFigures>& titles) const;
};

/// Several types on all nodes.
struct Comparison {
    std::vector<std::string> nodes;  ///< who was asked; numbers are places in it
    std::vector<TypeComparison> types;
    std::vector<NodeNumber> silent;  ///< who did not answer at all
    bool interrupted = false;        ///< the user did not wait for the rest

    /// All types together.
    Figures figures() const;

    std::vector<std::string> names(const std::vector<NodeNumber>& numbers) const;

    /// Where nobody asked for these very types, a node that has no such type has not failed: it
    /// goes from `failed` to `unknown`.
    void excuse_unknown_types();
};

}  // namespace mco::client
