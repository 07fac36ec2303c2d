#include "core/serializer/entries.hpp"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>
#include <unordered_map>
#include <utility>

namespace mco::serializer {
namespace {

/// Different keys have different fingerprints; decoders let only scalars become keys.
std::string fingerprint(const Value& key) {
    const auto kind = static_cast<char>('a' + key.data().index());
    if (const auto* text = key.text())
        return kind + *text;
    if (const auto* number = key.integer())
        return kind + std::to_string(*number);
    if (const auto* number = key.real())
        return kind + std::to_string(std::bit_cast<std::uint64_t>(*number));
    if (const auto* pattern = key.regexp())
        return kind + std::to_string(pattern->options) + pattern->source;
    const auto* flag = key.boolean();
    return std::string{kind, flag != nullptr && *flag ? '1' : '0'};
}

}  // namespace

Map unique(std::vector<Entry> entries) {
    constexpr std::size_t few = 16;  // below this, comparing all pairs is cheaper than hashing
    Map map;
    map.entries().reserve(entries.size());
    if (entries.size() <= few) {
        for (auto& entry : entries)
            map.set(std::move(entry.key), std::move(entry.value));
        return map;
    }
    std::unordered_map<std::string, std::size_t> places;
    places.reserve(entries.size());
    for (auto& entry : entries) {
        const auto [place, added] = places.try_emplace(fingerprint(entry.key), map.size());
        if (added)
            map.entries().push_back(std::move(entry));
        else
            map.entries()[place->second].value = std::move(entry.value);
    }
    return map;
}

}  // namespace mco::serializer
