// Resources as Puppet code (resources §2, trap 23).
#pragma once

#include "core/ral/resource.hpp"

#include <string>

namespace mco::ral {

/// One declaration, `type { 'title': … }` with its line end, arrows aligned, ensure first. Texts
/// are quoted with backslash and quote escaped, and control characters as `\u{1b}`. Values that are
/// hidden or scrubbed become a comment instead of a parameter; a name that cannot be a parameter's
/// is left out, whoever sent it. The type must be one (is_type_name).
std::string manifest(const Resource& resource);

}  // namespace mco::ral
