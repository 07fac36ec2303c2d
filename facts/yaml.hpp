// Facts from the text of a YAML file.
#pragma once

#include "core/error.hpp"
#include "core/value.hpp"

#include <string>

namespace mco::facts {

/// The map that the first document holds, all keys and leaves as text (facts/text.hpp); empty for
/// an empty document. Aliases and merge keys work; tags make nothing but text
/// (`!binary` is decoded, `!ruby/string` is its `str`). Errors: malformed (with line and column; a
/// name without its colon and a NUL are such, too), limit.
Expected<Map> parse_yaml(const std::string& text);

}  // namespace mco::facts
