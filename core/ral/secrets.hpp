// Values that are not shown: passwords, and what Puppet marks as sensitive (resources §4).
#pragma once

#include "core/ral/resource.hpp"
#include "core/value.hpp"

#include <string>
#include <string_view>

namespace mco::ral {

/// Whether the property is secret by its name.
bool is_secret(std::string_view type, std::string_view property);

/// `[hidden xxxxxx]`: six hex digits of SHA-256 over type, title, property and value, so that two
/// nodes can be compared and no value can be read off.
std::string hidden(const Resource& resource, std::string_view property, const Value& value);

/// Whether a value is such a text, or Puppet's own `[redacted]`: it is never written to a node.
bool is_hidden(const Value& value);

/// With every secret value hidden; values that are hidden already stay.
Resource without_secrets(Resource resource);

}  // namespace mco::ral
