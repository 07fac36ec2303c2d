// A catalog of one resource, as data for `puppet apply --catalog` (client and agents §5.1.4).
#pragma once

#include "core/error.hpp"
#include "core/value.hpp"
#include "puppet/resource_rules.hpp"

#include <string>

namespace mco::puppet {

/// JSON of a catalog with that one resource; all inputs but `name`, `type` and `process_results`
/// are its parameters, as checked_parameters() lets them pass. An Error says what cannot be passed
/// on.
Expected<std::string> catalog_of(const ResourceName& name, const Map& inputs, bool may_name);

}  // namespace mco::puppet
