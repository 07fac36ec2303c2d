// YAML and JSON fact files: whatever is accepted is text at every leaf.
#include "core/serializer/json.hpp"
#include "facts/text.hpp"
#include "facts/yaml.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

void require(bool holds) {
    if (!holds)
        std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    if (const auto facts = mco::facts::parse_yaml(text))
        require(mco::facts::stringified(*facts) == *facts);
    if (const auto value = mco::serializer::decode_json(text)) {
        const auto once = mco::facts::stringified(*value);
        require(mco::facts::stringified(once) == once);
    }
    return 0;
}
