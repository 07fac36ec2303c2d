// A catalog of one resource, as data for `puppet apply --catalog` (client and agents §5.1.4).
#pragma once

#include "core/error.hpp"
#include "core/value.hpp"
#include "puppet/resource_rules.hpp"

#include <string>

namespace mco::puppet {

/// JSON of a catalog with that one resource; all inputs but `name`, `type` and `process_results`
/// are its parameters. Nothing in it is code: values are texts, numbers, booleans and lists of
/// them, as Puppet could otherwise take a structure for a function to call. The name wins over
/// whatever parameter also names the resource; where that is one we know, it is refused, since the
/// lists of names would not have seen it. `may_name` lifts that for commands of `exec`.
/// An Error says what cannot be passed on.
Expected<std::string> catalog_of(const ResourceName& name, const Map& inputs, bool may_name);

}  // namespace mco::puppet
