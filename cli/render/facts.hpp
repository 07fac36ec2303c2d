// The values of one fact: what `mco facts` shows (spec 1.4).
#pragma once

#include "client/outcome.hpp"
#include "core/value.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mco::render {

/// One value and who has it.
struct FactValue {
    Value value;
    std::string text;                ///< as people read it
    std::vector<std::string> nodes;  ///< sorted
};

/// From the replies to `rpcutil#get_fact`, by text; the number 7 and the text 7 are one value.
/// Nodes without the fact (nil, or a failed status) are left out.
std::vector<FactValue> fact_values(const std::vector<client::Result>& results);

/// How often each value of `fact` was seen, or that there is none; `verbose` names the nodes.
std::string fact_report(std::string_view fact, const std::vector<FactValue>& values, bool verbose);

/// An object for programs: fact, value, count and nodes.
Value fact_object(std::string_view fact, const FactValue& value);

}  // namespace mco::render
