// Building maps from untrusted entries without quadratic work.
#pragma once

#include "core/value.hpp"

#include <vector>

namespace mco::serializer {

/// A map in which every key occurs once: at the place of its first appearance, with the value of
/// its last, as in Ruby.
Map unique(std::vector<Entry> entries);

}  // namespace mco::serializer
