// Equal answers once, with the nodes that gave them: folded as they arrive.
#pragma once

#include "client/outcome.hpp"

#include <cstddef>
#include <limits>
#include <string>
#include <unordered_map>
#include <vector>

namespace mco::client {

/// Whether the data of an answer mean something: an aborted action may have got somewhere, but who
/// could not act at all (status 2 and above) has none.
bool has_data(const Result& result);

/// Results with equal status, message and data, if these mean something. Maps are equal whatever
/// the order of their keys, and whether those are strings or symbols.
struct ResultGroup {
    Result result;                   ///< the first of them
    std::vector<std::string> nodes;  ///< in the order of arrival
};

/// Keeps the names of all nodes, but different answers only up to a number of bytes.
class ResultGroups {
  public:
    static constexpr std::size_t everything = std::numeric_limits<std::size_t>::max();

    /// `most_bytes`: of all different answers, as text.
    explicit ResultGroups(std::size_t most_bytes = everything) : most_bytes_(most_bytes) {}

    /// The second takes the result over if it is the first of its kind.
    void add(const Result& result);
    void add(Result&& result);

    /// The largest group first, among equals the one that answered first; good until the next
    /// add().
    std::vector<const ResultGroup*> by_size() const;

    /// Of what is kept.
    std::size_t bytes() const { return bytes_; }

    /// Those whose answers were too much, in the order of arrival.
    const std::vector<std::string>& dropped() const { return dropped_; }

    /// What was dropped, as a sentence; empty if nothing was.
    std::string said() const;

  private:
    /// Null: its answer is dropped, or the group is there already.
    ResultGroup* new_group(const Result& result);

    std::size_t most_bytes_;
    std::size_t bytes_ = 0;
    std::vector<ResultGroup> groups_;
    std::unordered_map<std::string, std::size_t> places_;  // by the answer as text
    std::vector<std::string> dropped_;
    std::size_t dropped_bytes_ = 0;
};

}  // namespace mco::client
