// No silent node: what is known of every node from which an answer was expected and none came. Who
// refused has answered.
#pragma once

#include <string>
#include <string_view>

namespace mco::client {

enum class Absence {
    never_seen,    ///< it was named, but no answer of it was ever seen from here
    not_there,     ///< seen before, silent now
    timed_out,     ///< it is there, but its reply did not come in time
    clock_skew,    ///< its clock differs so much that requests look too old, or from the future
    not_provable,  ///< something replied in its name, but nobody could prove who
    not_asked,     ///< the call ended before its turn
    no_match       ///< it was named and is there, but the rest of the filter does not match it
};

/// The word for programs: `never_seen`, `not_there`, …
std::string_view name(Absence absence);

struct Missing {
    std::string node;
    Absence absence = Absence::not_there;
    std::string text;  ///< for people: what is known, without the node's name

    bool operator==(const Missing&) const = default;
};

}  // namespace mco::client
