// Typed access to the members of a decoded JSON object, for content.cpp and filter_content.cpp.
#pragma once

#include "core/error.hpp"
#include "core/filter/filter.hpp"
#include "core/value.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace mco::x509 {

/// The member `name`; fails with `malformed`, naming it, when it is missing or of another kind.
Expected<std::string> text_field(const Map& object, std::string_view name);
/// Within `least` and `most`.
Expected<std::int64_t> integer_field(const Map& object,
                                     std::string_view name,
                                     std::int64_t least,
                                     std::int64_t most);
Expected<const Map*> map_field(const Map& object, std::string_view name);

/// The filter on the wire: five keys, all there, leaves text. Regular expressions in call stacks
/// become their source.
Map filter_to_wire(const filter::Filter& filter);
Expected<filter::Filter> filter_from_wire(const Map& wire);

}  // namespace mco::x509
