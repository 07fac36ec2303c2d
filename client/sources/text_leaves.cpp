#include "client/sources/text_leaves.hpp"

#include "core/text/ruby.hpp"

namespace mco::client {

// Recursion is bounded: decoders limit the depth of what they build.
// NOLINTNEXTLINE(misc-no-recursion)
Value with_text_leaves(const Value& value) {
    if (const auto* map = value.map()) {
        Map converted;
        for (const auto& [key, member] : map->entries())
            converted.set(key, with_text_leaves(member));
        return converted;
    }
    const auto* list = value.array();
    if (list == nullptr)
        return text::to_s(value);
    Array converted;
    for (const auto& member : *list)
        converted.push_back(with_text_leaves(member));
    return converted;
}

}  // namespace mco::client
