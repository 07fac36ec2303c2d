// The Marshal decoder on arbitrary bytes, with and without the version in front: whatever it
// accepts stays within the limits, can be written again, and then reads and writes the same.
#include "core/serializer/json.hpp"
#include "core/serializer/marshal.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace mco;

constexpr serializer::Limits limits{.depth = 16, .nodes = 5'000, .bytes = 65'536};

void require(bool holds) {
    if (!holds)
        std::abort();
}

std::size_t depth_of(const Value& value) {
    std::size_t deepest = 0;
    if (const auto* elements = value.array())
        for (const auto& element : *elements)
            deepest = std::max(deepest, depth_of(element));
    if (const auto* map = value.map())
        for (const auto& entry : map->entries())
            deepest = std::max(deepest, depth_of(entry.value));
    return deepest + (value.array() != nullptr || value.map() != nullptr ? 1 : 0);
}

void check(std::string_view bytes, serializer::marshal::Objects objects) {
    const auto value = serializer::marshal::decode(bytes, limits, objects);
    if (!value)
        return require(!value.error().message.empty());
    require(depth_of(*value) <= limits.depth);
    const auto written = serializer::marshal::encode(*value);
    require(written.has_value());
    const auto again = serializer::marshal::decode(*written);
    require(again.has_value());
    require(*serializer::marshal::encode(*again) == *written);
    require(serializer::decode_json(serializer::encode_json(*value)).has_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    using serializer::marshal::Objects;
    for (const auto objects : {Objects::refused, Objects::told}) {
        check(bytes, objects);
        check("\x04\x08" + std::string(bytes), objects);
    }
    return 0;
}
