// Resources as Puppet code (resources §2, trap 23).
#pragma once

#include "core/ral/resource.hpp"

#include <string>

namespace mco::ral {

/// One declaration, `type { 'title': … }` with its line end, arrows aligned, ensure first. Texts
/// are quoted with backslash and quote escaped. Hidden values become a comment instead of a
/// parameter.
std::string manifest(const Resource& resource);

}  // namespace mco::ral
