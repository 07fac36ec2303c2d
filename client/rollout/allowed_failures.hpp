// How many failures are borne: `3`, or `12.5%`.
#pragma once

#include "core/error.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace mco::client {

/// How many runs may fail before no more are started: a number of nodes, or a share of them.
struct AllowedFailures {
    double amount = 0;
    bool percent = false;

    /// Of `nodes` runs, rounded down; never more than there are.
    std::size_t of(std::size_t nodes) const;
};

/// `3` or `12.5%`. Errors: invalid, with what would be valid.
Expected<AllowedFailures> parse_allowed_failures(std::string_view text);

/// As the parser reads it.
std::string to_text(const AllowedFailures& allowed);

}  // namespace mco::client
