// Resources in the shape that Puppet gives them: which values are left out, and the tags
// (resources §3).
#pragma once

#include "core/ral/resource.hpp"
#include "core/value.hpp"

#include <string>
#include <string_view>

namespace mco::puppet {

/// UTF-8, as Ruby's `scrub` makes it: U+FFFD for each run of bytes that begins a character and does
/// not end it, and for each other byte that belongs to none.
std::string scrubbed(std::string_view bytes);

/// Adds the text, scrubbed; one that is empty or `absent` is left out, as Puppet does with whatever
/// it takes for no value.
void put_text(Map& parameters, const char* name, std::string_view value);

/// The tags are the type's name and, where it can be a tag, the title in lower case.
ral::Resource shaped(const char* type, std::string title, Map parameters);

}  // namespace mco::puppet
