// The compound part of a filter against a node (protocol §8.2): what facts and classes decide, and
// what only data plug-ins can tell.
#pragma once

#include "core/error.hpp"
#include "core/filter/compound.hpp"
#include "core/filter/match.hpp"
#include "core/value.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace mco::filter {

/// Call stacks that came over the wire, decoded. All of them have to hold.
class Compound {
  public:
    /// Of all stacks together there may be Expression::max_tokens tokens.
    static constexpr std::size_t max_stacks = 64;

    Compound() = default;

    /// Errors: malformed, limit.
    static Expected<Compound> from(const std::vector<Value>& stacks);

    /// The functions of all stacks, in their order. They live as long as this object.
    std::vector<const DataTest*> functions() const;

    /// The names of the facts that all stacks compare, as often as they do.
    std::vector<std::string> facts() const;

    /// What facts and classes alone decide; absent when it depends on functions. Errors: of a
    /// comparison, and then the node does not match. Any thread.
    Expected<std::optional<bool>> judge(const Inventory& inventory) const;

    /// `lookup` is called from left to right and only as far as the outcome depends on it; its
    /// errors are passed on. Any thread that may block as long as `lookup`.
    Expected<bool> judge(const Inventory& inventory, const DataLookup& lookup) const;

  private:
    std::vector<Expression> stacks_;
};

/// Does the node match the whole of `filter`, of which `compound` is decoded? Absent when that
/// depends on the functions in it. Errors as of matches(). Any thread.
Expected<std::optional<bool>> judge(const Filter& filter,
                                    const Compound& compound,
                                    const Inventory& inventory);

}  // namespace mco::filter
