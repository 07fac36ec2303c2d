// The JSON decoder on arbitrary bytes: whatever it accepts can be written in both styles and then
// reads the same.
#include "core/serializer/json.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

using namespace mco;

constexpr serializer::Limits limits{.depth = 16, .nodes = 5'000, .bytes = 65'536};

void require(bool holds) {
    if (!holds)
        std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto value = serializer::decode_json(text, limits);
    if (!value) {
        require(!value.error().message.empty());
        return 0;
    }
    for (const auto style : {serializer::Style::compact, serializer::Style::pretty}) {
        const auto again = serializer::decode_json(serializer::encode_json(*value, style));
        require(again.has_value() && *again == *value);
    }
    return 0;
}
