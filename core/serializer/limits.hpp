// How much a decoder may build from bytes that nobody has authenticated yet (design D2).
#pragma once

#include <cstddef>

namespace mco::serializer {

/// Exceeding any of these is an Error with code limit, found before the memory is taken.
struct Limits {
    std::size_t depth = 64;         ///< containers inside one another
    std::size_t nodes = 250'000;    ///< values, map keys included, with back-references counted as
                                    ///< often as they occur
    std::size_t bytes = 16u << 20;  ///< of the input, and again of all text in the result
};

}  // namespace mco::serializer
