// The filter a request carries (protocol §7.1) as plain data. Matching it is core/filter/match.hpp.
#pragma once

#include "core/value.hpp"

#include <string>
#include <vector>

namespace mco::filter {

/// One fact comparison; `op` is one of == != < > <= >= =~ as spelt on the wire, anything else never
/// matches.
struct FactTest {
    std::string fact;
    std::string value;
    std::string op;
    bool operator==(const FactTest&) const = default;
};

/// Class, agent and identity entries are literal names, or regular expressions if they begin with
/// '/'.
struct Filter {
    std::vector<FactTest> facts;
    std::vector<std::string> classes;
    std::vector<std::string> agents;
    std::vector<std::string> identities;
    std::vector<Value> compound;  ///< call stacks, as they came (protocol §8.1)
    bool other_keys = false;      ///< the wire form had a key besides these five: then an otherwise
                                  ///< empty filter fails

    bool empty() const {
        return facts.empty() && classes.empty() && agents.empty() && identities.empty() &&
               compound.empty();
    }

    bool operator==(const Filter&) const = default;
};

}  // namespace mco::filter
