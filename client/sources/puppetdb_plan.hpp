// From filters to queries: what PuppetDB is asked so that the nodes of a filter can be told. The
// queries are PuppetDB's syntax trees, which are JSON: no name and no value can become part of the
// language. Internal to client/sources.
//
// PuppetDB compares numbers, lists and patterns differently from nodes. Its conditions therefore
// only narrow the answer: they hold for all nodes of the filter, and for few others. What it knows
// of the facts and classes in question is asked for, too, and the last word has the comparison
// that nodes use themselves (compound.hpp).
#pragma once

#include "core/error.hpp"
#include "core/filter/filter.hpp"
#include "core/value.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mco::client {

/// One of the values that the query for facts returns.
struct FactColumn {
    std::string field;              ///< in query and answer: `facts."os"."family"`
    std::vector<std::string> path;  ///< where it belongs: os, family
    bool operator==(const FactColumn&) const = default;
};

struct PuppetDbPlan {
    Value nodes;                 ///< all that can match; `certname` in every row
    std::optional<Value> facts;  ///< of those, the columns; absent when nobody asks for facts
    std::vector<FactColumn> columns;
    std::optional<Value> classes;  ///< of those, `title`s; absent unless somebody needs them
};

/// Errors: invalid, malformed and limit for patterns and expressions that are none, for classes
/// whose pattern only nodes can search for, and for facts whose names PuppetDB cannot be asked for.
Expected<PuppetDbPlan> plan_puppetdb(const filter::Filter& filter);

/// A class as Puppet titles it: `roles::web` is `Roles::Web`.
std::string class_title(std::string_view name);

}  // namespace mco::client
