// Facts by name, and what lies inside structured ones.
#pragma once

#include "core/value.hpp"

#include <string_view>

namespace mco::filter {

/// A fact by its name, or by the names on the way to it, joined by dots: `os.family`,
/// `disks.0.size`. Elements of lists go by their number. A name that itself has dots goes first.
/// Null if there is none. Any thread.
const Value* find_fact(const Map& facts, std::string_view path);

}  // namespace mco::filter
